"""A stand-in for signal-cli's daemon, as far as a bot needs it.

It holds messages until somebody subscribes, hands each over once and forgets it, as the real one does in manual
receive mode; it answers requests by their id, refuses whatever it is told to refuse, and notes every call.
`test_standin.py` compares it, request by request, with what the real daemon answered.
"""

import asyncio
import json
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NUMBER = "+491713920099"
VERSION = "0.13.19"
METHODS = {"send", "sendTyping", "sendReceipt", "subscribeReceive"}


@dataclass
class Call:
    """One request of the bot."""

    method: str
    params: dict[str, Any]
    id: object


@dataclass
class Refusal:
    """What to answer instead of success: once, or `times` in a row."""

    code: int = -1
    message: str = "Failed to send message"
    data: Any = None
    result: Any = None
    times: int = 1
    hang: bool = False
    hang_up: bool = False


def outcome(kind: str, **more: Any) -> dict[str, Any]:
    """The data of a failed `send`: what became of its one recipient."""
    recipient = {"uuid": "8b3f0a52-6c1d-4e7a-9f20-5d41c7e0b316", "number": "+491713920012", "username": None}
    return {
        "response": {"timestamp": 1795219001000, "results": [{"recipientAddress": recipient, "type": kind, **more}]}
    }


@dataclass(eq=False)
class _Connection:
    writer: asyncio.StreamWriter
    mute: bool = False
    subscriptions: dict[int, str] = field(default_factory=dict)

    async def say(self, message: object) -> None:
        if self.mute:
            return
        self.writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")
        with suppress(OSError):
            await self.writer.drain()


