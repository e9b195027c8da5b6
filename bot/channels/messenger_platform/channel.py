"""What a channel on the Messenger Platform is, whichever of the two."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.channels.base import Capabilities, Ports
from bot.channels.messenger_platform.chores import Chores
from bot.channels.messenger_platform.reading import Found, Own
from bot.channels.messenger_platform.rendering import QUICK_REPLIES, TITLE_LIMIT, Style
from bot.channels.messenger_platform.sending import PEOPLE_WINDOW, REPLY_WINDOW, Sender
from bot.channels.messenger_platform.sent import Sent
from bot.channels.messenger_platform.switchboard import Extension, Switchboard, wrote
from bot.channels.meta.graph import Graph
from bot.channels.meta.hub import Hub
from bot.errors import Refusal, SendError
from bot.message import Event, Outbound


@dataclass(frozen=True, slots=True)
class App:
    """The app of Meta behind an account, as its operator configured it."""

    id: str
    secret: str
    verify_token: str
    human_agent: bool
    other_bots: frozenset[str]


class PlatformChannel(ABC):
    """One page or professional account: its door, its courtesies, its sender."""

    name: str
    about: str
    """What deliveries for it are about: "page" or "instagram"."""
    capabilities: Capabilities

    def __init__(
        self, ports: Ports, *, account: str, authority: str, owner: str, app: App, graph: Graph, style: Style
    ) -> None:
        """`owner` is the id of the page or professional account. Raises SettingsError without a secret."""
        self.account = account
        self.authority = authority
        self.capabilities = Capabilities(
            text_limit=style.text_limit,
            text_unit=style.text_unit,
            buttons=QUICK_REPLIES,
            label_limit=TITLE_LIMIT,
            typing=True,
            reply_window=REPLY_WINDOW,
            staff_window=PEOPLE_WINDOW if app.human_agent else None,
        )
        self._ports = ports
        self._refused = ""
        sent = Sent()
        self._own = Own(app.id, app.other_bots, sent.knows)
        self._sender = Sender(graph, style, ports.clock, sent, human_agent=app.human_agent)
        self._chores = Chores(graph)
        switchboard = Switchboard(
            ports, app_secret=app.secret, about=self.about, owner=owner, extension=Extension(account, self._heard)
        )
        self._hub = Hub(
            ports,
            channel=self.name,
            account=account,
            app_secret=app.secret,
            verify_token=app.verify_token,
            split=switchboard.split,
            accepted=switchboard.accepted,
        )

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The webhook; it also takes what Meta delivers here for other accounts of the same app."""
        return self._hub.routes()

    async def run(self) -> None:
        """Do the courtesies, watch the token."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._chores.run())
            tasks.create_task(self._watch())

    @abstractmethod
    def read(self, payload: bytes) -> Found:
        """Parse one stored event."""

    def authority_of(self, address: str) -> str:
        """One account speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            mid = await self._sender.send(outbound)
        except SendError as error:
            if error.refusal is Refusal.AUTH_BROKEN:
                self._refused = str(error)
                self._ports.health(self.account, self._refused)
            raise
        self._refused = ""
        return mid

    def _state(self, trouble: str) -> str:
        """How it is, for the operator. A token that may ask but not send stays red until something was sent."""
        return trouble or self._refused or "ok"

    @abstractmethod
    async def _watch(self) -> None:
        """Look after the token until cancelled."""

    def _heard(self, event: Event) -> None:
        if wrote(event):
            self._chores.note(event.address)
