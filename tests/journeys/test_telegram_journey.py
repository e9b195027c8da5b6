"""A citizen on Telegram: through the webhook, the real database and out to the platform."""

import asyncio

import aiohttp
import pytest
from aiohttp import web

from bot.app import Service, opened
from bot.flow.clock import utc_now
from bot.settings import Settings
from tests.bench.processes import HOOK
from tests.bench.telegram import Sink, update

HEADER = {"X-Telegram-Bot-Api-Secret-Token": "journey"}


async def deliver(service: Service, body: bytes) -> int:
    """Post one update as Telegram does; the answer's status."""
    async with aiohttp.ClientSession() as http, http.post(service.url + HOOK, data=body, headers=HEADER) as response:
        return response.status


async def test_a_journalist_is_told_the_press_number(service: Service, telegram: Sink) -> None:
    """The notice says who answers, the answer holds the press office's number."""
    assert await deliver(service, update(1, 42, "Ich bin Journalistin und brauche ein Statement")) == 200
    assert "110" in await telegram.text(42, 1)
    assert "0211 871-1111" in await telegram.text(42, 2)


async def test_danger_hears_the_numbers_before_anything_else(service: Service, telegram: Sink) -> None:
    """The very first message to arrive at somebody in danger begins with the number, notice or not."""
    assert await deliver(service, update(1, 42, "hilfe mein mann hat ein messer und schlägt mich")) == 200
    first = await telegram.text(42, 1)
    assert "110" in first.splitlines()[0]


async def test_the_same_event_a_hundred_times_at_once_is_answered_once(service: Service, telegram: Sink) -> None:
    """Platforms deliver at least once; the citizen hears it once."""
    body = update(7, 42, "Wie erreiche ich die Pressestelle?")
    statuses = await asyncio.gather(*(deliver(service, body) for _ in range(100)))
    assert set(statuses) == {200}
    await telegram.text(42, 2)
    assert await deliver(service, update(8, 43, "Danke")) == 200
    await telegram.text(43, 2)
    assert len(telegram.texts[42]) == 2


async def test_an_unsigned_delivery_is_refused_and_leaves_nothing(service: Service, telegram: Sink) -> None:
    """Without the secret nobody gets a message in."""
    async with aiohttp.ClientSession() as http:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}, {"X-Telegram-Bot-Api-Secret-Token": "ü"}):
            async with http.post(service.url + HOOK, data=update(1, 42, "Hallo"), headers=headers) as response:
                assert response.status == 401
    assert (await service.store.journey.backlog(utc_now())).pending == 0


async def test_one_throttled_chat_does_not_hold_up_another(service: Service, telegram: Sink) -> None:
    """A 429 on one conversation, an emergency in another: the emergency is answered at once."""
    limited = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 600}}
    telegram.refusals[42] = web.json_response(limited, status=429)
    await deliver(service, update(1, 42, "Wie erreiche ich die Pressestelle?"))
    await deliver(service, update(2, 43, "Es brennt bei uns im Keller"))
    assert "112" in await telegram.text(43, 1)


async def test_what_was_acknowledged_before_a_stop_is_answered_after_the_start(
    settings: Settings, telegram: Sink
) -> None:
    """Stopping drains, starting goes on; nobody waits in vain."""
    async with opened(settings) as running:
        for chat in range(100, 130):
            assert await deliver(running, update(chat, chat, "Wo finde ich euch auf Instagram?")) == 200
    async with opened(settings):
        for chat in range(100, 130):
            await telegram.text(chat, 2)
    assert all(len(telegram.texts[chat]) == 2 for chat in range(100, 130))


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"update_id": "x"}', b"\xff\xfe", b"[" * 100_000, b"9" * 5000])
async def test_a_body_that_is_no_update_is_never_a_server_error(service: Service, body: bytes) -> None:
    """Telegram would repeat a refused body for a day."""
    assert await deliver(service, body) < 500


async def test_an_update_nobody_understands_reaches_a_person_and_the_numbers(
    service: Service, telegram: Sink
) -> None:
    """The event cannot be parsed, the chat can: the safe reply goes out and the bytes are kept."""
    body = b'{"update_id": 9, "message": {"message_id": "x", "chat": {"id": 77, "type": "private"}}}'
    assert await deliver(service, body) == 200
    assert "112" in await telegram.text(77, 1)
    assert (await service.store.journey.backlog(utc_now())).quarantine == 1
