"""A citizen on Signal: from the daemon through the whole program and back."""

from pathlib import Path
from re import findall

import aiohttp
import pytest

from bot.app import Service, opened
from bot.message import Kind
from bot.settings import read_settings
from tests.channels.contract.adapter import Said
from tests.channels.signal.contract import Platform
from tests.inbox.conftest import Person
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name

PASSWORD = "Sieben Kraniche über Soest"


async def logged_in(service: Service, http: aiohttp.ClientSession) -> Person:
    """The first account, after its very first log-in."""
    person = Person(http, service.url + "/inbox")
    person.csrf = (await person.get("/login")).hidden("csrf")
    await person.post("/login", name=service.first_name, password=service.first_password, next="")
    person.csrf = (await person.get("/password")).hidden("csrf")
    await person.post("/password", old=service.first_password, new=PASSWORD, again=PASSWORD)
    person.csrf = (await person.get("")).hidden("csrf")
    return person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_signal(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person wanted, the person's answer, the bot's silence, a throttled neighbour."""
    data = tmp_path / "journey"
    (data / "content").mkdir(parents=True)
    (data / "content" / "models").symlink_to(trained / "models")
    platform = Platform()
    await platform.start()
    settings = read_settings(
        host="127.0.0.1",
        port=0,
        data=data,
        database=store_url,
        secret="journey-secret-journey-secret-journey",
        **platform.options(),
    )
    numbers = iter(range(1, 100))

    async def say(citizen: int, text: str = "", kind: Kind = Kind.TEXT) -> None:
        event = platform.event(Said(next(numbers), citizen, text, kind))
        assert await platform.deliver("", event) == 200

    async with opened(settings) as service, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        await say(1, "Ich bin Journalistin und brauche ein Statement")
        notice, answer = await platform.heard(1, 2)
        assert "110" in notice
        assert "0211 871-1111" in answer

        await say(2, "hilfe mein mann hat ein messer und schlägt mich")
        assert "110" in (await platform.heard(2, 1))[0].splitlines()[0]

        await say(3, kind=Kind.VOICE)
        assert any("112" in text for text in await platform.heard(3, 2))

        platform.throttle(1, 600)
        await say(1, "Wie erreiche ich die Pressestelle?")
        await say(4, "Es brennt bei uns im Keller")
        assert "112" in (await platform.heard(4, 1))[0].splitlines()[0]

        await say(5, "Ich möchte bitte mit einem Menschen sprechen")
        await platform.heard(5, 2)
        petra = await logged_in(service, http)
        listed = (await petra.get("")).text
        pages = {number: await petra.get(f"/cases/{number}") for number in findall(r"/inbox/cases/(\d+)", listed)}
        [case] = [f"/cases/{number}" for number, page in pages.items() if "mit einem Menschen sprechen" in page.text]
        assert "Signal" in (await petra.get(case)).text
        assert (await petra.post(case + "/claim")).status == 303
        seen = (await petra.get(case)).hidden("seen")
        assert (await petra.post(case + "/reply", text="Guten Tag, hier ist Petra.", seen=seen)).status == 303
        assert (await platform.heard(5, 3))[2] == "Guten Tag, hier ist Petra."
        await say(5, "Er hat ein Messer in der Hand, Hilfe!")
        assert "110" in (await platform.heard(5, 4))[3].splitlines()[0]
    await platform.stop()
