"""What a channel's tests need of the rest of the program: an honest intake and journal in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.channels.base import Gauge, Line, Page, Ports, Transcript
from bot.errors import NotVisible, StoreBusy
from bot.message import Author, Choice, Event

AUTHORITY = "nrw-im"
PAGE = Page(
    authority=AUTHORITY,
    name="Ministerium des Innern des Landes Nordrhein-Westfalen",
    language="de",
    notice="Hier antwortet ein Computer-Programm mit geprüften Texten. Wir speichern Ihre Nachrichten 90 Tage.",
    emergency="In Gefahr rufen Sie an: 110 (Polizei) oder 112 (Feuerwehr, Rettungsdienst).",
    placeholder_topics=(Choice("i:contact.general", "Wie erreiche ich Sie?"), Choice("i:jobs", "Arbeiten bei Ihnen")),
    privacy="Wir speichern so wenig wie möglich.\n\nFragen: 0211 871-01.",
)


def page(authority: str, language: str) -> Page:
    """One authority; any other is unknown."""
    if authority != AUTHORITY:
        raise NotVisible(authority)
    return replace(PAGE, language=language)


@dataclass
class Ledger:
    """Intake and journal in memory: events are kept once, lines are numbered, readers are woken."""

    events: list[Event] = field(default_factory=list)
    lines: dict[str, list[Line]] = field(default_factory=dict)
    working: set[str] = field(default_factory=set)
    human: set[str] = field(default_factory=set)
    reads: int = 0
    busy: bool = False
    shield: Callable[[Sequence[Event]], Awaitable[None]] | None = None
    answering: Callable[[Event], None] | None = None
    _known: set[tuple[str, str]] = field(default_factory=set)
    _readers: set[asyncio.Event] = field(default_factory=set)
    _census: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def accept(self, events: Sequence[Event]) -> None:
        if self.busy:
            if self.shield is not None:
                await self.shield(events)
            raise StoreBusy
        for event in events:
            key = (event.account, event.event_id)
            if key in self._known:
                continue
            self._known.add(key)
            self.events.append(event)
            if self.answering is not None:
                self.answering(event)
        self._wake()

    def say(
        self,
        address: str,
        author: Author,
        text: str,
        language: str = "de",
        choices: tuple[Choice, ...] = (),
        *,
        alert: bool = False,
    ) -> Line:
        """Put a line into a conversation and wake its readers."""
        lines = self.lines.setdefault(address, [])
        line = Line(
            len(lines) + 1, datetime(2026, 11, 21, 10, 30, tzinfo=UTC), author, text, language, choices, alert
        )
        lines.append(line)
        self._wake()
        return line

    def changed(self) -> None:
        """Wake the readers after a change of state."""
        self._wake()

    async def watched(self, readers: int = 1) -> None:
        """Wait until so many readers wait for changes."""
        async with asyncio.timeout(10), self._census:
            await self._census.wait_for(lambda: len(self._readers) == readers)

    async def read(self, account: str, address: str, after: int = 0) -> Transcript:
        del account
        self.reads += 1
        lines = tuple(line for line in self.lines.get(address, ()) if line.seq > after)
        return Transcript(lines, address in self.human, address in self.working)

    @asynccontextmanager
    async def changes(self, account: str, address: str) -> AsyncIterator[AsyncIterator[None]]:
        del account, address
        bell = asyncio.Event()
        await self._count(self._readers.add, bell)

        async def wakes() -> AsyncIterator[None]:
            while True:
                await bell.wait()
                bell.clear()
                yield

        try:
            yield wakes()
        finally:
            await self._count(self._readers.discard, bell)

    async def _count(self, change: Callable[[asyncio.Event], None], bell: asyncio.Event) -> None:
        async with self._census:
            change(bell)
            self._census.notify_all()

    def _wake(self) -> None:
        for bell in self._readers:
            bell.set()


@dataclass
class HealthBook:
    """What channels said about themselves."""

    states: list[tuple[str, str]] = field(default_factory=list)
    gauges: dict[tuple[str, Gauge], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._changed = asyncio.Event()

    def __call__(self, account: str, state: str) -> None:
        self.states.append((account, state))
        self._changed.set()

    def gauge(self, account: str, gauge: Gauge, value: float) -> None:
        self.gauges[account, gauge] = value
        self._changed.set()

    async def said(self, account: str, state: str) -> None:
        """Wait until a channel has said this."""
        async with asyncio.timeout(10):
            while (account, state) not in self.states:
                await self._changed.wait()
                self._changed.clear()

    async def measured(self, account: str, gauge: Gauge) -> float:
        """Wait until a channel has reported a figure."""
        async with asyncio.timeout(10):
            while (account, gauge) not in self.gauges:
                await self._changed.wait()
                self._changed.clear()
        return self.gauges[account, gauge]


@dataclass
class Notebook:
    """What channels keep, in memory."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)

    async def get(self, account: str, name: str) -> bytes | None:
        return self.kept.get((account, name))

    async def put(self, account: str, name: str, value: bytes) -> None:
        self.kept[account, name] = value


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def health_book() -> HealthBook:
    return HealthBook()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
async def ports(ledger: Ledger, health_book: HealthBook, notebook: Notebook, tmp_path: Path) -> AsyncIterator[Ports]:
    async with aiohttp.ClientSession() as http:
        yield Ports(
            accept=ledger.accept,
            journal=ledger,
            page=page,
            http=http,
            public_url="",
            health=health_book,
            memory=notebook,
            folder=tmp_path / "channels",
            clock=lambda: datetime.now(UTC),
        )
