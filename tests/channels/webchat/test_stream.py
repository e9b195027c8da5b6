"""Lines as they come: none lost, none twice, over every break."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

from bot.channels.webchat import stream
from bot.message import Author, Choice
from tests.channels.conftest import Ledger
from tests.channels.webchat.conftest import ADDRESS, SESSION, Citizen


@dataclass
class Heard:
    """One event of a stream."""

    name: str
    number: str
    data: Any


class Listener:
    """Reads a stream as a browser does."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self) -> Heard:
        """The next event; heartbeats and `retry` are no events."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            while True:
                raw = await self._response.content.readline()
                if not raw:
                    raise EOFError
                line = raw.decode().rstrip("\n")
                if not line:
                    if "event" in fields:
                        return Heard(fields["event"], fields.get("id", ""), json.loads(fields["data"]))
                    fields = {}
                    continue
                name, _, value = line.partition(": ")
                fields[name] = value

    async def end(self) -> None:
        """Read until the server ends the stream."""
        async with asyncio.timeout(10):
            await self._response.content.read()

    async def lines(self, count: int) -> list[str]:
        """The texts of the next lines."""
        texts: list[str] = []
        while len(texts) < count:
            heard = await self.next()
            if heard.name == "line":
                texts.append("".join(text for text, _ in heard.data["pieces"]))
        return texts


@asynccontextmanager
async def listening(citizen: Citizen, query: str = "", **headers: str) -> AsyncIterator[Listener]:
    response = await citizen.get(f"/chat/stream{query}", **headers)
    try:
        assert response.status == 200
        yield Listener(response)
    finally:
        response.close()


async def test_a_stream_tells_what_was_said_and_what_is_being_said(citizen: Citizen, ledger: Ledger) -> None:
    """First the lines so far, then each as it comes, numbered without gaps."""
    ledger.say(ADDRESS, Author.CITIZEN, "eins")
    async with listening(citizen) as listener:
        assert await listener.lines(1) == ["eins"]
        ledger.say(ADDRESS, Author.BOT, "zwei")
        ledger.say(ADDRESS, Author.BOT, "drei")
        assert await listener.lines(2) == ["zwei", "drei"]


async def test_a_stream_is_not_held_up_on_its_way(citizen: Citizen, client: TestClient[Any, Any]) -> None:
    """No proxy may keep it, nothing may compress it."""
    response = await citizen.get("/chat/stream", **{"Accept-Encoding": "gzip"})
    assert response.content_type == "text/event-stream"
    assert response.headers["X-Accel-Buffering"] == "no"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in response.headers
    assert await response.content.readline() == b"retry: 2000\n"
    response.close()


@pytest.mark.parametrize("way", ["header", "query"])
async def test_a_reader_goes_on_where_he_stopped(citizen: Citizen, ledger: Ledger, way: str) -> None:
    """After every break the lines after the last, no more and no fewer; a state missed meanwhile is told."""
    for number in range(1, 21):
        ledger.say(ADDRESS, Author.BOT, str(number))
    heard: list[str] = []
    for count in (5, 7, 8):
        after = str(len(heard))
        headers = {"Last-Event-ID": after} if way == "header" else {}
        async with listening(citizen, f"?after={after}" if way == "query" else "", **headers) as listener:
            heard += await listener.lines(count)
    assert heard == [str(number) for number in range(1, 21)]
    ledger.human.add(ADDRESS)
    async with listening(citizen, "?after=20") as listener:
        told = await listener.next()
    assert (told.name, told.data) == ("state", {"human": True, "working": False})


async def test_a_change_of_state_is_told(citizen: Citizen, ledger: Ledger) -> None:
    """Somebody is working on it; a person took over; each once."""
    async with listening(citizen) as listener:
        assert (await listener.next()).data == {"human": False, "working": False}
        ledger.working.add(ADDRESS)
        ledger.changed()
        assert (await listener.next()).data == {"human": False, "working": True}
        ledger.changed()
        ledger.human.add(ADDRESS)
        ledger.changed()
        assert (await listener.next()).data == {"human": True, "working": True}


async def test_a_line_carries_all_the_page_needs(citizen: Citizen, ledger: Ledger) -> None:
    """Number, author, language, direction, links, choices, alarm."""
    ledger.say(ADDRESS, Author.BOT, "اتصل 110", "ar", (Choice("i:a", "A"),), alert=True)
    ledger.say(ADDRESS, Author.CITIZEN, "https://boese.example 110")
    async with listening(citizen) as listener:
        first, second = await listener.next(), await listener.next()
    assert first.number == "1"
    assert first.data["pieces"] == [["اتصل ", ""], ["110", "tel:110"]]
    assert (first.data["lang"], first.data["dir"], first.data["alert"]) == ("ar", "rtl", True)
    assert first.data["choices"] == [["i:a", "A"]]
    assert second.data["pieces"] == [["https://boese.example 110", ""]]
    assert (second.data["lang"], second.data["dir"]) == ("", "auto")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "data: x\n\nevent: evil", "\u2028\u2029", "\ud83d", "\x00", ":"])
async def test_no_text_can_break_out_of_its_event(citizen: Citizen, ledger: Ledger, text: str) -> None:
    """Line ends inside a text stay inside the JSON."""
    ledger.say(ADDRESS, Author.CITIZEN, text)
    async with listening(citizen) as listener:
        heard = await listener.next()
    assert (heard.name, heard.data["pieces"]) == ("line", [[text, ""]])


@pytest.mark.parametrize("after", ["", "x", "-1", "1e9", "٣", "9" * 50, "0x10"])
async def test_a_strange_resume_point_is_the_beginning(citizen: Citizen, ledger: Ledger, after: str) -> None:
    """Too much is better than too little."""
    ledger.say(ADDRESS, Author.BOT, "eins")
    async with listening(citizen, f"?after={after}") as listener:
        assert await listener.lines(1) == ["eins"]


async def test_without_a_session_there_is_no_stream(client: TestClient[Any, Any]) -> None:
    """204 tells a browser not to come back."""
    assert (await Citizen(client, session="").get("/chat/stream")).status == 204
    assert (await Citizen(client, session="").get("/chat/lines")).status == 204


async def test_the_sixth_stream_of_a_session_ends_the_first(citizen: Citizen, ledger: Ledger) -> None:
    """ATTACKS B8: five tabs are enough; a new one is never refused, and no other session is touched."""
    other = Citizen(citizen.client, "B" * 22)
    async with listening(other) as foreign:
        await foreign.next()
        responses = [await citizen.get("/chat/stream") for _ in range(6)]
        listeners = [Listener(response) for response in responses]
        await listeners[5].next()
        await listeners[0].end()
        ledger.say(ADDRESS, Author.BOT, "noch da")
        for listener in listeners[1:]:
            assert await listener.lines(1) == ["noch da"]
        ledger.say(f"nrw-im:{'B' * 22}", Author.BOT, "auch da")
        assert await foreign.lines(1) == ["auch da"]
        for response in responses:
            response.close()


async def test_a_silent_stream_gives_a_sign_of_life(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comment now and then, so that no proxy thinks the connection dead."""
    monkeypatch.setattr(stream, "HEARTBEAT", 0.02)
    response = await citizen.get("/chat/stream")
    async with asyncio.timeout(10):
        while await response.content.readline() != b":\n":
            pass
    response.close()


