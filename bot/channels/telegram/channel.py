"""The Telegram channel: webhook with a public address, long polling without one."""

import asyncio
import re
from collections.abc import Sequence

import structlog
from aiohttp import web
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.channels.base import Capabilities, Ports
from bot.channels.http import raw_body, same, strict_json
from bot.channels.telegram import reading, sending
from bot.channels.telegram.chores import Chores
from bot.channels.telegram.polling import ALLOWED, LONGEST_PAUSE, Poller
from bot.channels.telegram.requests import SessionRequest, seconds
from bot.errors import Refusal, SendError, SettingsError, StoreBusy, UnreadableEvent
from bot.message import Inbound, Outbound

log = structlog.get_logger()

WATCH_EVERY = 45.0
"""Seconds; trouble shall show within a minute."""
_SECRET_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,256}")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


class Telegram:
    """One bot of the Bot API under one account."""

    name = "telegram"
    capabilities: Capabilities = sending.CAPABILITIES

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        token: str,
        webhook_secret: str | None = None,
        api_url: str = "https://api.telegram.org",
    ) -> None:
        """Raise SettingsError for a public address without a webhook secret, or a secret Telegram does not take."""
        self.account = account
        self.authority = authority
        self._ports = ports
        self._secret = webhook_secret or ""
        self._hook_url = f"{ports.public_url}/hooks/telegram/{account}"
        self._by_webhook = ports.public_url.startswith("https://")
        if self._by_webhook and not webhook_secret:
            raise SettingsError(
                f"Telegram ({account}): Mit öffentlicher Adresse braucht der Webhook ein Geheimnis. "
                "LOTSE_TELEGRAM_WEBHOOK_SECRET setzen, 1–256 Zeichen aus A–Z a–z 0–9 _ -."
            )
        if webhook_secret and not _SECRET_SHAPE.fullmatch(webhook_secret):
            raise SettingsError(
                f"Telegram ({account}): Das Geheimnis des Webhooks besteht aus 1–256 Zeichen A–Z a–z 0–9 _ -."
            )
        request = SessionRequest(ports.http)
        self._bot = Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)
        self._sender = sending.Sender(self._bot)
        self._chores = Chores(self._bot)
        self._poller = Poller(
            account, f"{api_url}/bot{token}", request, ports.accept, self._chores, ports.health, self._connect
        )

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The webhook. Without a secret there is no door: it could not tell Telegram from anybody."""
        return [web.post(f"/hooks/telegram/{self.account}", self._hook)] if self._secret else []

    async def run(self) -> None:
        """Register the webhook, or poll; do the courtesies meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._chores.run())
            await self._connect()
            tasks.create_task(self._watch() if self._by_webhook else self._poller.run())

    def read(self, payload: bytes) -> Inbound | None:
        """Parse one stored update."""
        return reading.read(payload)

    def authority_of(self, address: str) -> str:
        """One bot speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            return await self._sender.send(outbound)
        except SendError as error:
            if error.refusal is Refusal.AUTH_BROKEN:
                self._ports.health(self.account, "token refused")
            raise

    async def _hook(self, request: web.Request) -> web.Response:
        given = request.headers.getall(SECRET_HEADER, [])
        if len(given) != 1 or not same(given[0], self._secret):
            raise web.HTTPUnauthorized
        raw = await raw_body(request)
        try:
            update = strict_json(raw)
        except UnreadableEvent:
            # Refused, it would be repeated for a day and hold up the chat behind it; it goes to quarantine.
            update = None
        try:
            await self._ports.accept([reading.event_of(self.account, update, raw)])
        except StoreBusy:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "2"}) from None
        self._chores.note(update)
        self._ports.health(self.account, "ok")
        return web.Response()

    async def _connect(self) -> None:
        """Tell Telegram which way updates come, for as long as it takes: never both, or polling answers 409."""
        pause = 1.0
        while True:
            try:
                if self._by_webhook:
                    await self._bot.set_webhook(
                        self._hook_url,
                        secret_token=self._secret,
                        allowed_updates=list(ALLOWED),
                        max_connections=100,
                    )
                else:
                    await self._bot.delete_webhook()
            except RetryAfter as error:
                pause = max(pause, seconds(error))
            except TelegramError as error:
                self._ports.health(self.account, type(error).__name__)
                log.warning("Telegram not reachable", account=self.account, error=type(error).__name__)
            else:
                self._ports.health(self.account, "ok")
                return
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    async def _watch(self) -> None:
        """Ask now and then whether the webhook still stands: a revoked token or a stolen webhook is silent."""
        while True:
            await asyncio.sleep(WATCH_EVERY)
            try:
                info = await self._bot.get_webhook_info()
            except TelegramError as error:
                self._ports.health(self.account, type(error).__name__)
                continue
            if info.url != self._hook_url:
                log.warning("webhook was changed by somebody else", account=self.account)
                await self._connect()
            self._ports.health(self.account, "ok")
