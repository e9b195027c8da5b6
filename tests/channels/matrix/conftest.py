"""A real homeserver, a citizen's app that is not ours, and our channel between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from bot.channels.base import Ports
from bot.channels.matrix.channel import Matrix
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.synapse import Synapse, User


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """The homeserver, started once for all tests."""
    server = Synapse(tmp_path_factory.mktemp("synapse"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bot_user(synapse: Synapse) -> User:
    return synapse.register("lotse")


@pytest.fixture
async def citizen(synapse: Synapse) -> AsyncIterator[Citizen]:
    async with Citizen(synapse.url, synapse.register("maria")) as person:
        yield person


Running = Callable[..., AbstractAsyncContextManager[Matrix]]


@pytest.fixture
def running(ports: Ports, synapse: Synapse, bot_user: User) -> Running:
    """Our channel at work; further options, or other ports, as named."""

    @asynccontextmanager
    async def run(ports: Ports = ports, **options: Any) -> AsyncIterator[Matrix]:
        given = {"homeserver": synapse.url, "user_id": bot_user.id, "password": bot_user.password} | options
        channel = Matrix(ports, account="matrix", authority="nrw-im", **given)
        task = asyncio.ensure_future(channel.run())
        try:
            yield channel
        finally:
            task.cancel()
            await asyncio.wait([task])

    return run
