"""The client-server API on the program's own HTTP session. https://spec.matrix.org/latest/client-server-api/

matrix-nio's own client repeats refused calls by itself and keeps only what its parsers understand; a door must
know the one and store the other. So nio does the cryptography (`machine.py`), and the calls are made here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 15.0
LONGEST_WAIT = 24 * 3600.0
"""Seconds; a server that asks for more is not believed."""

Json = dict[str, Any]


class MatrixError(Exception):
    """A call that did not succeed. The message names no address, token or text."""


class NotConnected(MatrixError):
    """Nothing was sent: trying again cannot repeat anything."""


class NoAnswer(MatrixError):
    """The request was written and nothing that Matrix answers came back: it may have been carried out."""


class Unusable(MatrixError):
    """The account cannot be used before the operator has done something; the message says what."""


@dataclass
class Refused(MatrixError):
    """The homeserver said no."""

    status: int
    code: str
    """M_…; "" where a proxy answered."""
    retry_after: float | None = None
    """Seconds."""
    soft_logout: bool = False
    """Only the token has ended: the device and its keys live on after a new log-in."""
    session: str = ""
    """Of a call that asks for the password in addition."""

    def __str__(self) -> str:
        return self.code or f"status {self.status}"

    @property
    def unauthorised(self) -> bool:
        """Our token is not accepted any more, or our user is locked."""
        return self.status == 401 or self.code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", *_LOCKED}


_LOCKED = ("M_USER_DEACTIVATED", "M_USER_LOCKED", "M_USER_SUSPENDED")


class Homeserver:
    """Calls to one homeserver with one access token."""

    def __init__(self, http: aiohttp.ClientSession, url: str, version: str = "v3") -> None:
        self._http = http
        self._base = f"{url.rstrip('/')}/_matrix/client/{version}"
        self.token = ""

    async def call(
        self,
        method: Literal["GET", "POST", "PUT"],
        *path: str,
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
        within: float = ANSWER_WITHIN,
    ) -> Json:
        """One call; `path` is quoted segment by segment. Raises NotConnected, NoAnswer or Refused."""
        address = "/".join([self._base, *(quote(segment, safe="") for segment in path)])
        if query:
            address += f"?{urlencode(query)}"
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._http.request(
                method,
                URL(address, encoded=True),
                data=json.dumps(body).encode() if body is not None else None,
                headers=headers,
                # A redirect would carry the token to another host.
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=CONNECT_WITHIN + 2 * within, sock_connect=CONNECT_WITHIN, sock_read=within
                ),
            ) as response:
                status, raw, wait = response.status, await response.read(), response.headers.get("Retry-After")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None
        return _judged(status, raw, wait)


def inside(answer: object, *path: str) -> Json:
    """The object at this path of an answer; empty where there is none."""
    found = answer
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _judged(status: int, raw: bytes, wait: str | None) -> Json:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    if status == 200 and isinstance(answer, dict):
        return answer
    if status == 200:
        raise NoAnswer("no JSON object")
    said = answer if isinstance(answer, dict) else {}
    raise Refused(
        status,
        str(said.get("errcode", ""))[:60],
        retry_after=_seconds(said.get("retry_after_ms"), wait),
        soft_logout=said.get("soft_logout") is True,
        session=str(said.get("session", "")),
    )


def _seconds(milliseconds: object, header: str | None) -> float | None:
    """The wait that was named, in the body (older servers) or in the header (newer ones)."""
    if isinstance(milliseconds, int | float) and milliseconds >= 0:
        return min(milliseconds / 1000, LONGEST_WAIT)
    if header is not None and header.isdecimal():
        return min(float(header[:9]), LONGEST_WAIT)
    return None
