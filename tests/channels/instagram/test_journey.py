"""A citizen on Instagram, and one who comments under a post."""

from pathlib import Path

import pytest

from tests.channels.instagram.contract import Platform
from tests.channels.messenger_platform.journey import comment
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name
from tests.journeys.day import day_on, question_danger_voice_and_a_person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_instagram(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person; danger in a comment is answered in private, anything else there is not."""
    platform = Platform()
    async with day_on(platform, store_url, trained, tmp_path / "journey") as day:
        await question_danger_voice_and_a_person(day)

        await comment(day, platform, "17990701", "Wie erreiche ich die Pressestelle?")
        await comment(day, platform, "17990702", "Hilfe, mein Mann schlägt mich, er hat ein Messer")
        [only] = await platform.api.heard("17990702", 1)
        assert "110" in only.splitlines()[0]
        assert "programm" in only
        assert platform.api.said("17990701") == []
