"""A citizen on WhatsApp: through the webhook, the whole program and out to the platform."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.channels.contract.adapter import Said
from tests.channels.whatsapp.conftest import payload
from tests.channels.whatsapp.contract import Platform
from tests.journeys.conftest import trained as trained  # noqa: PLC0414 - a fixture, used by its name
from tests.journeys.day import day_on, question_danger_voice_and_a_person


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_day_on_whatsapp(store_url: str, trained: Path, tmp_path: Path) -> None:
    """Question, danger, voice, a person; a call is answered, a status settles, a colleague is heard."""
    platform = Platform()
    async with day_on(platform, store_url, trained, tmp_path / "journey") as day:
        await question_danger_voice_and_a_person(day)

        call = payload("call")
        value = call["entry"][0]["changes"][0]["value"]
        caller = value["contacts"][0]["user_id"]
        value["calls"][0]["timestamp"] = str(int(time.time()))  # a day later the platform takes no answer to it
        await day.deliver(call)
        assert any("112" in text for text in await platform.api.heard(caller, 2))

        undelivered = payload("status_failed")
        status = undelivered["entry"][0]["changes"][0]["value"]["statuses"][0]
        status |= {"biz_opaque_callback_data": platform.api.sent[0]["biz_opaque_callback_data"], "id": "wamid.1"}
        await day.deliver(undelivered)
        async with asyncio.timeout(10):
            while "nicht zugestellt" not in (await day.petra.get("")).text:
                pass

        await day.deliver(platform.event(Said(70, 8, "Ich möchte bitte mit einem Menschen sprechen")) or {})
        await platform.heard(8, 2)
        echo = payload("echo")
        echo["entry"][0]["changes"][0]["value"]["message_echoes"][0]["to"] = "4915550100008"
        await day.deliver(echo)
        assert "Hier ist Petra." in (await day.petra.get(await day.case_with("Hier ist Petra."))).text
