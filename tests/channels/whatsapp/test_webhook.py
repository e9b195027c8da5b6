"""The webhook door, and what the channel does beside: marks, watching, counting."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Gauge, Ports
from bot.channels.whatsapp import chores as chores_module
from bot.channels.whatsapp.channel import WhatsApp
from bot.channels.whatsapp.meter import Meter
from bot.errors import SettingsError, StoreError
from bot.message import Author, Outbound
from bot.web.application import build
from bot.web.health import Health
from tests.channels.conftest import HealthBook, Ledger, Notebook
from tests.channels.meta.contract import signed
from tests.channels.meta.standin import APP_ID, Refusal
from tests.channels.whatsapp.conftest import NUMBER, PAYLOADS, USER, VERIFY, payload
from tests.channels.whatsapp.standin import MESSAGES, NUMBER_ID, CloudApi, bundled, delivery, is_mark

HOOK = "/hooks/whatsapp/whatsapp"
Door = TestClient[Any, Any]
HELLO = Outbound(7, USER, "Sie erreichen uns unter 0211 871-01.", "de", Author.BOT)


async def deliver(door: Door, *names: str, path: str = HOOK) -> int:
    """Post payloads as one signed delivery; the answer's status."""
    raw = bundled([payload(name) for name in names])
    return (await door.post(path, data=raw, headers=signed(raw))).status


@asynccontextmanager
async def at_work(channel: WhatsApp) -> AsyncIterator[None]:
    """The channel's background work runs."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel.run())
        yield
        running.cancel()


async def test_meta_verifies_the_address(door: Door) -> None:
    """The challenge comes back to whoever knows the word."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158201444"}
    assert await (await door.get(HOOK, params=asked)).text() == "1158201444"
    assert (await door.get(HOOK, params=asked | {"hub.verify_token": "?"})).status == 403


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
async def test_every_delivery_is_stored_and_acknowledged(door: Door, ledger: Ledger, name: str) -> None:
    """Signed over the bytes as they came, escaped or not."""
    raw = (PAYLOADS / f"{name}.json").read_bytes()
    response = await door.post(HOOK, data=raw, headers=signed(raw))
    assert (response.status, await response.read()) == (200, b"")
    assert len(ledger.events) == (3 if name == "several" else 1)


async def test_a_signature_over_other_bytes_is_refused(door: Door, ledger: Ledger) -> None:
    """Unsigned, another secret, and the right one over the same JSON written differently."""
    raw = bundled([payload("text")])
    rewritten = json.dumps(json.loads(raw), ensure_ascii=False).encode()
    for headers in ({}, signed(raw, "another secret"), signed(rewritten)):
        assert (await door.post(HOOK, data=raw, headers=headers)).status == 401
    assert ledger.events == []


async def test_the_same_delivery_many_times_at_once_is_one_event(door: Door, ledger: Ledger) -> None:
    """ATTACKS A8: redelivery is harmless."""
    assert set(await asyncio.gather(*(deliver(door, "text") for _ in range(50)))) == {200}
    assert len(ledger.events) == 1


async def test_statuses_are_taken_before_their_message_twice_and_out_of_order(
    door: Door, channel: WhatsApp, ledger: Ledger
) -> None:
    """Each is a receipt of its own, whatever came before."""
    for name in ("status_read", "status_sent", "status_read", "status_delivered", "status_failed"):
        assert await deliver(door, name) == 200
    fates = [getattr(channel.read(event.payload), "fate", None) for event in ledger.events]
    assert fates == ["read", "sent", "delivered", "failed"]


async def test_no_acknowledgement_while_the_database_takes_nothing(door: Door, ledger: Ledger) -> None:
    """503 with a wait, so that Meta delivers again."""
    ledger.busy = True
    raw = bundled([payload("text")])
    response = await door.post(HOOK, data=raw, headers=signed(raw))
    assert (response.status, response.headers["Retry-After"]) == (503, "2")


async def test_a_slow_database_delays_nothing_but_its_own_answer(
    ports: Ports, options: dict[str, Any], ledger: Ledger, api: CloudApi
) -> None:
    """The 200 waits for the commit and for nothing else: reading, sending and marks come after it."""
    may_commit = asyncio.Event()

    async def slow(events: Any) -> None:
        await may_commit.wait()
        await ledger.accept(events)

    channel = WhatsApp(replace(ports, accept=slow), account="whatsapp", authority="nrw-im", **options)
    async with TestClient(TestServer(build([channel], Health(lambda: True)))) as door, asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(deliver(door, "text"))
        assert (await door.get("/health")).status == 200
        assert not waiting.done()
        may_commit.set()
    assert waiting.result() == 200
    assert api.calls == []


@pytest.mark.parametrize("missing", ["app_secret", "verify_token"])
def test_without_a_secret_the_channel_does_not_start(ports: Ports, options: dict[str, Any], missing: str) -> None:
    """ATTACKS A5: it says what to set."""
    with pytest.raises(SettingsError, match=missing):
        WhatsApp(ports, account="whatsapp", authority="nrw-im", **options | {missing: ""})


