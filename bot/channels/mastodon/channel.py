"""The Mastodon channel: it goes to its server to hear and to speak; there is no door."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog
from aiohttp import web

from bot.channels.base import Capabilities, Ports, Takeover
from bot.channels.calls import CALL_ERRORS, NoAnswer, NotConnected, Refused
from bot.channels.mastodon import reading
from bot.channels.mastodon.events import Events
from bot.channels.mastodon.fetching import LONGEST_PAUSE, SHORTEST_PAUSE, Fetcher
from bot.channels.mastodon.sending import CAPABILITIES, Sender
from bot.channels.mastodon.server import Server
from bot.channels.mastodon.watch import HELD_BACK, NO_BOT, held_back, instance, is_bot, ourselves, trouble
from bot.errors import Refusal, SendError, SettingsError, StoreError
from bot.message import Inbound, Outbound

log = structlog.get_logger()

WATCH_EVERY = 45.0
"""Seconds; trouble shall show within a minute."""


class Mastodon:
    """One account on one server."""

    name = "mastodon"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        server: str,
        token: str,
        streaming_url: str = "",
        text_limit: int = 0,
        check_setup: bool = True,
    ) -> None:
        """Raise SettingsError without a token."""
        if not token:
            raise SettingsError(
                f"Mastodon ({account}): Ohne Zugriffs-Token geht nichts. token = … setzen; es steht in Mastodon "
                "unter Einstellungen, Entwicklung, bei der Anwendung."
            )
        self.account = account
        self.authority = authority
        self.capabilities: Capabilities = replace(CAPABILITIES, text_limit=text_limit or CAPABILITIES.text_limit)
        self._ports = ports
        self._url = server
        self._streaming_url = streaming_url
        self._text_limit = text_limit
        self._check_setup = check_setup
        self._server = Server(ports.http, server, token, ports.clock)
        self._events = Events(account)
        self._sender = Sender(account, self._server, self._events)
        self._sender.limit = self.capabilities.text_limit
        self._fetcher = Fetcher(ports, account, self._server, self._events, self._stream_is)
        self._stream_state = "ok"
        self._account_state = "ok"

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """None: we go to the server, it does not come to us."""
        return []

    async def run(self) -> None:
        """Ask who we are, then listen and watch."""
        streaming = await self._introduced()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._fetcher.run(streaming))
            tasks.create_task(self._watch())

    def read(self, payload: bytes) -> Inbound | Takeover | None:
        """Parse one stored event."""
        return reading.read(payload)

    def authority_of(self, address: str) -> str:
        """One account speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            return await self._sender.send(outbound)
        except SendError as error:
            if error.refusal is Refusal.AUTH_BROKEN:
                self._account_is(str(error))
            raise

    async def _introduced(self) -> str:
        """Learn who we are and what the server allows, for as long as it takes; the streaming server's address."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                about = await instance(self._server)
                self._events.own = await ourselves(self._server, self._url)
            except CALL_ERRORS as error:
                self._account_is(trouble(error))
            else:
                self._sender.limit = self._text_limit or about.characters or CAPABILITIES.text_limit
                return self._streaming_url or about.streaming or self._url
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    async def _watch(self) -> None:
        """Now and then: a revoked token, a policy that holds strangers back, and what the stream did not bring."""
        while True:
            try:
                state = await self._setup_state()
                await self._fetcher.catch_up()
            except (NotConnected, NoAnswer, Refused) as error:
                state = trouble(error)
            except StoreError:
                state = "database takes nothing"
            self._account_is(state)
            await asyncio.sleep(WATCH_EVERY)

    async def _setup_state(self) -> str:
        marked = await is_bot(self._server)
        if not self._check_setup:
            return "ok"
        if await held_back(self._server):
            return HELD_BACK
        return "ok" if marked else NO_BOT

    def _stream_is(self, state: str) -> None:
        self._stream_state = state
        self._say()

    def _account_is(self, state: str) -> None:
        if state not in {self._account_state, "ok"}:
            log.warning("how the platform works with us", account=self.account, state=state)
        self._account_state = state
        self._say()

    def _say(self) -> None:
        """The account's trouble explains the stream's."""
        state = self._account_state if self._account_state != "ok" else self._stream_state
        self._ports.health(self.account, state)
