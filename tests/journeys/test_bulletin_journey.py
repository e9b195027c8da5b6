"""A storm: the press office says so once, and whoever asks reads it until it is over."""

import asyncio
from datetime import timedelta

import aiohttp

from bot.app import Service
from bot.flow.clock import utc_now
from bot.inbox import times
from tests.inbox.conftest import Person
from tests.journeys.test_people_journey import petra
from tests.journeys.test_webchat_journey import http, lines, say

__all__ = ["http", "petra"]

STORM = "Sturmwarnung für ganz NRW: Bitte bleiben Sie im Haus. Auskunft: 0211 871-01"
WHATSAPP, INSTAGRAM = "Habt ihr einen WhatsApp-Kanal?", "Wo finde ich das Ministerium auf Instagram?"


async def _read(http: aiohttp.ClientSession, service: Service, text: str, after: int) -> tuple[str, int]:
    """Ask in the web chat: what the answer says, and the number of its line."""
    assert await say(http, service, text) < 300
    (_, said), (number, answer) = await lines(http, service, 2, after=str(after))
    assert text in said
    return answer, int(number)


async def _heard(service: Service, number: int) -> None:
    """The bell has rung; that the worker knows takes a moment more than the form does."""
    async with asyncio.timeout(5):
        while len(service.bulletins.standing()) != number:  # noqa: ASYNC110 - another's task does it
            await asyncio.sleep(0.01)


async def test_a_storm_leads_the_answers_until_it_is_over(
    service: Service, petra: Person, http: aiohttp.ClientSession
) -> None:
    """Before the channel asked for, not before danger's numbers, once; ended, it is gone with the next answer."""
    async with http:
        answer, last = await _read(http, service, WHATSAPP, 0)
        assert "Sturmwarnung" not in answer

        form = {"authority": "nrw-im", "text-de": STORM, "ends": times.for_input(utc_now() + timedelta(days=1))}
        assert (await petra.post("/bulletins", **form)).status == 303
        await _heard(service, 1)
        answer, last = await _read(http, service, WHATSAPP, last)
        assert answer.index("Sturmwarnung") < answer.index("whatsapp.com")
        answer, last = await _read(http, service, INSTAGRAM, last)
        assert "Sturmwarnung" not in answer
        assert "instagram.com" in answer

        assert (await petra.post("/bulletins/1/end")).status == 303
        await _heard(service, 0)
        answer, last = await _read(http, service, WHATSAPP, last)
        assert "Sturmwarnung" not in answer
        assert "whatsapp.com" in answer
