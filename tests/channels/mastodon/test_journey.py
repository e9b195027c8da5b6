"""A citizen on Mastodon: from the stream through the whole program and back."""

from pathlib import Path

import pytest

from tests.channels.mastodon.conftest import payload
from tests.channels.mastodon.contract import Platform, address_of
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name
from tests.journeys.day import day_on, question_danger_voice_and_a_person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_mastodon(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person; danger in public is answered in private, and nothing else there."""
    platform = Platform()
    async with day_on(platform, store_url, trained, tmp_path / "journey") as day:
        await question_danger_voice_and_a_person(day)

        for citizen, text in ((7, "Toller Beitrag!"), (8, "Hilfe, mein Mann schlägt mich, er hat ein Messer")):
            platform.server.people.add(address_of(citizen))
            account = payload("text")["account"] | {"id": f"77{citizen}", "acct": address_of(citizen)}
            status = payload("public") | {
                "id": f"1139{citizen}",
                "account": account,
                "content": f"<p>@lotse {text}</p>",
            }
            await day.deliver(("notification", status))
        assert "110" in (await platform.heard(8, 1))[0].splitlines()[0]
        assert platform.server.texts(address_of(7)) == []
        assert {sent["visibility"] for sent in platform.server.posts} == {"direct"}
