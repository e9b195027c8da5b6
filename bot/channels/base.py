"""What a channel is: it reads events, sends messages, and opens its own doors.

A channel never sees the store, the answer room or another channel. What it needs of the rest of the
program is handed to it as `Ports`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import aiohttp
from aiohttp import web

from bot.errors import Refusal
from bot.message import Author, Choice, Event, Inbound, Outbound


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the platform can show. Lengths are in the unit the platform counts in."""

    text_limit: int
    text_unit: str
    """"chars" (code points), "utf16" or "bytes"."""
    buttons: int
    """How many choices fit as buttons; 0 means numbered text."""
    label_limit: int = 0
    typing: bool = False
    shows_notice: bool = False
    """The channel's own page carries the first-contact notice, so it is not sent as a message too."""
    reply_window: timedelta | None = None
    """For how long after the citizen's last message the bot may write freely; None: always."""
    staff_window: timedelta | None = None
    """The same for a message typed by staff, where the platform grants people longer; None: as `reply_window`.

    A year or more: always (by a template, for example).
    """


class Fate(StrEnum):
    """What became of a message of ours, as the platform reports it afterwards."""

    SENT = "sent"
    """Taken after all: settles an unknown outcome."""
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """An event that tells the fate of one of our messages: a status, an echo of our own sending.

    It may come before the call that sent the message has returned, twice, out of order, or for a message that
    nobody knows any more. Its event needs no address: without one it waits for nobody's turn and holds nobody up.
    """

    fate: Fate
    outbox_id: int = 0
    """`Outbound.id` where the platform hands it back, else 0.

    Of a text sent in several parts, only the last part's receipt may name it, unless the fate is FAILED: that one
    part arrived says nothing of the others.
    """
    platform_id: str = ""
    refusal: Refusal | None = None
    """With FAILED: why."""


@dataclass(frozen=True, slots=True)
class Takeover:
    """An event that tells that a colleague answered in the platform's own inbox: the bot falls silent there."""

    address: str
    text: str = ""
    """What the colleague wrote, for the transcript."""
    platform_id: str = ""


class Memory(Protocol):
    """Small things a channel must not forget: cursors, device keys, refreshed tokens. Sealed at rest.

    A cursor is put after its events were accepted: after a crash in between they come again and are known.
    """

    async def get(self, account: str, name: str) -> bytes | None:
        """The value last put; None for an unknown name. Raises StoreError."""
        ...

    async def put(self, account: str, name: str, value: bytes) -> None:
        """Keep a value; returns when it is committed. Raises StoreError."""
        ...


class Gauge(StrEnum):
    """What an operator watches of a platform beside ok or not; a number each."""

    TOKEN_EXPIRES = "token_expires_at"  # noqa: S105 - a name
    """Unix time in seconds."""
    CREDIT = "credit"
    """What is left of prepaid credit, in the platform's unit."""
    METERED = "metered_messages"
    """Messages of this calendar month that the platform charges or counts."""


class Report(Protocol):
    """Where a channel says how it is; shown in health, metrics and the inbox."""

    def __call__(self, account: str, state: str) -> None:
        """Say "ok" or a short reason, in English, for the operator."""
        ...

    def gauge(self, account: str, gauge: Gauge, value: float) -> None:
        """Report a figure that an operator watches."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation as a citizen's page shows it.

    `seq` counts within the conversation without gaps; it is the resume point of a stream.
    """

    seq: int
    at: datetime
    author: Author
    text: str
    language: str
    choices: tuple[Choice, ...] = ()
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Transcript:
    """A citizen's own conversation: the lines after a point, and the state that decides what the page says."""

    lines: tuple[Line, ...]
    human: bool
    """A person has taken over."""
    working: bool
    """A message of the citizen is still being answered."""


class Accept(Protocol):
    """Intake: returns when the events are committed, and only then may the platform get its 2xx.

    Raises StoreBusy when the database does not take them in time (the door answers 503).
    """

    def __call__(self, events: Sequence[Event]) -> Awaitable[None]: ...


class Journal(Protocol):
    """Reads a conversation back for channels whose page is ours (web chat)."""

    async def read(self, account: str, address: str, after: int = 0) -> Transcript:
        """All visible lines with `seq` greater than `after`; empty for an unknown address."""
        ...

    def changes(self, account: str, address: str) -> AbstractAsyncContextManager[AsyncIterator[None]]:
        """An iterator that yields whenever the conversation may have changed (also spuriously)."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """What a channel with a page of its own shows around the conversation; read anew for each request.

    All texts are approved content in the asked language, filled in.
    """

    authority: str
    name: str
    language: str
    notice: str
    emergency: str
    """The standing line above the chat: 110 and 112."""
    placeholder_topics: tuple[Choice, ...] = ()
    """A few starting questions as buttons."""
    privacy: str = ""
    """The privacy statement of the page `/datenschutz`; paragraphs are set apart by an empty line."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What the rest of the program offers a channel."""

    accept: Accept
    journal: Journal
    page: Callable[[str, str], Page]
    """(authority id, language) → Page. Raises NotVisible for an unknown authority."""
    http: aiohttp.ClientSession
    public_url: str
    """The configured address under which citizens reach us, without trailing slash; "" when there is none."""
    health: Report
    memory: Memory
    folder: Path
    """Where a channel may keep files of its own, in a folder named after the account."""
    clock: Callable[[], datetime]
    """The time, aware, in UTC."""
    neighbours: dict[Hashable, object] = field(default_factory=dict)
    """Where accounts of one program find each other, for platforms that deliver to one door what is for several.

    One dictionary for all; what stands in it is the platform's private matter.
    """


class Channel(Protocol):
    """One door to one platform under one account."""

    name: str
    account: str
    authority: str
    """The authority that answers here; for a channel serving several, the default."""
    capabilities: Capabilities

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The HTTP doors of this channel, with paths of its own."""
        ...

    async def run(self) -> None:
        """Background work (polling, token refresh) until cancelled; returns at once where there is none."""
        ...

    def read(self, payload: bytes) -> Inbound | Receipt | Takeover | None:
        """Parse one stored event. None means: nothing to answer or to settle (own message, another bot).

        Pure and quick. Raises UnreadableEvent.
        """
        ...

    def authority_of(self, address: str) -> str:
        """The authority a new conversation at this address belongs to."""
        ...

    async def send(self, outbound: Outbound) -> str:
        """Render and send; returns the platform's message id ("" where there is none). Raises SendError."""
        ...
