"""A server to talk to, posts of every kind, and our channel."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Ports
from bot.channels.mastodon.channel import Mastodon
from bot.channels.mastodon.reading import Self
from tests.channels.conftest import Ledger
from tests.channels.mastodon.standin import APPLICATION, OWN_ID, TOKEN, MastodonServer

PAYLOADS = Path(__file__).parent / "payloads"
ANNA = "anna@anderswo.example"
OWN = Self(OWN_ID, "lotse", "social.example", APPLICATION)


def payload(name: str) -> dict[str, Any]:
    """One status."""
    parsed = json.loads((PAYLOADS / f"{name}.json").read_text())
    assert isinstance(parsed, dict)
    return parsed


def post(number: int, text: str = "Hallo", **more: Any) -> dict[str, Any]:
    """A direct mention like any other, the `number`th of Anna."""
    return payload("text") | {"id": str(113000000000000000 + number), "content": f"<p>@lotse {text}</p>", **more}


def stored(kind: str, status: dict[str, Any]) -> bytes:
    """An event's payload as it is kept."""
    return json.dumps({kind: status, "own": asdict(OWN)}).encode()


@asynccontextmanager
async def running(channel: Mastodon) -> AsyncIterator[None]:
    """The channel at its background work."""
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(channel.run())
        yield
        task.cancel()


async def taken(ledger: Ledger, *ids: str) -> None:
    """Wait until just these events are there."""
    bell = asyncio.Event()
    ledger.answering = lambda event: bell.set()
    async with asyncio.timeout(10):
        while sorted(event.event_id for event in ledger.events) != sorted(ids):
            bell.clear()
            await bell.wait()


@pytest.fixture
async def server() -> AsyncIterator[MastodonServer]:
    standin = MastodonServer()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def build(ports: Ports, server: MastodonServer) -> Callable[..., Mastodon]:
    """The channel as `Mastodon(ports, …)`, at the stand-in unless told otherwise."""

    def built(**options: Any) -> Mastodon:
        given = {"account": "mastodon", "authority": "nrw-im", "server": server.url, "token": TOKEN}
        return Mastodon(ports, **given | options)

    return built


@pytest.fixture
def mastodon(build: Callable[..., Mastodon]) -> Mastodon:
    return build()