# Several numbers of one app.


@pytest.fixture
async def two(ports: Ports, options: dict[str, Any]) -> AsyncIterator[tuple[WhatsApp, WhatsApp, Door]]:
    """Two numbers of one app, and one of another app."""
    first = WhatsApp(ports, account="first", authority="nrw-im", **options)
    second = WhatsApp(ports, account="second", authority="th-im", **options | {"phone_number_id": "2"})
    other = WhatsApp(
        ports, account="other", authority="nrw-im", **options | {"phone_number_id": "3", "app_secret": "x"}
    )
    async with TestClient(TestServer(build([first, second, other], Health(lambda: True)))) as door:
        yield first, second, door


async def test_one_address_serves_all_numbers_of_an_app(
    two: tuple[WhatsApp, WhatsApp, Door], ledger: Ledger, api: CloudApi
) -> None:
    """An app has one; the events go to the account of the number that was written to."""
    first, second, door = two
    theirs = delivery("messages", _value("location"), number_id="2")
    raw = bundled([payload("text"), theirs])
    assert (await door.post("/hooks/whatsapp/first", data=raw, headers=signed(raw))).status == 200
    assert [(event.account, event.address) for event in ledger.events] == [("first", USER), ("second", USER)]
    async with at_work(first), at_work(second):
        await api.called("POST", MESSAGES, 1)
        await api.called("POST", "2/messages", 1)
    # Each number marks its own.
    assert [call.body["message_id"] for call in api.of("POST", MESSAGES)] == [_id("text")]
    assert [call.body["message_id"] for call in api.of("POST", "2/messages")] == [_id("location")]


async def test_a_number_of_another_app_is_not_served_by_this_address(
    two: tuple[WhatsApp, WhatsApp, Door], ledger: Ledger
) -> None:
    """ATTACKS A4: whoever knows one app's secret says nothing in another's name."""
    *_, door = two
    raw = bundled([delivery("messages", _value("text"), number_id="3")])
    assert (await door.post("/hooks/whatsapp/first", data=raw, headers=signed(raw))).status == 200
    assert [(event.account, event.address) for event in ledger.events] == [("first", "")]
    assert (await door.post("/hooks/whatsapp/other", data=raw, headers=signed(raw))).status == 401


def _value(name: str) -> dict[str, Any]:
    value = dict(payload(name)["entry"][0]["changes"][0]["value"])
    del value["metadata"]
    return value


# Courtesies.


async def test_what_a_citizen_wrote_is_marked_as_read_and_answered_visibly(
    door: Door, channel: WhatsApp, api: CloudApi
) -> None:
    """After the commit; statuses, reactions, echoes and changes are not marked."""
    await deliver(door, "reaction", "edit", "status_read", "echo", "changed_number", "several", "image")
    async with at_work(channel):
        await api.called("POST", MESSAGES, 4, is_mark)
    assert [mark["message_id"][-2:] for mark in api.marks] == ["90", "ad", "92", _id("image")[-2:]]
    assert api.marks[0] == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": _id("several"),
        "typing_indicator": {"type": "text"},
    }


def _id(name: str) -> str:
    return str(_value(name)["messages"][0]["id"])


async def test_a_refused_mark_does_not_stop_the_next(door: Door, channel: WhatsApp, api: CloudApi) -> None:
    """Best effort, never repeated."""
    api.refuse(Refusal(500, 131000), is_mark)
    await deliver(door, "text", "location")
    async with at_work(channel):
        await api.called("POST", MESSAGES, 2, is_mark)
    assert [mark["message_id"] for mark in api.marks] == [_id("text"), _id("location")]


