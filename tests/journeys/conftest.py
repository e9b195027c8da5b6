"""The whole program, opened in the test's own loop, on a database of each kind."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.app import Service, opened
from bot.flow.learning import CHECKED, MODELS
from bot.flow.publishing import Publisher
from bot.settings import Settings, content_facts, read_settings
from tests.bench.telegram import Sink
from tests.inbox.conftest import Person

ROOT = Path(__file__).resolve().parents[2]
WEBHOOK_SECRET = "journey"
PASSWORD = "Sieben Kraniche über Soest"


@asynccontextmanager
async def first_person(service: Service) -> AsyncIterator[Person]:
    """The first account, after its very first log-in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        person = Person(http, service.url + "/inbox")
        page = await person.get("/login")
        person.csrf = page.hidden("csrf")
        answer = await person.post("/login", name=service.first_name, password=service.first_password, next="")
        assert answer.status == 303
        page = await person.get("/password")
        person.csrf = page.hidden("csrf")
        answer = await person.post("/password", old=service.first_password, new=PASSWORD, again=PASSWORD)
        assert answer.status == 303
        person.csrf = (await person.get("")).hidden("csrf")
        yield person


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """What is kept of the real content, checked and learnt once for all journeys."""
    state = tmp_path_factory.mktemp("content")
    (state / MODELS).symlink_to(models)
    publisher = Publisher(ROOT, state, content_facts(read_settings()))
    asyncio.run(publisher.start())
    assert publisher.current is not None, publisher.findings
    return state


@pytest.fixture
async def telegram() -> AsyncIterator[Sink]:
    """The far side of the bot."""
    sink = Sink()
    await sink.start()
    yield sink
    await sink.stop()


@pytest.fixture
def settings(store_url: str, trained: Path, tmp_path: Path, telegram: Sink) -> Settings:
    """As an operator would set them: a webhook, a database, the real content."""
    data = tmp_path / "data"
    (data / "content").mkdir(parents=True)
    for kept in (CHECKED, MODELS):
        (data / "content" / kept).symlink_to(trained / kept)
    return read_settings(
        host="127.0.0.1",
        port=0,
        data=data,
        database=store_url,
        secret="journey-secret-journey-secret-journey",
        public_url="https://journey.invalid",
        telegram_token="123456789:" + "A" * 35,
        telegram_webhook_secret=WEBHOOK_SECRET,
        telegram_api_url=telegram.url,
    )


@pytest.fixture
async def service(settings: Settings) -> AsyncIterator[Service]:
    """The program at work."""
    async with opened(settings) as running:
        yield running
