"""A stand-in for the Bot API, as far as a bot without media needs it.

It keeps updates until they are confirmed by a higher offset, knows one webhook, refuses whatever it is told to
refuse, and notes every call. `test_standin.py` drives it with python-telegram-bot's own client before our
transport relies on it.
"""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"


@dataclass
class Call:
    """One request of the bot."""

    method: str
    arguments: dict[str, Any]


@dataclass
class Refusal:
    """What to answer instead of success: once, or `times` in a row."""

    status: int
    description: str = "refused"
    parameters: dict[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    times: int = 1
    hang: bool = False
    hang_up: bool = False


class BotApi:
    """The far side of a bot."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.updates: deque[dict[str, Any]] = deque()
        self.webhook = ""
        self.webhook_arguments: dict[str, Any] = {}
        self.refusals: dict[str, list[Refusal]] = {}
        self.throttled: dict[int, int] = {}
        """Chats in which nothing is taken for now, with the wait that is named."""
        self.taken: list[tuple[int, str]] = []
        """Every message that was taken: its chat and its text."""
        self.url = ""
        self._message_id = 100
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def put(self, *updates: dict[str, Any]) -> None:
        """A citizen wrote."""
        async with self._changed:
            self.updates.extend(updates)
            self._changed.notify_all()

    def refuse(self, method: str, refusal: Refusal) -> None:
        self.refusals.setdefault(method.lower(), []).append(refusal)

    def of(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of one method."""
        return [call.arguments for call in self.calls if call.method == method.lower()]

    async def called(self, method: str, times: int = 1) -> list[dict[str, Any]]:
        """Wait until a method was called so many times; calls that were refused count too."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.of(method)) >= times)
        return self.of(method)

    async def heard(self, chat: int, count: int) -> list[str]:
        """Wait until so many messages for a chat were taken; all of them."""

        def texts() -> list[str]:
            return [text for to, text in self.taken if to == chat]

        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(texts()) >= count)
        return texts()

    async def confirmed(self) -> None:
        """Wait until every update is confirmed by an offset."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: not self.updates)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"].lower()
        arguments = await _arguments(request)
        async with self._changed:
            self.calls.append(Call(method, arguments))
            self._changed.notify_all()
        if request.match_info["token"] != TOKEN:
            return _no(401, "Unauthorized")
        refusal = self._refusal(method)
        if refusal is not None:
            return await self._refuse(request, refusal)
        match method:
            case "getupdates":
                return await self._get_updates(arguments)
            case "setwebhook":
                self.webhook, self.webhook_arguments = arguments["url"], arguments
                return _yes(result=True)
            case "deletewebhook":
                self.webhook = ""
                return _yes(result=True)
            case "getwebhookinfo":
                return _yes({"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0})
            case "sendmessage":
                return await self._send(int(arguments["chat_id"]), arguments["text"])
            case "getme":
                return _yes({"id": 123456789, "is_bot": True, "first_name": "Lotse", "username": "lotse_bot"})
            case "answercallbackquery" | "leavechat":
                return _yes(result=True)
            case _:
                return _no(404, "Not Found")

    async def _send(self, chat: int, text: str) -> web.Response:
        if (wait := self.throttled.get(chat)) is not None:
            return _no(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        async with self._changed:
            self._message_id += 1
            self.taken.append((chat, text))
            self._changed.notify_all()
        message = {"message_id": self._message_id, "date": 1795219000, "text": text}
        return _yes(message | {"chat": {"id": chat, "type": "private"}})

    async def _get_updates(self, arguments: dict[str, Any]) -> web.Response:
        if self.webhook:
            return _no(409, "Conflict: can't use getUpdates method while webhook is active")
        offset, wait = int(arguments.get("offset", 0)), float(arguments.get("timeout", 0))
        async with self._changed:
            while self.updates and self.updates[0].get("update_id", 0) < offset:
                self.updates.popleft()
            self._changed.notify_all()
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait_for(lambda: bool(self.updates))
            except TimeoutError:
                return _yes([])
            return _yes(list(self.updates)[:100])

    def _refusal(self, method: str) -> Refusal | None:
        waiting = self.refusals.get(method)
        if not waiting:
            return None
        waiting[0].times -= 1
        return waiting.pop(0) if waiting[0].times <= 0 else waiting[0]

    async def _refuse(self, request: web.Request, refusal: Refusal) -> web.StreamResponse:
        if refusal.hang:
            await asyncio.Event().wait()
        if refusal.hang_up:
            transport = request.transport
            assert transport is not None
            transport.abort()
            return web.Response()
        if refusal.body is not None:
            return web.Response(status=refusal.status, body=refusal.body)
        return _no(refusal.status, refusal.description, refusal.parameters)


async def _arguments(request: web.Request) -> dict[str, Any]:
    arguments: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        arguments |= json.loads(await request.read())
    elif request.body_exists:
        arguments |= {name: str(value) for name, value in (await request.post()).items()}
    for name in ("reply_markup", "link_preview_options", "allowed_updates"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _yes(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _no(status: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)