class SignalCli:
    """The far side of a Signal account."""

    def __init__(self, *accounts: str, single: bool = False) -> None:
        """`single` is a daemon started with -a: its account goes without saying, and it cannot list any."""
        self.accounts = accounts or (NUMBER,)
        self.single = single
        self.calls: list[Call] = []
        self.connections: list[_Connection] = []
        self.handed_over: list[dict[str, Any]] = []
        self.refusals: dict[str, list[Refusal]] = {}
        self.texts: dict[str, list[str]] = {}
        """What was taken for each recipient."""
        self.throttled: dict[str, float] = {}
        """Recipients that are refused, with the wait in seconds."""
        self.noise = b""
        """Said before every answer."""
        self.address = ""
        self._waiting: deque[dict[str, Any]] = deque()
        self._timestamp = 1795219001000
        self._subscriptions = 0
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def start(self, socket: Path | None = None) -> None:
        if socket is not None:
            self._server = await asyncio.start_unix_server(self._serve, socket)
            self.address = f"unix://{socket}"
        else:
            port = int(self.address.rpartition(":")[2] or 0)
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
            self.address = f"tcp://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self.hang_up()
            await self._server.wait_closed()

    async def hang_up(self, *, rudely: bool = False) -> None:
        """Close every connection, cleanly or with a reset."""
        for connection in self.connections:
            if rudely:
                connection.writer.transport.abort()
            else:
                connection.writer.close()
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: not self.connections)

    def fall_silent(self) -> None:
        """Every present connection stays open and brings nothing any more; what is sent on it is lost."""
        for connection in self.connections:
            connection.mute = True
            connection.subscriptions.clear()

    async def put(self, *notifications: dict[str, Any]) -> None:
        """Somebody wrote: what `receive` will bring to the next subscriber."""
        self._waiting.extend(notifications)
        await self._hand_over()

    async def push(self, line: bytes) -> None:
        """Say something to everybody that is connected, whatever it is."""
        for connection in self.connections:
            connection.writer.write(line)
            await connection.writer.drain()

    def refuse(self, method: str, refusal: Refusal) -> None:
        self.refusals.setdefault(method, []).append(refusal)

    def of(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of one method."""
        return [call.params for call in self.calls if call.method == method]

    async def called(self, method: str, times: int = 1) -> list[dict[str, Any]]:
        """Wait until a method was called so many times; calls that were refused count too."""
        await self.until(lambda: len(self.of(method)) >= times)
        return self.of(method)

    async def heard(self, recipient: str, count: int) -> list[str]:
        """Wait until so many texts were taken for somebody; all of them."""
        await self.until(lambda: len(self.texts.get(recipient, ())) >= count)
        return self.texts.get(recipient, [])

    async def emptied(self) -> None:
        """Wait until everything was handed over."""
        await self.until(lambda: not self._waiting)

    async def until(self, condition: Any) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer)
        self.connections.append(connection)
        try:
            with suppress(OSError):
                while raw := await reader.readline():
                    await self._hear(connection, raw)
        finally:
            writer.close()
            self.connections.remove(connection)
            await self._notify()

    async def _hear(self, connection: _Connection, raw: bytes) -> None:
        try:
            message = json.loads(raw) if raw.strip() else None
        except ValueError:
            await connection.say(_no(None, -32700, "no JSON"))
            return
        if not raw.strip():
            await connection.say(_no(None, -32700, "Empty input line"))
        elif not isinstance(message, dict):
            await connection.say(_no(None, -32600, "invalid request"))
        elif message.get("jsonrpc") != "2.0":
            await connection.say(_no(message.get("id"), -32600, "only jsonrpc version 2.0 is supported"))
        elif message.get("method") is None:
            await connection.say(_no(message.get("id"), -32600, "method field must be set"))
        else:
            await self._call(connection, message)

    async def _call(self, connection: _Connection, message: dict[str, Any]) -> None:
        call = Call(message["method"], dict(message.get("params") or {}), message.get("id"))
        self.calls.append(call)
        await self._notify()
        waiting = self.refusals.get(call.method)
        if waiting:
            waiting[0].times -= 1
            await self._refuse(connection, call, waiting.pop(0) if waiting[0].times <= 0 else waiting[0])
            return
        answer = self._answer(connection, call)
        connection.writer.write(self.noise)
        if call.id is not None:
            await connection.say(answer)
        await self._hand_over()

    async def _refuse(self, connection: _Connection, call: Call, refusal: Refusal) -> None:
        if refusal.hang:
            return
        if refusal.hang_up:
            connection.writer.transport.abort()
        elif refusal.result is not None:
            await connection.say({"jsonrpc": "2.0", "result": refusal.result, "id": call.id})
        else:
            await connection.say(_no(call.id, refusal.code, refusal.message, refusal.data))

    def _answer(self, connection: _Connection, call: Call) -> dict[str, Any]:
        account = self.accounts[0] if self.single else call.params.get("account")
        match call.method:
            case "version":
                return _yes(call.id, {"version": VERSION})
            case "listAccounts" if not self.single:
                return _yes(call.id, [{"number": number} for number in self.accounts])
            case "unsubscribeReceive":
                if connection.subscriptions.pop(call.params.get("subscription", -1), None) is None:
                    return _no(call.id, -1, "Unknown subscription id")
                return _yes(call.id, {})
            case method if method not in METHODS:
                return _no(call.id, -32601, "Method not implemented")
            case "subscribeReceive" if account is None or account in self.accounts:
                number, self._subscriptions = self._subscriptions, self._subscriptions + 1
                connection.subscriptions[number] = account or ""
                return _yes(call.id, number)
            case _ if account is None:
                return _no(call.id, -32602, "Method requires valid account parameter")
            case _ if account not in self.accounts:
                return _no(call.id, -32602, "Specified account does not exist")
            case _:
                return self._done(call)

    def _done(self, call: Call) -> dict[str, Any]:
        waits = [self.throttled[one] for one in call.params["recipient"] if one in self.throttled]
        if call.method == "send" and waits:
            data = outcome("RATE_LIMIT_FAILURE", retryAfterSeconds=int(waits[0]))
            return _no(call.id, -5, "Failed to send message due to rate limiting", data)
        return _yes(call.id, self._sent(call))

    def _sent(self, call: Call) -> dict[str, Any]:
        self._timestamp += 1
        recipients = call.params["recipient"]
        if call.method == "send":
            for one in recipients:
                self.texts.setdefault(one, []).append(call.params["message"])
        results = [
            {"recipientAddress": {"uuid": one, "number": None, "username": None}, "type": "SUCCESS"}
            for one in (recipients if isinstance(recipients, list) else [recipients])
        ]
        return {"timestamp": self._timestamp, "results": results}

    async def _hand_over(self) -> None:
        while self._waiting:
            account = self._waiting[0]["params"].get("result", self._waiting[0]["params"]).get("account")
            listening = [
                (connection, number)
                for connection in self.connections
                for number, wanted in connection.subscriptions.items()
                if wanted in {"", account} or self.single
            ]
            if not listening:
                break
            notification = self._waiting.popleft()
            self.handed_over.append(notification)
            for connection, number in listening:
                if "result" in notification["params"]:
                    notification = notification | {"params": notification["params"] | {"subscription": number}}
                await connection.say(notification)
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def _yes(request_id: object, result: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "result": result, "id": request_id}


def _no(request_id: object, code: int, message: str, data: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "error": {"code": code, "message": message, "data": data}, "id": request_id}
