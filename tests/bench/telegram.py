"""The far side of a Telegram bot: takes sendMessage and remembers when."""

import asyncio
import json
import time
from collections import defaultdict

from aiohttp import web


class Sink:
    """A Bot API that says yes to everything and notes the arrival of each message."""

    def __init__(self) -> None:
        self.arrived: defaultdict[int, list[float]] = defaultdict(list)
        self.total = 0
        self.texts: defaultdict[int, list[str]] = defaultdict(list)
        self.refusals: dict[int, web.Response] = {}
        """What to answer instead, by chat, once."""
        self._changed = asyncio.Condition()
        self.webhook = ""
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def text(self, chat: int, number: int, within: float = 10.0) -> str:
        """The text that reached this chat as number `number`, counted from 1; waits for it."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self.texts[chat]) >= number)
            return self.texts[chat][number - 1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        # The Bot API takes JSON and forms alike.
        form = request.content_type != "application/json"
        asked = dict(await request.post()) if form else json.loads(await request.read() or b"{}")
        if method == "setwebhook":
            self.webhook = str(asked["url"])
        if method == "getwebhookinfo":
            info = {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": 0}
            return web.json_response({"ok": True, "result": info})
        if method != "sendmessage":
            return web.json_response({"ok": True, "result": True})
        chat = int(str(asked["chat_id"]))
        refusal = self.refusals.pop(chat, None)
        if refusal is not None:
            return refusal
        self.total += 1
        async with self._changed:
            self.texts[chat].append(str(asked["text"]))
            self._changed.notify_all()
        self.arrived[chat].append(time.perf_counter())
        message = {"message_id": self.total, "date": 1795219000, "chat": {"id": chat, "type": "private"}}
        return web.json_response({"ok": True, "result": message})


def update(number: int, chat: int, text: str) -> bytes:
    """One update as Telegram sends it."""
    person = {"id": chat, "is_bot": False, "first_name": "Jörg", "language_code": "de"}
    message = {
        "message_id": number,
        "date": int(time.time()),
        "from": person,
        "chat": {"id": chat, "type": "private", "first_name": "Jörg"},
        "text": text,
    }
    return json.dumps({"update_id": number, "message": message}).encode()
