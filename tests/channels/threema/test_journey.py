"""A citizen on Threema: from the gateway through the whole program and back."""

from pathlib import Path

import pytest

from tests.channels.contract.adapter import Said
from tests.channels.threema.contract import Platform
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name
from tests.journeys.day import day_on, question_danger_voice_and_a_person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_threema(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person; what does not open gets the numbers, a late key costs no message."""
    platform = Platform()
    async with day_on(platform, store_url, trained, tmp_path / "journey") as day:
        await question_danger_voice_and_a_person(day)

        await day.deliver(platform.malformed(Said(71, 7, "Hilfe")))
        assert any("112" in text for text in await platform.heard(7, 1))

        platform.lose_next_key()
        await day.say(8, "Ich bin Journalistin und brauche ein Statement")
        assert "0211 871-1111" in (await platform.heard(8, 2))[1]
