"""A citizen on Messenger, and one who comments on the page."""

from pathlib import Path

import pytest

from tests.channels.messenger.contract import Platform
from tests.channels.messenger_platform.journey import comment
from tests.channels.messenger_platform.standin import PAGE
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name
from tests.journeys.day import day_on, question_danger_voice_and_a_person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_messenger(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person; danger in a comment is answered in private, a colleague is heard."""
    platform = Platform()
    async with day_on(platform, store_url, trained, tmp_path / "journey") as day:
        await question_danger_voice_and_a_person(day)

        await comment(day, platform, "90_701", "Toller Beitrag!")
        await comment(day, platform, "90_702", "Hilfe, mein Mann schlägt mich, er hat ein Messer")
        [only] = await platform.api.heard("90_702", 1)
        assert "110" in only.splitlines()[0]
        assert "programm" in only
        await day.case_with("mein Mann schlägt mich, er hat ein Messer")
        assert platform.api.said("90_701") == []

        await day.deliver(
            {
                "sender": {"id": PAGE},
                "recipient": {"id": "5511002233400007"},
                "timestamp": 1,
                "message": {
                    "mid": "m_colleague",
                    "is_echo": True,
                    "app_id": 263902037430900,
                    "text": "Ich bin Omar.",
                },
            }
        )
        await day.say(7, "Wie erreiche ich die Pressestelle?")
        await day.say(8, "Ich bin Journalistin und brauche ein Statement")
        await platform.heard(8, 2)
        assert platform.api.said("5511002233400007") == []
        await day.case_with("Ich bin Omar.")
