"""Long polling: the offset rises only after the commit, and every trouble ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram import polling as polling_module
from bot.channels.telegram import requests
from bot.channels.telegram.channel import Telegram
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.telegram.conftest import payload
from tests.channels.telegram.standin import BotApi, Refusal


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are counted, not waited for."""
    monkeypatch.setattr(polling_module, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(polling_module, "WAIT", 1)
    real = asyncio.sleep
    monkeypatch.setattr("bot.channels.telegram.polling.asyncio.sleep", lambda seconds: real(min(seconds, 0.01)))


@asynccontextmanager
async def running(channel: Telegram) -> AsyncIterator[None]:
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(channel.run())
        yield
        task.cancel()


async def test_a_webhook_is_taken_away_before_polling(polling: Telegram, api: BotApi) -> None:
    """Never both: Telegram would refuse to be polled."""
    api.webhook = "https://elsewhere.example"
    async with running(polling):
        await api.called("getUpdates")
    assert [call.method for call in api.calls][:2] == ["deletewebhook", "getupdates"]


async def test_the_offset_rises_only_after_the_commit(polling: Telegram, api: BotApi, ledger: Ledger) -> None:
    """While the database takes nothing the same updates are fetched again; then they are taken once."""
    ledger.busy = True
    await api.put(payload("text"), payload("photo"))
    async with running(polling):
        calls = await api.called("getUpdates", 3)
        assert {int(call["offset"]) for call in calls} == {0}
        assert ledger.events == []
        ledger.busy = False
        await api.confirmed()
    assert [event.event_id for event in ledger.events] == ["501", "505"]
    assert int(api.of("getUpdates")[-1]["offset"]) == 506


async def test_a_malformed_neighbour_costs_only_itself(polling: Telegram, api: BotApi, ledger: Ledger) -> None:
    """The one in the middle goes to quarantine with its bytes, the others are read."""
    await api.put(payload("text"), {"update_id": 502, "message": "nonsense"}, payload("voice"))
    async with running(polling):
        await api.confirmed()
    assert [event.event_id for event in ledger.events] == ["501", "502", "503"]


async def test_an_update_without_an_id_is_kept_and_does_not_stop_the_rest(
    polling: Telegram, api: BotApi, ledger: Ledger
) -> None:
    """Known by its bytes, it is stored once, however often it is fetched."""
    await api.put({"message": {"text": "?"}}, payload("text"))
    async with running(polling):
        await api.confirmed()
    assert len(ledger.events) == 2


async def test_a_broken_letter_is_read_again_from_what_was_stored(
    polling: Telegram, api: BotApi, ledger: Ledger
) -> None:
    """ATTACKS C1: half a surrogate pair must not make the message unreadable."""
    await api.put(payload("surrogate"))
    async with running(polling):
        await api.confirmed()
    inbound = polling.read(ledger.events[0].payload)
    assert inbound is not None
    assert inbound.text.startswith("kaputt")


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal(401, "Unauthorized"), "token refused"),
        (Refusal(404, "Not Found"), "token refused"),
        (Refusal(409, "Conflict: terminated by other getUpdates request"), "another instance is polling"),
        (Refusal(500, "Internal Server Error"), "NetworkError"),
        (Refusal(502, body=b"<html>"), "NetworkError"),
        (Refusal(200, body=b"no json"), "NoAnswer"),
        (Refusal(200, body=b"[" * 100_000), "NoAnswer"),
        (Refusal(200, body=b"[]"), "NoAnswer"),
        (Refusal(200, hang_up=True), "NoAnswer"),
    ],
    ids=["401", "404", "409", "500", "502", "no-json", "deep", "list", "hang-up"],
)
async def test_trouble_is_told_and_ends(
    polling: Telegram, api: BotApi, ledger: Ledger, health_book: HealthBook, refusal: Refusal, said: str
) -> None:
    """The operator sees it in health; afterwards polling goes on without a loss."""
    api.refuse("getUpdates", refusal)
    await api.put(payload("text"))
    async with running(polling):
        await api.confirmed()
    assert ("telegram", said) in health_book.states
    assert health_book.states[-1] == ("telegram", "ok")
    assert [event.event_id for event in ledger.events] == ["501"]


async def test_too_many_requests_is_no_trouble(polling: Telegram, api: BotApi, ledger: Ledger) -> None:
    """429: wait as told, go on."""
    api.refuse("getUpdates", Refusal(429, "Too Many Requests", {"retry_after": 1}))
    await api.put(payload("text"))
    async with running(polling):
        await api.confirmed()
    assert len(ledger.events) == 1


async def test_a_stream_that_hangs_without_data_is_given_up(
    polling: Telegram, api: BotApi, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CHANNELS 11.8: no answer within the wait leads to a new poll and no loss."""
    monkeypatch.setattr(polling_module, "WAIT", -9.8)  # leaves 0.2 s for the answer
    api.refuse("getUpdates", Refusal(200, hang=True))
    await api.put(payload("text"))
    async with running(polling):
        await api.called("getUpdates", 2)
        await api.confirmed()
    assert len(ledger.events) == 1


async def test_a_webhook_set_meanwhile_is_taken_away_again(polling: Telegram, api: BotApi, ledger: Ledger) -> None:
    """Somebody else's webhook would otherwise silence the bot for ever."""
    async with running(polling):
        await api.called("getUpdates")
        api.webhook = "https://elsewhere.example"
        await api.put(payload("text"))
        await api.called("deleteWebhook", 2)
        await api.confirmed()
    assert [event.event_id for event in ledger.events] == ["501"]


async def test_telegram_out_of_reach_at_the_start_is_waited_for(
    polling: Telegram, api: BotApi, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program starts without Telegram and connects when it can."""
    api.refuse("deleteWebhook", Refusal(500, times=2))
    async with running(polling):
        await api.called("getUpdates")
    assert ("telegram", "NetworkError") in health_book.states


def test_the_transport_leaves_time_to_answer() -> None:
    """A long poll is held open for 50 seconds; the read may take longer than that."""
    assert requests.ANSWER_WITHIN > requests.CONNECT_WITHIN
