"""A Bot API to talk to, updates of every kind, and our channel on either way in."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.channels.telegram.channel import Telegram
from bot.web.application import build
from bot.web.health import Health
from tests.channels.telegram.standin import TOKEN, BotApi

PAYLOADS = Path(__file__).parent / "payloads"
SECRET = "Geheim-123_abc"


def payload(name: str) -> dict[str, Any]:
    """One recorded update."""
    parsed = json.loads((PAYLOADS / f"{name}.json").read_text())
    assert isinstance(parsed, dict)
    return parsed


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    standin = BotApi()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def polling(ports: Ports, api: BotApi) -> Telegram:
    """The channel of an installation without a public address."""
    return Telegram(ports, account="telegram", authority="nrw-im", token=TOKEN, api_url=api.url)


@pytest.fixture
def hooked(ports: Ports, api: BotApi) -> Telegram:
    """The channel of an installation with a public address."""
    return Telegram(
        replace(ports, public_url="https://chat.example"),
        account="telegram",
        authority="nrw-im",
        token=TOKEN,
        webhook_secret=SECRET,
        api_url=api.url,
    )


@pytest.fixture
async def door(hooked: Telegram) -> AsyncIterator[TestClient[Any, Any]]:
    """The webhook on our own server, middlewares and all."""
    application = build([hooked], Health(lambda: True))
    async with TestClient(TestServer(application)) as client:
        yield client
