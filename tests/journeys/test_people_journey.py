"""From a message nobody could answer to the answer of a person, on each channel."""

from collections.abc import AsyncIterator
from re import findall

import pytest

from bot.app import Service
from tests.bench.telegram import Sink, update
from tests.inbox.conftest import Person
from tests.journeys.conftest import first_person
from tests.journeys.test_telegram_journey import deliver

ODD = "Ich möchte bitte mit einem Menschen sprechen"


@pytest.fixture
async def petra(service: Service) -> AsyncIterator[Person]:
    """A press officer."""
    async with first_person(service) as person:
        yield person


async def only_case(petra: Person) -> str:
    """The path of the one open case."""
    (number,) = set(findall(r"/inbox/cases/(\d+)", (await petra.get("")).text))
    return f"/cases/{number}"


async def test_a_person_answers_through_telegram_and_hands_back(
    service: Service, telegram: Sink, petra: Person
) -> None:
    """Claim, reply, silence of the bot, hand-back, the bot speaks again."""
    await deliver(service, update(1, 42, ODD))
    await telegram.text(42, 2)
    case = await only_case(petra)
    page = await petra.get(case)
    assert ODD in page.text
    assert (await petra.post(case + "/claim")).status == 303
    seen = (await petra.get(case)).hidden("seen")
    assert (await petra.post(case + "/reply", text="Guten Tag, hier ist Petra.", seen=seen)).status == 303
    assert await telegram.text(42, 3) == "Guten Tag, hier ist Petra."

    await deliver(service, update(2, 42, "Wie erreiche ich die Pressestelle?"))
    await deliver(service, update(3, 43, "Danke"))
    await telegram.text(43, 2)

    assert (await petra.post(case + "/hand-back")).status == 303
    assert "rogramm" in await telegram.text(42, 4)
    await deliver(service, update(4, 42, "Wie erreiche ich die Pressestelle?"))
    assert "0211 871-1111" in await telegram.text(42, 5)


async def test_danger_is_answered_while_a_person_owns_the_conversation(
    service: Service, telegram: Sink, petra: Person
) -> None:
    """The bot is silent for everything else, and the case becomes an alarm."""
    await deliver(service, update(1, 42, ODD))
    await telegram.text(42, 2)
    case = await only_case(petra)
    assert (await petra.post(case + "/claim")).status == 303
    await deliver(service, update(2, 42, "hilfe hier brennt es, überall rauch im treppenhaus"))
    assert "112" in (await telegram.text(42, 3)).splitlines()[0]
    assert "Alarm" in (await petra.get(case)).text


async def test_a_second_reply_is_refused_and_shows_the_first(service: Service, telegram: Sink, petra: Person) -> None:
    """What was written in vain is kept, what was sent is shown, the citizen hears one answer."""
    await deliver(service, update(1, 42, ODD))
    await telegram.text(42, 2)
    case = await only_case(petra)
    seen = (await petra.get(case)).hidden("seen")
    assert (await petra.post(case + "/reply", text="Die erste Antwort.", seen=seen)).status == 303
    second = await petra.post(case + "/reply", text="Die zweite Antwort.", seen=seen)
    assert second.status == 409
    assert "Die erste Antwort." in second.text
    assert "Die zweite Antwort." in second.text
    assert await telegram.text(42, 3) == "Die erste Antwort."
    await deliver(service, update(2, 43, "Danke"))
    await telegram.text(43, 2)
    assert len(telegram.texts[42]) == 3


async def test_danger_becomes_an_alarm_on_top_of_the_list(service: Service, telegram: Sink, petra: Person) -> None:
    """The one that matters stands first, whoever came earlier."""
    await deliver(service, update(1, 42, ODD))
    await telegram.text(42, 2)
    await deliver(service, update(2, 43, "er schlägt mich und hat ein messer"))
    await telegram.text(43, 1)
    listed = (await petra.get("")).text
    assert listed.index("messer") < listed.index("Menschen sprechen")


async def test_deleting_ones_data_leaves_nothing_but_the_answer(
    service: Service, telegram: Sink, petra: Person
) -> None:
    """The word is enough; the case is gone from the inbox too."""
    await deliver(service, update(1, 42, ODD))
    await telegram.text(42, 2)
    case = await only_case(petra)
    await deliver(service, update(2, 42, "Daten löschen"))
    await telegram.text(42, 3)
    assert (await petra.get(case)).status == 404
    assert "Menschen sprechen" not in (await petra.get("")).text
