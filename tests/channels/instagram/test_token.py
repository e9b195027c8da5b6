"""A token that lives 60 days: renewed in time, kept, and red before it ends."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.base import Gauge, Ports
from bot.channels.instagram import token
from bot.channels.instagram.channel import Instagram
from bot.errors import StoreBusy
from bot.message import Author, Outbound
from tests.channels.conftest import HealthBook, Notebook
from tests.channels.messenger_platform.standin import ALWAYS, RENEWED, SendApi, options
from tests.channels.meta.standin import TOKEN, Call, Refusal

HELLO = Outbound(7, "6622003344556677", "Guten Tag", "de", Author.BOT)


class Clock:
    """A time that the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class TellingNotebook(Notebook):
    """Says when something was put."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    async def put(self, account: str, name: str, value: bytes) -> None:
        await super().put(account, name, value)
        self.changed.set()


@pytest.fixture
def notebook() -> TellingNotebook:
    """Takes the place of the common one in `ports`."""
    return TellingNotebook()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api() -> AsyncIterator[SendApi]:
    standin = SendApi(about="instagram")
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other at once."""
    monkeypatch.setattr(token, "LOOK_EVERY", 0.01)
    monkeypatch.setattr("bot.channels.meta.watch.WATCH_EVERY", 0.01)


def channel(api: SendApi, ports: Ports, clock: Clock, **changed: object) -> Instagram:
    given = options(api, "instagram") | changed
    return Instagram(replace(ports, clock=clock), account="instagram", authority="nrw-im", **given)


def renewing(call: Call) -> bool:
    return call.path == "refresh_access_token"


async def test_a_token_is_renewed_kept_and_used(
    api: SendApi, ports: Ports, clock: Clock, notebook: TellingNotebook, health_book: HealthBook
) -> None:
    """As documented: without version, with the old token; the new one sends, and the day it ends is known."""
    instagram = channel(api, ports, clock)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(instagram.run())
        [call] = await api.called("GET", "refresh_access_token")
        await kept(notebook, RENEWED)
        running.cancel()
    assert (call.version, call.query["grant_type"], call.query["access_token"]) == ("", "ig_refresh_token", TOKEN)
    assert health_book.gauges["instagram", Gauge.TOKEN_EXPIRES] == (clock.now + timedelta(days=60)).timestamp()
    api.token = "the old one is over"
    assert await instagram.send(HELLO) == "m_sent_1"


async def kept(notebook: TellingNotebook, wanted: str) -> None:
    """Wait until a token is kept."""
    async with asyncio.timeout(10):
        while json.loads(notebook.kept.get(("instagram", "token"), b"{}")).get("token") != wanted:
            notebook.changed.clear()
            await notebook.changed.wait()


async def test_after_a_restart_the_renewed_token_is_used_from_the_first_message_on(
    api: SendApi, ports: Ports, clock: Clock, notebook: TellingNotebook
) -> None:
    """The configured one may be long over; nothing waits for the background."""
    first = channel(api, ports, clock)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(first.run())
        await kept(notebook, RENEWED)
        running.cancel()
    api.token = "the old one is over"
    assert await channel(api, ports, clock).send(HELLO) == "m_sent_1"


async def test_another_configured_token_replaces_the_kept_one(
    api: SendApi, ports: Ports, clock: Clock, notebook: TellingNotebook
) -> None:
    """The operator's remedy when a token could not be renewed any more."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel(api, ports, clock).run())
        await kept(notebook, RENEWED)
        running.cancel()
    api.token, api.renewed = "IGAnother", set()
    assert await channel(api, ports, clock, token="IGAnother").send(HELLO) == "m_sent_1"


async def test_a_renewed_token_is_renewed_again_after_a_week_and_not_before(
    api: SendApi, ports: Ports, clock: Clock, notebook: TellingNotebook, quick: None
) -> None:
    """Long before its 60 days are over."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel(api, ports, clock).run())
        await kept(notebook, RENEWED)
        await api.called("GET", "me", 20)
        assert len(api.of("GET", "refresh_access_token")) == 1
        clock.now += timedelta(days=7)
        again = (await api.called("GET", "refresh_access_token", 2))[1]
        running.cancel()
    assert again.query["access_token"] == RENEWED


@pytest.mark.parametrize(
    "refusal", [Refusal(400, 10), Refusal(500, 1), Refusal(200, body=b"{}"), Refusal(200, hang_up=True)]
)
async def test_what_cannot_be_renewed_yet_is_tried_again(
    api: SendApi, ports: Ports, clock: Clock, notebook: TellingNotebook, quick: None, refusal: Refusal
) -> None:
    """A token younger than a day is refused."""
    api.refuse(refusal, renewing)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel(api, ports, clock).run())
        await kept(notebook, RENEWED)
        running.cancel()


async def test_fifteen_days_before_its_end_an_unrenewed_token_is_red(
    api: SendApi, ports: Ports, clock: Clock, health_book: HealthBook, quick: None
) -> None:
    """Day 45: time enough for people to act, though everything still works."""
    api.refuse(Refusal(400, 10, times=ALWAYS), renewing)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel(api, ports, clock).run())
        await health_book.said("instagram", "ok")
        clock.now += timedelta(days=44, hours=23)
        seen = len(api.of("GET", "me"))
        await api.called("GET", "me", seen + 3)
        assert {state for _, state in health_book.states} == {"ok"}
        clock.now += timedelta(hours=1)
        await health_book.said("instagram", "token expires in 15 days")
        running.cancel()


async def test_while_the_database_is_away_the_configured_token_is_used(
    api: SendApi, ports: Ports, clock: Clock
) -> None:
    """Better than none; as soon as the database is back, the kept one is."""

    class Away(Notebook):
        async def get(self, account: str, name: str) -> bytes | None:
            raise StoreBusy

    assert await channel(api, replace(ports, memory=Away()), clock).send(HELLO) == "m_sent_1"


async def test_a_token_of_the_page_is_not_renewed(
    api: SendApi, ports: Ports, clock: Clock, health_book: HealthBook
) -> None:
    """It has no end of its own; the account behind the page is checked."""
    page = SendApi()
    await page.start()
    linked = channel(page, ports, clock, login="page", appsecret_proof=True)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(linked.run())
        await health_book.said("instagram", "ok")
        await page.called("GET", "debug_token")
        running.cancel()
    await page.stop()
    assert page.of("GET", "refresh_access_token") == []
