"""A citizen on Matrix: from an encrypted room through the whole program and back."""

from pathlib import Path

import pytest

from bot.message import Kind
from tests.channels.contract.adapter import Said
from tests.channels.matrix.contract import Platform
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name
from tests.journeys.day import day_on, question_danger_voice_and_a_person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_matrix(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person; an edit that makes it worse; a message whose key never comes."""
    platform = Platform()
    async with day_on(platform, store_url, trained, tmp_path / "journey") as day:
        await question_danger_voice_and_a_person(day)

        await day.say(7, "Wie erreiche ich die Pressestelle?")
        await platform.heard(7, 2)
        edit = platform.event(Said(95, 7, "Hilfe, hier brennt es, überall Rauch", Kind.EDIT, refers_to=0))
        await day.deliver(edit)
        assert "112" in (await platform.heard(7, 3))[2].splitlines()[0]

        await day.say(8, kind=Kind.UNREADABLE)
        assert any("112" in text for text in await platform.heard(8, 1))
