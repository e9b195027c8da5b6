"""One process serves every platform there is, at the same time."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import Service, opened
from bot.flow.clock import utc_now
from bot.inbox import wording
from bot.store import account_states
from bot.store.account_states import AccountState
from tests.channels.contract.adapter import Adapter, Said
from tests.channels.contract.conftest import (
    DANGER,
    NAMES,
    PRESS,
    PRESS_NUMBER,
    settings_of,
    started,
    until,
)
from tests.channels.contract.conftest import content as content  # noqa: PLC0414 - a fixture, used by its name
from tests.inbox.conftest import Person
from tests.journeys.conftest import first_person

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED, IN_DANGER, WITH_A_WISH = 1, 2, 3
"""Three citizens on each platform."""
WITH_A_WINDOW = {"whatsapp", "messenger", "instagram"}
WISH = "Ich möchte bitte mit einem Menschen sprechen"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def platforms() -> AsyncIterator[Mapping[str, Adapter]]:
    """All of them."""
    async with started(NAMES) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def service(
    platforms: Mapping[str, Adapter], trained: Path, content: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """The one program."""
    async with opened(settings_of(platforms, tmp_path_factory.mktemp("nine"), trained, content)) as running:
        yield running


async def everybody_says(service: Service, platforms: Mapping[str, Adapter], number: int, text: str) -> None:
    """The citizen of this number writes the same on each platform, all at once."""
    events = {name: platform.event(Said(number, number, text)) for name, platform in platforms.items()}
    statuses = await asyncio.gather(
        *(platform.deliver(service.url, events[name]) for name, platform in platforms.items())
    )
    assert set(statuses) == {200}


def bare(text: str) -> str:
    """Letters and digits only: markup, line ends and the mention that Mastodon needs are the platform's form."""
    return "".join(filter(str.isalnum, re.sub(r"@\S+", "", text)))


async def test_the_same_question_has_the_same_answer_everywhere(
    service: Service, platforms: Mapping[str, Adapter]
) -> None:
    """In each platform's form, and who answers was said before."""
    assert len(platforms) == 9
    await everybody_says(service, platforms, ASKED, PRESS)
    heard = {
        name: await until(platform, ASKED, lambda text: PRESS_NUMBER in text) for name, platform in platforms.items()
    }
    (answer,) = heard["webchat"]
    for name, texts in heard.items():
        assert bare(answer) in bare("".join(texts)), name


async def test_the_same_danger_hears_the_numbers_first_everywhere(
    service: Service, platforms: Mapping[str, Adapter]
) -> None:
    """Nine people in danger at once, and none waits for another."""
    await everybody_says(service, platforms, IN_DANGER, DANGER)
    for name, platform in platforms.items():
        assert "110" in (await platform.heard(IN_DANGER, 1))[0].splitlines()[0], name


async def test_one_inbox_answers_all(service: Service, platforms: Mapping[str, Adapter]) -> None:
    """One case from each platform, and each answer reaches its citizen and nobody else."""
    await everybody_says(service, platforms, WITH_A_WISH, WISH)
    for platform in platforms.values():
        await platform.heard(WITH_A_WISH, 1)
    async with first_person(service) as petra:
        found = await cases_by_channel(petra)
        assert set(found) == set(platforms)
        for name, case in found.items():
            page = await petra.get(case)
            assert ("Antwort möglich" in page.text) is (name in WITH_A_WINDOW), name
            seen = page.hidden("seen")
            assert (await petra.post(case + "/reply", text=answer_for(name), seen=seen)).status == 303, name
        for name, platform in platforms.items():
            texts = await until(platform, WITH_A_WISH, lambda text, name=name: answer_for(name) in text)  # type: ignore[misc]
            assert sum("hier ist Petra" in text for text in texts) == 1, name


def answer_for(name: str) -> str:
    """What Petra writes there."""
    return f"Guten Tag, hier ist Petra. Ich lese Sie auf {wording.channel(name)}."


async def cases_by_channel(petra: Person) -> dict[str, str]:
    """The path of the case of each channel that wants a person."""
    names = {wording.channel(name): name for name in NAMES}
    found: dict[str, str] = {}
    for number in set(re.findall(r"/inbox/cases/(\d+)", (await petra.get("")).text)):
        page = (await petra.get(f"/cases/{number}")).text
        if WISH in page:
            channel = re.search(r"<dt>Kanal</dt><dd>([^<]+)</dd>", page)
            assert channel is not None
            found[names[channel[1]]] = f"/cases/{number}"
    return found


async def test_every_platform_works_with_us(service: Service, platforms: Mapping[str, Adapter]) -> None:
    """Each has been heard of, and none is in trouble: as the inbox shows it, told by the running program."""

    async def told() -> dict[str, AccountState]:
        states = await service.store.read(account_states.told, utc_now())
        return {
            one.account: one for one in states if one.state == account_states.OK and one.last_event_at is not None
        }

    async with asyncio.timeout(30):
        with service.store.bell.listen("cases") as ring:
            while set(await told()) < {platform.account for platform in platforms.values()}:
                await ring.wait(1.0)