async def test_a_late_mark_shows_no_typing(
    door: Door, channel: WhatsApp, api: CloudApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is out by then, and typing would go on for 25 seconds after it."""
    monkeypatch.setattr(chores_module, "TYPING_WITHIN", -1.0)
    await deliver(door, "text")
    async with at_work(channel):
        await api.called("POST", MESSAGES, 1, is_mark)
    assert "typing_indicator" not in api.marks[0]


async def test_a_full_queue_drops_courtesies_and_no_message(
    door: Door, channel: WhatsApp, ledger: Ledger, api: CloudApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood of messages is taken; what is lost is a tick."""
    raw = bundled([delivery("messages", {"messages": [_said(number)]}) for number in range(1001)])
    assert (await door.post(HOOK, data=raw, headers=signed(raw))).status == 200
    assert len(ledger.events) == 1001
    monkeypatch.setattr(chores_module, "TYPING_WITHIN", -1.0)
    async with at_work(channel):
        await api.called("POST", MESSAGES, 1000, is_mark)
        await deliver(door, "text")
        await api.called("POST", MESSAGES, 1001, is_mark)
    assert "wamid.1000" not in {mark["message_id"] for mark in api.marks}


def _said(number: int) -> dict[str, Any]:
    return {"from": NUMBER, "id": f"wamid.{number}", "timestamp": "1795219000", "type": "text", "text": {"body": "?"}}


@pytest.mark.parametrize(("read_marks", "typing"), [(True, False), (False, True)])
async def test_the_operator_decides_about_courtesies(
    ports: Ports, options: dict[str, Any], api: CloudApi, read_marks: bool, typing: bool
) -> None:
    """Without read marks there is no typing either: the platform knows them only together."""
    channel = WhatsApp(ports, account="whatsapp", authority="nrw-im", **options, read_marks=read_marks, typing=typing)
    async with TestClient(TestServer(build([channel], Health(lambda: True)))) as door:
        await deliver(door, "text")
        async with at_work(channel):
            await api.called("GET", NUMBER_ID)
            if read_marks:
                await api.called("POST", MESSAGES, 1, is_mark)
    assert [set(mark) for mark in api.marks] == [{"messaging_product", "status", "message_id"}] * read_marks


# Watching.


async def test_a_revoked_token_shows_though_nothing_arrives(
    channel: WhatsApp, api: CloudApi, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: behind a webhook silence looks like peace, so we ask; 45 seconds are the rule."""
    monkeypatch.setattr("bot.channels.meta.watch.WATCH_EVERY", 0.01)
    async with at_work(channel):
        await health_book.said("whatsapp", "ok")
        api.token = "revoked"
        await health_book.said("whatsapp", "token refused (code 190, status 401)")


async def test_a_number_that_the_platform_blocks_shows(
    channel: WhatsApp, api: CloudApi, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limited is usual for a new number; blocked sends nothing."""
    monkeypatch.setattr("bot.channels.meta.watch.WATCH_EVERY", 0.01)
    api.health = "LIMITED"
    async with at_work(channel):
        await health_book.said("whatsapp", "ok")
        api.health = "BLOCKED"
        await health_book.said("whatsapp", "platform blocks sending")
    assert api.of("GET", NUMBER_ID)[0].query["fields"] == "id,health_status"


async def test_the_expiry_of_the_token_is_watched_where_the_apps_id_is_known(
    ports: Ports, options: dict[str, Any], api: CloudApi, health_book: HealthBook
) -> None:
    """The app may ask about its tokens."""
    channel = WhatsApp(ports, account="whatsapp", authority="nrw-im", **options, app_id=APP_ID)
    async with at_work(channel):
        await api.called("GET", "debug_token")
        await _until(health_book, lambda: ("whatsapp", Gauge.TOKEN_EXPIRES) in health_book.gauges)
    assert health_book.gauges["whatsapp", Gauge.TOKEN_EXPIRES] == 1799999999


# Counting.


async def test_what_the_platform_counts_is_counted_by_month(
    ports: Ports, options: dict[str, Any], notebook: Notebook, health_book: HealthBook
) -> None:
    """Across restarts, several processes, and not into the next month."""
    month = [datetime(2026, 11, 30, 23, 59, tzinfo=UTC)]
    clocked = replace(ports, clock=lambda: month[0])
    before, after = (WhatsApp(clocked, account="whatsapp", authority="nrw-im", **options) for _ in range(2))
    for channel in (before, after):
        await channel.send(HELLO)
        await channel.send(replace(HELLO, id=8, text="Dies ist ein Satz. " * 500))
        await channel._meter.put_down()
    assert health_book.gauges["whatsapp", Gauge.METERED] == 8
    assert json.loads(notebook.kept["whatsapp", "metered"]) == ["2026-11", 8]
    month[0] = datetime(2026, 12, 1, tzinfo=UTC)
    await after._meter.put_down()
    assert health_book.gauges["whatsapp", Gauge.METERED] == 0


async def test_the_end_of_the_free_messages_shows_before_it_comes(
    ports: Ports, options: dict[str, Any], health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it, who has no payment method would have messages taken that never arrive."""
    monkeypatch.setattr("bot.channels.meta.watch.WATCH_EVERY", 0.01)
    monkeypatch.setattr("bot.channels.whatsapp.channel.PUT_DOWN_EVERY", 0.01)
    channel = WhatsApp(ports, account="whatsapp", authority="nrw-im", **options, free_messages=5)
    async with at_work(channel):
        await health_book.said("whatsapp", "ok")
        for number in range(1, 5):
            await channel.send(replace(HELLO, id=number))
        await health_book.said("whatsapp", "4 of 5 free messages of this month are used")


async def test_without_an_allowance_there_is_no_warning(ports: Ports) -> None:
    """Who pays need not be told."""
    meter = Meter(ports, "whatsapp", 0)
    for _ in range(5000):
        meter.count()
    await meter.put_down()
    assert meter.state() == "ok"


async def test_a_count_that_could_not_be_kept_is_kept_next_time(
    ports: Ports, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may be away for a while."""
    meter = Meter(ports, "whatsapp", 1000)
    meter.count()

    async def away(account: str, name: str, value: bytes) -> None:
        raise StoreError

    with monkeypatch.context() as broken:
        broken.setattr(notebook, "put", away)
        await meter.put_down()
    meter.count()
    await meter.put_down()
    assert json.loads(notebook.kept["whatsapp", "metered"])[1] == 2


async def _until(health_book: HealthBook, true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            health_book._changed.clear()
            await health_book._changed.wait()
