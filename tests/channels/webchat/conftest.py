"""The chat page on its shell, and a citizen with and without JavaScript."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientResponse, DummyCookieJar
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.channels.webchat.channel import WebChat
from bot.channels.webchat.limits import Limits
from bot.channels.webchat.reading import read
from bot.channels.webchat.sessions import COOKIE
from bot.message import Author, Event
from bot.web.application import build
from bot.web.health import Health
from tests.channels.conftest import AUTHORITY, Ledger

SESSION = "A" * 22
ADDRESS = f"{AUTHORITY}:{SESSION}"


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Citizen:
    """Sends as our script does, or as a plain form; the cookie is sent by hand, for the test speaks plain http."""

    client: TestClient[Any, Any]
    session: str = SESSION
    headers: dict[str, str] = field(default_factory=dict)

    def _with_cookie(self, headers: dict[str, str]) -> dict[str, str]:
        cookie = {"Cookie": f"{COOKIE}={self.session}"} if self.session else {}
        return self.headers | cookie | headers

    async def get(self, path: str = "/", **headers: str) -> ClientResponse:
        return await self.client.get(path, headers=self._with_cookie(headers), allow_redirects=False)

    async def say(self, text: str, key: str = "", choice: str = "", **headers: str) -> ClientResponse:
        """As our script."""
        sent = {"text": text, "choice": choice, "authority": AUTHORITY, "lang": "de"}
        keyed = {"Idempotency-Key": key} if key else {}
        return await self.client.post("/chat/message", json=sent, headers=self._with_cookie(keyed | headers))

    async def form(self, path: str = "/chat/message", **fields: str) -> ClientResponse:
        """As a page without JavaScript."""
        sent = {"authority": AUTHORITY, "lang": "de", **fields}
        return await self.client.post(path, data=sent, headers=self._with_cookie({}), allow_redirects=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chat(ports: Ports, clock: Clock) -> WebChat:
    return WebChat(ports, account="webchat", authority=AUTHORITY, limits=Limits(clock))


@pytest.fixture
async def client(chat: WebChat) -> AsyncIterator[TestClient[Any, Any]]:
    application = build([chat], Health(lambda: True))
    async with TestClient(TestServer(application), cookie_jar=DummyCookieJar()) as client:
        yield client


@pytest.fixture
def citizen(client: TestClient[Any, Any]) -> Citizen:
    return Citizen(client)


@pytest.fixture
def echoing(ledger: Ledger) -> Callable[[Event], None]:
    """Let every message be answered at once."""

    def answer(event: Event) -> None:
        said = read(event.payload)
        ledger.say(said.address, Author.CITIZEN, said.text)
        ledger.say(said.address, Author.BOT, f"Antwort auf: {said.text}")

    ledger.answering = answer
    return answer
