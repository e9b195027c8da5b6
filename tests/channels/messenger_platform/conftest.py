"""Each of the two channels with its far side, and its door on our own server."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.channels.messenger_platform.channel import PlatformChannel
from bot.channels.registry import channel_class
from bot.web.application import build
from bot.web.health import Health
from tests.channels.messenger_platform.standin import SendApi, options

Door = TestClient[Any, Any]


@dataclass
class Side:
    """One of the two platforms, with a channel on it."""

    name: str
    about: str
    api: SendApi
    channel: PlatformChannel

    @property
    def hook(self) -> str:
        return f"/hooks/{self.name}/{self.name}"


def channel_on(api: SendApi, name: str, ports: Ports, account: str = "", **changed: Any) -> PlatformChannel:
    """A channel with the stand-in's credentials."""
    about = "page" if name == "messenger" else "instagram"
    channel = channel_class(name)(ports, account=account or name, authority="nrw-im", **options(api, about) | changed)
    assert isinstance(channel, PlatformChannel)
    return channel


@pytest.fixture(params=["messenger", "instagram"])
async def side(request: pytest.FixtureRequest, ports: Ports) -> AsyncIterator[Side]:
    name = request.param
    about = "page" if name == "messenger" else "instagram"
    api = SendApi(about=about)
    await api.start()
    yield Side(name, about, api, channel_on(api, name, ports))
    await api.stop()


@pytest.fixture
async def door(side: Side) -> AsyncIterator[Door]:
    """The webhook on our own server, middlewares and all."""
    async with TestClient(TestServer(build([side.channel], Health(lambda: True)))) as client:
        yield client
