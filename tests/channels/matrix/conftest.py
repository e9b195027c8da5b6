"""A real homeserver, a citizen's app that is not ours, and our channel between them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import pytest

from bot.channels.base import Ports, Takeover
from bot.channels.matrix.channel import Matrix
from bot.channels.matrix.reading import read
from bot.errors import UnreadableEvent
from bot.message import Inbound
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.proxy import Proxy
from tests.channels.matrix.synapse import Synapse, User, shared


@pytest.fixture(scope="session")
def synapse() -> Synapse:
    """The homeserver, started once for all tests."""
    return shared()


@pytest.fixture
def bot_user(synapse: Synapse) -> User:
    return synapse.register("lotse")


@pytest.fixture
async def citizen(synapse: Synapse) -> AsyncIterator[Citizen]:
    async with Citizen(synapse.url, synapse.register("maria")) as person:
        yield person


@pytest.fixture
async def proxy(synapse: Synapse) -> AsyncIterator[Proxy]:
    """Between our channel and the homeserver."""
    between = Proxy(synapse.url)
    await between.start()
    yield between
    await between.stop()


class Desk:
    """What the channel has handed in, read."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._arrived = asyncio.Event()
        ledger.answering = lambda _event: self._arrived.set()

    def letters(self) -> list[Inbound | Takeover | None]:
        return [read(event.payload) for event in self.ledger.events]

    def said(self) -> list[Inbound]:
        """What citizens said; what cannot be read is not in it."""
        found = []
        for event in self.ledger.events:
            with suppress(UnreadableEvent):
                letter = read(event.payload)
                if isinstance(letter, Inbound):
                    found.append(letter)
        return found

    def texts(self) -> list[str]:
        return [one.text for one in self.said()]

    async def inbound(self, number: int) -> Inbound:
        """The message number `number` of citizens, counted from 1."""
        await self._until(lambda: len(self.said()) >= number)
        return self.said()[number - 1]

    async def arrived(self, number: int) -> None:
        """Wait until so many events of any sort were handed in."""
        await self._until(lambda: len(self.ledger.events) >= number)

    async def _until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not so():
                self._arrived.clear()
                await self._arrived.wait()


async def next_trouble(book: HealthBook) -> str:
    """Wait until a channel says that something is wrong, and what."""
    async with asyncio.timeout(10):
        while not (trouble := [state for _, state in book.states if state != "ok"]):
            book._changed.clear()
            await book._changed.wait()
    return trouble[0]


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    return Desk(ledger)


Running = Callable[..., AbstractAsyncContextManager[Matrix]]


@pytest.fixture
def running(ports: Ports, proxy: Proxy, bot_user: User, health_book: HealthBook) -> Running:
    """Our channel at work, behind the proxy; further options, or other ports, as named."""

    @asynccontextmanager
    async def run(ports: Ports = ports, *, well: bool = True, **options: Any) -> AsyncIterator[Matrix]:
        given = {"homeserver": proxy.url, "user_id": bot_user.id, "password": bot_user.password} | options
        channel = Matrix(ports, account="matrix", authority="nrw-im", **given)
        health_book.states.clear()
        task = asyncio.ensure_future(channel.run())
        try:
            if well:
                await health_book.said("matrix", "ok")
            yield channel
        finally:
            task.cancel()
            await asyncio.wait([task])

    return run
