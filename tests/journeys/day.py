"""A day on one platform: from its citizens through the whole program and back, and what holds on each of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from re import findall

import aiohttp

from bot.app import Service, opened
from bot.message import Kind
from bot.settings import Settings, read_settings
from tests.channels.contract.adapter import Adapter, Said
from tests.inbox.conftest import Person

PASSWORD = "Sieben Kraniche über Soest"


def settings_for(platform: Adapter, store_url: str, trained: Path, data: Path) -> Settings:
    """As an operator would set them, with the models of the real content."""
    (data / "content").mkdir(parents=True)
    (data / "content" / "models").symlink_to(trained / "models")
    return read_settings(
        host="127.0.0.1",
        port=0,
        data=data,
        database=store_url,
        secret="journey-secret-journey-secret-journey",
        **platform.options(),
    )


class Day:
    """The program at work, a platform full of citizens, and a press officer."""

    def __init__(self, service: Service, platform: Adapter, petra: Person) -> None:
        self.service = service
        self.platform = platform
        self.petra = petra
        self._numbers = count(1)

    async def say(self, citizen: int, text: str = "", kind: Kind = Kind.TEXT, choice: str = "") -> None:
        """A citizen does something; the platform delivers it and is told that it was taken."""
        event = self.platform.event(Said(next(self._numbers), citizen, text, kind, choice))
        assert event is not None
        await self.deliver(event)

    async def deliver(self, event: object) -> None:
        assert await self.platform.deliver(self.service.url, event) == 200

    async def case_with(self, words: str) -> str:
        """The path of the case that shows these words."""
        listed = (await self.petra.get("")).text
        pages = {
            number: await self.petra.get(f"/cases/{number}") for number in findall(r"/inbox/cases/(\d+)", listed)
        }
        [case] = [f"/cases/{number}" for number, page in pages.items() if words in page.text]
        return case

    async def answer(self, case: str, text: str) -> None:
        """The press officer takes the case and answers."""
        assert (await self.petra.post(case + "/claim")).status == 303
        seen = (await self.petra.get(case)).hidden("seen")
        assert (await self.petra.post(case + "/reply", text=text, seen=seen)).status == 303


@asynccontextmanager
async def day_on(platform: Adapter, store_url: str, trained: Path, data: Path) -> AsyncIterator[Day]:
    """Open everything, log the first account in, close everything."""
    await platform.start()
    settings = settings_for(platform, store_url, trained, data)
    async with (
        opened(settings) as service,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
    ):
        petra = Person(http, service.url + "/inbox")
        petra.csrf = (await petra.get("/login")).hidden("csrf")
        await petra.post("/login", name=service.first_name, password=service.first_password, next="")
        petra.csrf = (await petra.get("/password")).hidden("csrf")
        await petra.post("/password", old=service.first_password, new=PASSWORD, again=PASSWORD)
        petra.csrf = (await petra.get("")).hidden("csrf")
        yield Day(service, platform, petra)
    await platform.stop()


async def question_danger_voice_and_a_person(day: Day) -> None:
    """What holds on every platform."""
    await day.say(1, "Ich bin Journalistin und brauche ein Statement")
    notice, answer = (await day.platform.heard(1, 2))[:2]
    assert "110" in notice
    assert "0211 871-1111" in answer

    await day.say(2, "hilfe mein mann hat ein messer und schlägt mich")
    assert "110" in (await day.platform.heard(2, 1))[0].splitlines()[0]

    await day.say(3, kind=Kind.VOICE)
    assert any("112" in text for text in await day.platform.heard(3, 2))

    await day.say(4, "Ich möchte bitte mit einem Menschen sprechen")
    await day.platform.heard(4, 2)
    case = await day.case_with("mit einem Menschen sprechen")
    await day.answer(case, "Guten Tag, hier ist Petra.")
    assert (await day.platform.heard(4, 3))[2] == "Guten Tag, hier ist Petra."
    await day.say(4, "Er hat ein Messer in der Hand, Hilfe!")
    assert "110" in (await day.platform.heard(4, 4))[3].splitlines()[0]

    day.platform.throttle(1, 600)
    await day.say(1, "Wie erreiche ich die Pressestelle?")
    await day.say(5, "Es brennt bei uns im Keller")
    assert "112" in (await day.platform.heard(5, 1))[0].splitlines()[0]

    # What we said comes back as an echo and silences nobody.
    echo = day.platform.echo(Said(90, 6, "Sie erreichen uns unter 0211 871-01."))
    if echo is not None:
        await day.deliver(echo)
    await day.say(6, "Ich bin Journalistin und brauche ein Statement")
    assert any("0211 871-1111" in text for text in await day.platform.heard(6, 2))
