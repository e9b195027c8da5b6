"""A gateway to talk to, messages of every kind, and our channel."""

import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.channels.threema.channel import Threema
from bot.web.application import build as application_of
from bot.web.health import Health
from tests.channels.threema.standin import GATEWAY_ID, PRIVATE_KEY, SECRET, ThreemaGateway, form, person, sealed

PAYLOADS = Path(__file__).parent / "payloads"
ANNA = person(1)


def content(name: str) -> tuple[int, bytes]:
    """The type and the bytes of a message: text, JSON or hexadecimal digits, behind a binary beginning."""
    described = json.loads((PAYLOADS / f"{name}.json").read_text())
    text = json.dumps(described["json"]) if "json" in described else described.get("text", "")
    return described["type"], bytes.fromhex(described.get("prefix", "") + described.get("hex", "")) + text.encode()


def delivery(name: str, number: int = 1, **more: Any) -> dict[str, str]:
    """The unsigned form of a message, the `number`th of Anna."""
    return form(ANNA, f"{number:016x}", sealed(ANNA, *content(name)), **more)


@pytest.fixture
async def gateway() -> AsyncIterator[ThreemaGateway]:
    standin = ThreemaGateway()
    standin.meet(ANNA)
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def build(ports: Ports, gateway: ThreemaGateway) -> Callable[..., Threema]:
    """The channel as `Threema(ports, …)`, at the stand-in unless told otherwise."""

    def built(**options: Any) -> Threema:
        given = {
            "account": "threema",
            "authority": "nrw-im",
            "gateway_id": GATEWAY_ID,
            "secret": SECRET,
            "private_key": PRIVATE_KEY,
            "api_url": gateway.url,
        }
        return Threema(ports, **given | options)

    return built


@pytest.fixture
def threema(build: Callable[..., Threema]) -> Threema:
    return build()


@pytest.fixture
async def door(threema: Threema) -> AsyncIterator[TestClient[Any, Any]]:
    """The callback on our own server, middlewares and all."""
    async with TestClient(TestServer(application_of([threema], Health(lambda: True)))) as client:
        yield client
