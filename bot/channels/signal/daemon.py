"""The door of signal-cli's daemon: a JSON object a line, JSON-RPC 2.0.

man/signal-cli-jsonrpc.5.adoc of https://github.com/AsamK/signal-cli. No library: those that are kept up speak to a
REST bridge or to the daemon's HTTP end, where an event is gone once it was written out; here the next line is read
when the last one is committed.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from enum import IntEnum
from typing import Any
from urllib.parse import urlsplit

from bot.channels.http import strict_json
from bot.errors import SettingsError, UnreadableEvent

CONNECT_WITHIN = 5.0
WRITE_WITHIN = 5.0
CLOSE_WITHIN = 1.0
ANSWER_WITHIN = 14.0
"""Seconds; delivery gives a whole send twenty."""
LINE_LIMIT = 4 * 1024 * 1024
"""Bytes; an envelope names attachments and does not hold them."""


class Code(IntEnum):
    """Why the daemon refuses; SignalJsonRpcCommandHandler.java and the JSON-RPC specification."""

    USER_ERROR = -1
    IO_ERROR = -3
    UNTRUSTED_KEY = -4
    RATE_LIMIT = -5
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    """The account is not, or no longer, among those of the daemon."""
    INTERNAL_ERROR = -32603


class NotConnected(Exception):
    """Nothing was sent: trying again cannot repeat anything."""


class NoAnswer(Exception):
    """The connection ended or hung; what had been written may have been carried out."""


class Refused(Exception):
    """The daemon answered with an error. Its text may hold a number, so only the code is for logs."""

    def __init__(self, code: int, text: str = "", data: object = None) -> None:
        super().__init__(f"code {code}")
        self.code = code
        self.text = text
        self.data = data


def request(method: str, params: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    """One request as the daemon reads it."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": dict(params)}


def result_of(answer: Mapping[str, Any]) -> Any:
    """What an answer brought. Raises Refused, and NoAnswer for what is neither result nor error."""
    match answer:
        case {"error": {"code": int(code)} as error}:
            raise Refused(code, str(error.get("message") or ""), error.get("data"))
        case {"result": result}:
            return result
        case _:
            raise NoAnswer("neither result nor error")


class Line:
    """One connection to the daemon."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """The next line. Cancelled while waiting it loses nothing. Raises NoAnswer at the end."""
        try:
            raw = await self._reader.readline()
        except (OSError, ValueError) as error:  # ValueError: longer than LINE_LIMIT
            raise NoAnswer(type(error).__name__) from None
        if not raw.endswith(b"\n"):
            raise NoAnswer("closed")
        return raw

    async def write(self, message: Mapping[str, Any]) -> None:
        """Write one line. Raises NoAnswer: how much of it arrived is not known."""
        try:
            async with asyncio.timeout(WRITE_WITHIN):
                self._writer.write(json.dumps(message).encode() + b"\n")
                await self._writer.drain()
        except OSError as error:
            raise NoAnswer(type(error).__name__) from None


class Daemon:
    """Where the daemon listens, and how to ask it something."""

    def __init__(self, address: str) -> None:
        """Raise SettingsError for an address that is neither tcp://host:port nor unix:///path."""
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname or "", parts.port or 0
        except ValueError:
            parts = urlsplit("")
        self._path = parts.path if parts.scheme == "unix" else ""
        if not (self._path or (parts.scheme == "tcp" and self._host and self._port)):
            raise SettingsError(
                "Signal: Die Adresse des Daemons ist nicht lesbar. Erwartet wird daemon = "
                '"tcp://127.0.0.1:7583" oder "unix:///run/signal-cli/socket".'
            )

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Line]:
        """A connection, closed on leaving. Raises NotConnected."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                if self._path:
                    reader, writer = await asyncio.open_unix_connection(self._path, limit=LINE_LIMIT)
                else:
                    reader, writer = await asyncio.open_connection(self._host, self._port, limit=LINE_LIMIT)
        except OSError as error:
            raise NotConnected(type(error).__name__) from None
        try:
            yield Line(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):  # TimeoutError is one
                async with asyncio.timeout(CLOSE_WITHIN):
                    await writer.wait_closed()

    async def call(self, method: str, params: Mapping[str, Any], request_id: str) -> Any:
        """Ask on a connection of its own, so that no answer waits behind an event; returns the result.

        Raises NotConnected, NoAnswer and Refused.
        """
        async with self.connected() as line:
            await line.write(request(method, params, request_id))
            try:
                async with asyncio.timeout(ANSWER_WITHIN):
                    return result_of(await self._answer_to(line, request_id))
            except TimeoutError:
                raise NoAnswer("silence") from None

    @staticmethod
    async def _answer_to(line: Line, request_id: str) -> Mapping[str, Any]:
        while True:
            raw = await line.read()
            with suppress(UnreadableEvent):
                answer = strict_json(raw)
                # Events come here too while the daemon does not run in manual mode; the stream takes them.
                if isinstance(answer, dict) and answer.get("id") == request_id:
                    return answer
