"""python-telegram-bot's transport on the program's own aiohttp session.

The library's default client costs twenty times the processor time of this one. The exceptions tell apart what
delivery must know: whether the request can have reached Telegram at all.
"""

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 15.0


class NotConnected(NetworkError):
    """Nothing was sent: trying again cannot repeat anything."""


class NoAnswer(TimedOut):
    """The request was written and no answer came: it may have been carried out."""


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait; the library gives a number or a timedelta, by its settings."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


class SessionRequest(BaseRequest):
    """`BaseRequest` on an aiohttp session that belongs to somebody else."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @property
    def read_timeout(self) -> float | None:
        """Seconds the library adds its long-poll time to."""
        return ANSWER_WITHIN

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close: the session is the program's."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        """One call. Raises NotConnected or NoAnswer; neither names the address, which holds the token."""
        del write_timeout, connect_timeout, pool_timeout
        answer_within = read_timeout if isinstance(read_timeout, int | float) else ANSWER_WITHIN
        body = request_data.json_payload if request_data is not None and request_data.parameters else None
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers={"Content-Type": "application/json"} if body else None,
                # A redirect would carry the token to another host.
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=CONNECT_WITHIN + 2 * answer_within, sock_connect=CONNECT_WITHIN, sock_read=answer_within
                ),
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. The library's own way would log it whole, with citizens' words, if it is no JSON.

        Raises NoAnswer: something was answered that Telegram does not answer, so what became of the request is
        unknown.
        """
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            raise NoAnswer("no JSON") from None
        if not isinstance(answer, dict):
            raise NoAnswer("no object")
        return {"result": None, **answer}
