"""Live pages: told at once, ended with the session."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from re import search

import aiohttp
import pytest

from bot.inbox import stream
from bot.inbox.streams import STREAMS
from bot.store import users
from tests.inbox.conftest import Office, Person


@dataclass
class Listener:
    """Reads the events of a stream."""

    response: aiohttp.ClientResponse

    async def next(self) -> str:
        """The next event's name; "closed" when the stream ended. Waits no longer than promised to people."""
        async with asyncio.timeout(5):
            while line := await self.response.content.readline():
                if line.startswith(b"event: "):
                    return line.decode().removeprefix("event: ").strip()
        return "closed"


@asynccontextmanager
async def listening(person: Person, path: str, first: str = "change") -> AsyncIterator[Listener]:
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    async with person.http.get(person.base + path, headers={"Cookie": cookie}) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        assert response.headers["Cache-Control"] == "no-store"
        listener = Listener(response)
        if first:
            assert await listener.next() == first
        else:
            assert await response.content.readline() == b"retry: 2000\n"
        yield listener


async def test_a_new_case_reaches_the_open_list(office: Office, petra: Person) -> None:
    """Without asking again."""
    async with listening(petra, "/inbox/stream") as listener:
        await office.say("Hallo?")
        assert await listener.next() == "change"


async def test_a_further_message_reaches_the_open_case(office: Office, petra: Person) -> None:
    """And so do notes of colleagues."""
    await office.say("Hallo?")
    async with listening(petra, "/inbox/cases/1/stream") as listener:
        await office.say("Ist da jemand?", severity=None)
        assert await listener.next() == "change"
        await petra.post("/inbox/cases/1/note", text="gesehen")
        assert await listener.next() == "change"


async def test_a_page_that_is_up_to_date_is_told_nothing(office: Office, petra: Person) -> None:
    """Opening a case reads it once, not twice."""
    await office.say("Hallo?")
    page = (await petra.get("/inbox/cases/1")).text
    found = search(r'data-stream="([^"]+)"', page)
    assert found
    async with listening(petra, found[1], first="") as listener:
        await petra.post("/inbox/cases/1/note", text="gesehen")
        assert await listener.next() == "change"


async def test_delivery_reaches_the_open_case(office: Office, petra: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """That a message was sent rings no bell, so the stream looks."""
    monkeypatch.setattr(stream, "LOOK_AGAIN", 0.01)
    await office.say("Hallo?")
    async with listening(petra, "/inbox/cases/1/stream") as listener:
        (item,) = await office.store.journey.claim_outbox(5, office.clock(), office.clock.now - office.clock.now)
        await office.store.journey.sent(item.outbound.id, "p1", office.clock())
        assert await listener.next() == "change"


async def test_logging_out_ends_all_streams_of_the_session(office: Office, petra: Person, omar: Person) -> None:
    """Well within five seconds; a colleague's goes on."""
    await office.say("Hallo?")
    async with (
        listening(petra, "/inbox/stream") as one,
        listening(petra, "/inbox/cases/1/stream") as two,
        listening(omar, "/inbox/stream") as other,
    ):
        await petra.post("/inbox/logout")
        assert await one.next() == "ended"
        assert await one.next() == "closed"
        assert await two.next() == "ended"
        await office.say("noch jemand", address="b")
        assert await other.next() == "change"


async def test_a_locked_account_stops_listening(office: Office, petra: Person) -> None:
    """At once."""
    async with listening(petra, "/inbox/stream") as listener:
        await office.store.write(users.disable, petra.id, office.clock())
        assert await listener.next() == "ended"


async def test_a_stream_ends_when_its_session_runs_out(office: Office, petra: Person) -> None:
    """Listening is no use of the session."""
    async with listening(petra, "/inbox/stream") as listener:
        office.clock.pass_(minutes=31)
        await office.say("Hallo?")
        assert await listener.next() == "ended"


async def test_the_sixth_stream_of_a_session_ends_the_first(office: Office, petra: Person, omar: Person) -> None:
    """Many tabs cannot exhaust the server; other sessions keep theirs."""
    async with AsyncExitStack() as tabs:
        other = await tabs.enter_async_context(listening(omar, "/inbox/stream"))
        first, *_, last = [await tabs.enter_async_context(listening(petra, "/inbox/stream")) for _ in range(6)]
        assert await first.next() == "closed"
        await office.say("Hallo?")
        assert await last.next() == "change"
        assert await other.next() == "change"


async def test_stopping_the_program_ends_streams(office: Office, petra: Person) -> None:
    """Nobody's open page keeps the program from stopping."""
    async with listening(petra, "/inbox/stream") as listener:
        await office.app[STREAMS].end_all(office.app)
        assert await listener.next() == "closed"


async def test_a_stranger_hears_nothing(office: Office, stranger: Person) -> None:
    """No stream without a session, and no page to follow instead."""
    answer = await stranger.ask("GET", "/inbox/stream", Accept="text/event-stream")
    assert answer.status == 403
