"""One running program with every platform there is, shared by all tests of the contract."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from pkgutil import resolve_name

import pytest
import pytest_asyncio

from bot.app import Service, opened
from bot.channels.registry import CHANNELS
from bot.flow.clock import utc_now
from bot.flow.learning import CHECKED, MODELS
from bot.settings import Settings, read_settings
from tests.channels.contract.adapter import Adapter, Said
from tests.journeys.conftest import ROOT
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name

NAMES = sorted(name for name in CHANNELS if find_spec(f"tests.channels.{name}.contract") is not None)
"""A test asks that none is missing."""
PRESS = "Ich bin Journalistin und brauche ein Statement"
PRESS_NUMBER = "0211 871-1111"
INSTAGRAM = "Wo finde ich euch auf Instagram?"
DANGER = "hilfe mein mann hat ein messer und schlägt mich"


def adapter(name: str) -> Adapter:
    """The adapter of a channel, not started yet."""
    made: Adapter = resolve_name(f"tests.channels.{name}.contract:Platform")()
    return made


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real content as it is now: who edits it while the tests run changes nothing here."""
    folder = tmp_path_factory.mktemp("frozen")
    for part in ("intents", "responses"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


def settings_of(platforms: Mapping[str, Adapter], data: Path, trained: Path, content: Path) -> Settings:
    """As an operator would set them: a public address, one account of each platform, the real content."""
    learnt = data / "content"
    if not learnt.exists():
        learnt.mkdir(parents=True)
        for kept in (CHECKED, MODELS):
            (learnt / kept).symlink_to(trained / kept)
    options: dict[str, object] = {}
    for platform in platforms.values():
        options |= platform.options()
    return read_settings(
        host="127.0.0.1",
        port=0,
        data=data,
        content=content,
        secret="contract-secret-contract-secret-contract",
        public_url="https://contract.invalid",
        **options,
    )


@dataclass
class World:
    """The program, the platforms, and numbers that nobody has used yet."""

    service: Service
    platforms: Mapping[str, Adapter]
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _citizens: "count[int]" = field(default_factory=lambda: count(1))

    def citizen(self) -> int:
        """Somebody who has not written yet."""
        return next(self._citizens)

    def number(self) -> int:
        """Of an event that has not been yet."""
        return next(self._numbers)

    def said(self, citizen: int, text: str = "", **more: object) -> Said:
        """A new event of this citizen."""
        return Said(self.number(), citizen, text, **more)  # type: ignore[arg-type]

    async def deliver(self, platform: Adapter, *events: object) -> None:
        """Deliver, and be told that it was taken."""
        assert None not in events
        assert await platform.deliver(self.service.url, *events) == 200

    async def say(self, platform: Adapter, citizen: int, text: str) -> None:
        """A text, as people write."""
        await self.deliver(platform, platform.event(self.said(citizen, text)))

    async def settled(self) -> None:
        """Wait until no event waits for its answer."""
        await pending(self.service, lambda waiting: waiting == 0)


async def pending(service: Service, enough: Callable[[int], bool]) -> None:
    """Wait until so many events wait for their answer."""
    async with asyncio.timeout(30):
        with service.store.bell.listen("inbound") as ring:
            while not enough((await service.store.journey.backlog(utc_now())).pending):
                await ring.wait(0.2)


async def until(platform: Adapter, citizen: int, wanted: Callable[[str], bool]) -> list[str]:
    """Wait until one of the texts the citizen heard is the wanted one; all texts so far."""
    texts: list[str] = []
    while not any(map(wanted, texts)):
        texts = await platform.heard(citizen, len(texts) + 1)
    return texts


@asynccontextmanager
async def started(names: list[str]) -> AsyncIterator[dict[str, Adapter]]:
    """These platforms, started."""
    async with AsyncExitStack() as stack:
        platforms = {}
        for name in names:
            platforms[name] = one = adapter(name)
            await one.start()
            stack.push_async_callback(one.stop)
        yield platforms


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def world(trained: Path, content: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Everything at work."""
    async with started(NAMES) as platforms:
        settings = settings_of(platforms, tmp_path_factory.mktemp("contract"), trained, content)
        async with opened(settings) as service:
            yield World(service, platforms)