async def test_readers_who_left_are_forgotten(
    citizen: Citizen, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is kept for them and nothing complains."""
    monkeypatch.setattr(stream, "HEARTBEAT", 0.02)
    for _ in range(3):
        async with listening(citizen) as listener:
            await listener.next()
    await ledger.watched(0)
    assert not caplog.records


class TestAskingAgain:
    """For networks that hold streams up until they end."""

    async def test_lines_that_are_there_come_at_once(self, citizen: Citizen, ledger: Ledger) -> None:
        """With the state."""
        ledger.say(ADDRESS, Author.BOT, "eins")
        told = await (await citizen.get("/chat/lines?after=0")).json()
        assert [line["seq"] for line in told["lines"]] == [1]
        assert (told["human"], told["working"]) == (False, False)

    async def test_otherwise_it_waits_for_the_next(self, citizen: Citizen, ledger: Ledger) -> None:
        """And returns with it."""
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(citizen.get("/chat/lines"))
            await ledger.watched()
            ledger.say(ADDRESS, Author.BOT, "eins")
        assert len((await asking.result().json())["lines"]) == 1

    async def test_it_does_not_wait_for_ever(self, citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
        """Empty after a while; the page asks again."""
        monkeypatch.setattr(stream, "POLL_WITHIN", 0.02)
        assert (await (await citizen.get("/chat/lines")).json())["lines"] == []


def test_a_session_is_what_the_address_says() -> None:
    """The test's own premise."""
    assert ADDRESS.endswith(SESSION)
