"""The REST calls and the stream of one server, with one token. https://docs.joinmastodon.org/api/

No library: Mastodon.py is synchronous, and its stream returns without a word when the server closes it.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from bot.channels.calls import ErrorsToldApart, NoAnswer, Refused

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 15.0
"""Seconds; delivery gives a whole send twenty."""
SILENCE = 45.0
"""Seconds without a byte after which a stream is dead; the server sends a heartbeat every fifteen."""
_LONGEST_LINE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sse:
    """One server-sent event."""

    name: str
    data: str


class Server:
    """One account's view of its server. Every call raises NotConnected, NoAnswer and Refused."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str, clock: Callable[[], datetime]) -> None:
        self._http = http
        self._url = url
        self._bearer = {"Authorization": f"Bearer {token}"}
        self._clock = clock

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """What the server answers, parsed."""
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        """The same for what creates something."""
        return await self._call("POST", path, body=body, headers=headers)

    @asynccontextmanager
    async def stream(self, base: str, path: str) -> AsyncIterator[AsyncIterator[Sse]]:
        """An open stream; its events end with NoAnswer, however the connection ended."""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_WITHIN, sock_read=SILENCE)
        async with self._request("GET", base + path, {}, timeout, read_bufsize=_LONGEST_LINE) as response:
            yield _events(response.content)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN, sock_connect=CONNECT_WITHIN)
        async with self._request(
            method, self._url + path, headers or {}, timeout, params=params, json=body
        ) as response:
            raw = await response.read()
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise NoAnswer("no JSON") from None

    @asynccontextmanager
    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], limits: aiohttp.ClientTimeout, **more: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        with ErrorsToldApart():
            async with self._http.request(
                method,
                url,
                headers={**self._bearer, **headers},
                timeout=limits,
                # A redirect would carry the token to another host.
                allow_redirects=False,
                **more,
            ) as response:
                if response.status != 200:
                    raise Refused(response.status, self._wait(response))
                yield response

    def _wait(self, response: aiohttp.ClientResponse) -> float | None:
        """Until when a limit holds, as seconds from now; the server names the moment."""
        if response.status != 429:
            return None
        try:
            lifted = datetime.fromisoformat(response.headers.get("X-RateLimit-Reset", ""))
            return max(1.0, (lifted - self._clock()).total_seconds())
        except (ValueError, TypeError):
            return None


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[Sse]:
    """Cut lines into events. https://html.spec.whatwg.org/multipage/server-sent-events.html"""
    name, data = "", list[str]()
    while True:
        try:
            raw = await content.readline()
        except (ValueError, LineTooLong):
            raise NoAnswer("line too long") from None
        if not raw.endswith(b"\n"):
            raise NoAnswer("closed")
        field, _, value = raw.decode("utf-8", "replace").rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
        elif not field and not value and data:
            yield Sse(name, "\n".join(data))
            name, data = "", []
