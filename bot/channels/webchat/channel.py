"""The web chat: the one channel whose page is ours."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime

from aiohttp import web

from bot.channels.base import Capabilities, Line, Ports
from bot.channels.webchat import reading, sessions
from bot.channels.webchat.limits import Limits
from bot.channels.webchat.page import Pages
from bot.channels.webchat.posting import Posting
from bot.channels.webchat.stream import Streams
from bot.message import Inbound, Lane, Outbound

_ADDRESSES_REMEMBERED = 1000


class WebChat:
    """The chat at `/`."""

    name = "webchat"
    capabilities = Capabilities(
        text_limit=100_000, text_unit="chars", buttons=20, label_limit=200, typing=True, shows_notice=True
    )

    def __init__(
        self, ports: Ports, *, account: str = "webchat", authority: str, limits: Limits | None = None
    ) -> None:
        self.account = account
        self.authority = authority
        self._unstored: OrderedDict[str, list[Line]] = OrderedDict()
        self._pages = Pages(ports, account, authority)
        self._streams = Streams(ports.journal, account, self._pages)
        self._posting = Posting(ports, account, self._pages, self._take_unstored, limits)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, what it sends, and what it reads."""
        return [
            web.get("/", self._pages.chat),
            web.get("/datenschutz", self._pages.privacy),
            web.post("/chat/message", self._posting.send),
            web.post("/chat/new", self._posting.fresh),
            web.post("/chat/delete", self._posting.delete),
            web.get("/chat/stream", self._streams.stream, allow_head=False),
            web.get("/chat/lines", self._streams.lines, allow_head=False),
            *self._pages.assets.routes(),
        ]

    async def run(self) -> None:
        """Nothing in the background."""

    def read(self, payload: bytes) -> Inbound | None:
        """Parse one stored event. Raises UnreadableEvent."""
        return reading.read(payload)

    def authority_of(self, address: str) -> str:
        """Named by the address itself."""
        return sessions.authority_of(address)

    async def send(self, outbound: Outbound) -> str:
        """Nothing to send: the page reads the conversation itself, and its bell has rung already.

        Only a reply with no row behind it (id 0: the database takes nothing) has to be carried to the page, in
        the answer to the very request that could not be stored.
        """
        if outbound.id == 0:
            line = Line(
                0,
                datetime.now(UTC),
                outbound.author,
                outbound.text,
                outbound.language,
                outbound.choices,
                alert=outbound.lane is Lane.EMERGENCY,
            )
            self._unstored.setdefault(outbound.address, []).append(line)
            if len(self._unstored) > _ADDRESSES_REMEMBERED:
                self._unstored.popitem(last=False)
        return ""

    def _take_unstored(self, address: str) -> tuple[Line, ...]:
        return tuple(self._unstored.pop(address, ()))
