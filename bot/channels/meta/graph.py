"""Calls to the Graph API on the program's own session. https://developers.facebook.com/docs/graph-api/guides/error-handling

The exceptions tell apart what delivery must know: refused, never sent, or sent and not answered.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.calls import ErrorsToldApart, NoAnswer

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 12.0
"""Seconds; together less than what delivery allows a channel for one message."""


class GraphError(Exception):
    """A refusal in Graph's own words, without the words: only what a machine decides by.

    `retry_after` is in seconds, where an answer named it.
    """

    def __init__(
        self, status: int, code: int, subcode: int = 0, *, transient: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(f"code {code}" + (f"/{subcode}" if subcode else "") + f", status {status}")
        self.status = status
        self.code = code
        self.subcode = subcode
        self.transient = transient
        self.retry_after = retry_after


class ProofRefused(Exception):
    """The proof does not fit the token: app secret and token are of two apps, or one of them is wrong."""


class Graph:
    """One account's calls, with its token in a header and never in an address."""

    def __init__(self, http: aiohttp.ClientSession, *, url: str, version: str, token: str, app_secret: str) -> None:
        """An empty `app_secret` sends no appsecret_proof, an empty `version` asks for what has none."""
        self._http = http
        self._base = f"{url.rstrip('/')}/{version}".rstrip("/")
        self._app_secret = app_secret
        self._headers: dict[str, str] = {}
        self._proof: dict[str, str] = {}
        self.use(token)

    def use(self, token: str) -> None:
        """Call with another token from now on."""
        self._headers = {"Authorization": f"Bearer {token}"}
        if self._app_secret:
            proof = hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256)
            self._proof = {"appsecret_proof": proof.hexdigest()}

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """Ask for an object. Raises GraphError, ProofRefused, NotConnected or NoAnswer."""
        return await self._call("GET", path, query, None)

    async def post(self, path: str, body: Mapping[str, Any], **query: str) -> dict[str, Any]:
        """Send JSON. Raises GraphError, ProofRefused, NotConnected or NoAnswer."""
        return await self._call("POST", path, query, json.dumps(body).encode())

    async def _call(self, method: str, path: str, query: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
        with ErrorsToldApart():
            async with self._http.request(
                method,
                f"{self._base}/{path}",
                params={**query, **self._proof},
                data=body,
                headers=self._headers | ({"Content-Type": "application/json"} if body is not None else {}),
                # A redirect would carry the token to another host.
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(
                    total=CONNECT_WITHIN + ANSWER_WITHIN, sock_connect=CONNECT_WITHIN, sock_read=ANSWER_WITHIN
                ),
            ) as response:
                raw = await response.read()
                status, headers = response.status, response.headers
        return _answer(status, headers, raw)


def _answer(status: int, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(raw)
    except (ValueError, RecursionError):
        answer = None
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict):
        # Graph has no code of its own for this one; the parameter's name is all there is to know it by.
        if error.get("code") == 100 and "appsecret_proof" in str(error.get("message")):
            raise ProofRefused
        raise GraphError(
            status,
            _number(error.get("code")),
            max(0, _number(error.get("error_subcode"))),
            transient=error.get("is_transient") is True,
            retry_after=_wait(headers),
        )
    if 400 <= status < 600 and status != 504:
        # Somebody before Graph refused it: the platform's front, or a proxy of our own.
        raise GraphError(status, -1, retry_after=_wait(headers))
    if not isinstance(answer, dict) or not 200 <= status < 300:
        raise NoAnswer(f"status {status}")
    return answer


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _wait(headers: Mapping[str, str]) -> float | None:
    """How long to wait, in seconds: Retry-After, or the regain time that Graph estimates in minutes.

    https://developers.facebook.com/docs/graph-api/overview/rate-limiting
    """
    named = headers.get("Retry-After", "")
    if named.isascii() and named.isdigit():
        return float(named[:6])
    try:
        usage = json.loads(headers.get("X-Business-Use-Case-Usage", "{}"))
        minutes = [
            use["estimated_time_to_regain_access"]
            for uses in usage.values()
            for use in uses
            if isinstance(use.get("estimated_time_to_regain_access"), int)
        ]
    except (ValueError, RecursionError, AttributeError, TypeError):
        return None
    return 60.0 * max(minutes) if minutes and max(minutes) > 0 else None
