"""What a channel is: it reads events, sends messages, and opens its own doors.

A channel never sees the store, the answer room or another channel. What it needs of the rest of the
program is handed to it as `Ports`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import aiohttp
from aiohttp import web

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
    health: Callable[[str, str], None]
    """(account, "ok" | short reason): what the operator sees in health and metrics."""


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

    def read(self, payload: bytes) -> Inbound | None:
        """Parse one stored event. None means: nothing to answer (echo, receipt, own message).

        Pure and quick. Raises UnreadableEvent.
        """
        ...

    def authority_of(self, address: str) -> str:
        """The authority a new conversation at this address belongs to."""
        ...

    async def send(self, outbound: Outbound) -> str:
        """Render and send; returns the platform's message id ("" where there is none). Raises SendError."""
        ...
