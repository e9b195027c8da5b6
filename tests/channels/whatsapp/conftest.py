"""A Cloud API to talk to, deliveries of every kind, and our channel between them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.channels.whatsapp.channel import WhatsApp
from bot.web.application import build
from bot.web.health import Health
from tests.channels.meta.standin import APP_SECRET, TOKEN
from tests.channels.whatsapp.standin import NUMBER_ID, CloudApi

PAYLOADS = Path(__file__).parent / "payloads"
VERIFY = "Prüf-Wort-123"
USER = "DE.13491208655302741918"
NUMBER = "4915550100042"


def payload(name: str) -> dict[str, Any]:
    """One delivery."""
    parsed = json.loads((PAYLOADS / f"{name}.json").read_text())
    assert isinstance(parsed, dict)
    return parsed


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    standin = CloudApi()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def options(api: CloudApi) -> dict[str, Any]:
    """What the operator sets."""
    return {
        "token": TOKEN,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY,
        "phone_number_id": NUMBER_ID,
        "graph_url": api.url,
    }


@pytest.fixture
def channel(ports: Ports, options: dict[str, Any]) -> WhatsApp:
    """One business number."""
    return WhatsApp(ports, account="whatsapp", authority="nrw-im", **options)


@pytest.fixture
async def door(channel: WhatsApp) -> AsyncIterator[TestClient[Any, Any]]:
    """The webhook on our own server, middlewares and all."""
    application = build([channel], Health(lambda: True))
    async with TestClient(TestServer(application)) as client:
        yield client
