"""A citizen in the web chat, with and without JavaScript."""

import json

import aiohttp
import pytest
from aiohttp import DummyCookieJar

from bot.app import Service
from bot.channels.webchat.sessions import COOKIE

SESSION = {"Cookie": f"{COOKIE}={'B' * 22}"}
FORM = SESSION | {"Sec-Fetch-Site": "same-origin"}


async def say(http: aiohttp.ClientSession, service: Service, text: str, key: str = "") -> int:
    sent = {"text": text, "choice": "", "authority": "nrw-im", "lang": "de"}
    headers = FORM | ({"Idempotency-Key": key} if key else {})
    async with http.post(service.url + "/chat/message", json=sent, headers=headers) as response:
        return response.status


async def lines(http: aiohttp.ClientSession, service: Service, count: int, after: str = "0") -> list[tuple[str, str]]:
    """The first `count` events of a stream that resumes after a line: their ids and data."""
    seen: list[tuple[str, str]] = []
    headers = SESSION | {"Last-Event-ID": after}
    async with http.get(service.url + "/chat/stream?authority=nrw-im", headers=headers) as response:
        assert response.status == 200
        number = ""
        async for raw in response.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("id:"):
                number = line[3:].strip()
            if line.startswith("data:") and number:
                seen.append((number, line[5:].strip()))
                number = ""
                if len(seen) == count:
                    break
    return seen


@pytest.fixture
async def http() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=DummyCookieJar())


async def test_without_javascript_the_answer_stands_on_the_next_page(
    service: Service, http: aiohttp.ClientSession
) -> None:
    """A plain form, a plain page; the number is a link that calls."""
    async with http:
        form = {"text": "Wie erreiche ich die Pressestelle?", "authority": "nrw-im", "lang": "de"}
        async with http.post(service.url + "/chat/message", data=form, headers=FORM) as response:
            page = await response.text()
            assert response.status == 200
        assert 'href="tel:+492118711111"' in page or 'href="tel:02118711111"' in page


async def test_a_stream_resumes_without_loss_or_repetition(service: Service, http: aiohttp.ClientSession) -> None:
    """Whoever was away hears what came meanwhile, once and in order."""
    async with http:
        assert await say(http, service, "Wie erreiche ich die Pressestelle?") < 300
        first = await lines(http, service, 2)
        assert await say(http, service, "Wo finde ich das Ministerium auf Instagram?") < 300
        rest = await lines(http, service, 2, after=first[-1][0])
        numbers = [int(number) for number, _ in first + rest]
        assert numbers == sorted(set(numbers))
        assert "871-1111" in "".join(data for _, data in first)
        assert "instagram.com" in "".join(data for _, data in rest)


async def test_the_same_message_twenty_times_is_one_message(service: Service, http: aiohttp.ClientSession) -> None:
    """A nervous network repeats; the key makes it one."""
    async with http:
        for _ in range(20):
            assert await say(http, service, "Wie erreiche ich die Pressestelle?", key="only-once") < 300
        assert await say(http, service, "Danke", key="then") < 300
        seen = await lines(http, service, 4)
        said = [json.loads(data) for _, data in seen]
        assert [line["author"] for line in said] == ["citizen", "bot", "citizen", "bot"]


async def test_the_page_says_that_a_program_answers_and_that_this_is_no_emergency_line(
    service: Service, http: aiohttp.ClientSession
) -> None:
    """Before a single word is written."""
    async with http, http.get(service.url + "/") as response:
        page = await response.text()
    assert "Programm" in page
    assert 'href="tel:110"' in page
    assert 'href="tel:112"' in page
    assert "datenschutz" in page
