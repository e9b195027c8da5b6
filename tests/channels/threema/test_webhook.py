"""The callback: who gets in, what is stored, and what follows."""

import asyncio
import gzip
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Gauge, Receipt
from bot.channels.threema.channel import Threema
from bot.channels.threema.reading import KeyMissing
from bot.errors import SettingsError, UnreadableEvent
from bot.message import Inbound, Kind
from bot.web.application import build as application_of
from bot.web.health import Health
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.threema.conftest import ANNA, PAYLOADS, delivery
from tests.channels.threema.standin import PRIVATE_KEY, Refusal, ThreemaGateway, key_of, signed

HOOK = "/hooks/threema/threema"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
Door = TestClient[Any, Any]


def moved(form: dict[str, str], one: str, other: str, by: int) -> bytes:
    """Rightly signed, with the boundary between two values elsewhere: what was captured, under another id."""
    both = form[one] + form[other]
    end = len(form[one]) + by
    return signed(form | {one: both[:end], other: both[end:]})


async def post(door: Door, body: bytes, **headers: str) -> int:
    response = await door.post(HOOK, data=body, headers=FORM | headers)
    return response.status


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
async def test_every_delivery_is_stored(door: Door, ledger: Ledger, threema: Threema, name: str) -> None:
    """Whatever it says, it can be read later without asking anybody."""
    assert await post(door, signed(delivery(name))) == 200
    assert ledger.events
    for event in ledger.events:
        found = threema.read(event.payload)
        assert found is None or isinstance(found, Inbound | Receipt)


@pytest.mark.parametrize(
    "forge",
    [
        lambda form: urlencode(form).encode(),
        lambda form: urlencode({**form, "mac": ""}).encode(),
        lambda form: urlencode({**form, "mac": "ä" * 64}).encode(),
        lambda form: urlencode({**form, "mac": "0" * 8000}).encode(),
        lambda form: signed(form, secret="another"),
        lambda form: signed(form).replace(b"date=1", b"date=2"),
        lambda form: signed(form).replace(b"from=P", b"from=Q"),
        lambda form: signed(form) + b"&box=00",
        lambda form: signed(form) + b"&from=" + form["from"].encode(),
        lambda form: signed({**form, "to": "*ANDERES"}),
        lambda form: moved(form, "messageId", "date", 1),
        lambda form: moved(form, "messageId", "date", -1),
        lambda form: moved(form, "date", "nonce", 2),
        lambda form: moved(form, "nonce", "box", 2),
        lambda form: signed(form | {"from": "../etc"}),
        lambda form: b"{}",
        lambda form: b"\xff\xfe",
        lambda form: b"a=1&" * 1000,
        lambda form: b"",
    ],
    ids=[
        "unsigned", "empty", "non-ascii", "long", "wrong-secret", "altered", "other-sender", "twice", "same-twice",
        "for-another", "id-longer", "id-shorter", "date-longer", "nonce-longer", "no-id",
        "json", "bytes", "many", "nothing",
    ],
)  # fmt: skip
async def test_without_a_right_signature_nobody_gets_in(
    door: Door, ledger: Ledger, gateway: ThreemaGateway, forge: Callable[[dict[str, str]], bytes]
) -> None:
    """401, nothing stored, nobody asked for a key (ATTACKS A1–A4)."""
    assert await post(door, forge(delivery("text"))) == 401
    assert ledger.events == []
    assert gateway.asked == []


async def test_the_signature_is_over_the_values_not_over_how_they_are_written(door: Door, ledger: Ledger) -> None:
    """Another order, other escapes: the same values. The nickname is not signed."""
    values = {name: value for name, [value] in parse_qs(signed(delivery("text")).decode()).items()}
    backwards = dict(reversed(values.items())) | {"nickname": "Jürgen 🙂"}
    escaped = "&".join(
        f"{name}={''.join(f'%{byte:02x}' for byte in value.encode())}" for name, value in backwards.items()
    )
    assert await post(door, escaped.encode()) == 200
    assert len(ledger.events) == 1


async def test_a_compressed_or_huge_body_is_refused(door: Door, ledger: Ledger) -> None:
    """415 and 413 (ATTACKS B2)."""
    body = signed(delivery("text"))
    response = await door.post(HOOK, data=gzip.compress(body), headers=FORM | {"Content-Encoding": "gzip"})
    assert response.status in {400, 415}
    assert await post(door, body + b"&x=" + b"0" * 70_000) == 413
    assert ledger.events == []


async def test_no_acknowledgement_while_the_database_takes_nothing(door: Door, ledger: Ledger) -> None:
    """503, so that the gateway delivers again; then the same message is taken once."""
    ledger.busy = True
    assert await post(door, signed(delivery("text"))) == 503
    ledger.busy = False
    assert await post(door, signed(delivery("text"))) == 200
    assert len(ledger.events) == 1


async def test_the_same_message_many_times_at_once_is_one_event(door: Door, ledger: Ledger) -> None:
    """ATTACKS A8: redelivery is harmless."""
    body = signed(delivery("text"))
    assert set(await asyncio.gather(*(post(door, body) for _ in range(30)))) == {200}
    assert [event.event_id for event in ledger.events] == [f"{ANNA}:0000000000000001"]


async def test_messages_out_of_order_are_all_taken(door: Door, ledger: Ledger) -> None:
    """The ids say nothing of an order."""
    for number in (900, 17, 901):
        await post(door, signed(delivery("text", number)))
    assert len(ledger.events) == 3


@pytest.mark.parametrize("box", ["no hex", "", "00" * 40])
async def test_what_is_genuine_and_malformed_is_kept_for_quarantine(
    door: Door, ledger: Ledger, threema: Threema, box: str
) -> None:
    """Never a 5xx, nor lost: it is read as what cannot be read."""
    assert await post(door, signed(delivery("text") | {"box": box})) == 200
    [event] = ledger.events
    with pytest.raises(UnreadableEvent):
        threema.read(event.payload)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_not_for_this_door(door: Door, method: str) -> None:
    """405."""
    assert (await door.request(method, HOOK)).status == 405


async def test_a_key_is_asked_for_once(door: Door, gateway: ThreemaGateway) -> None:
    """The key of an ID never changes."""
    for number in range(3):
        await post(door, signed(delivery("text", number)))
    assert gateway.asked == [f"/pubkeys/{ANNA}"]


@pytest.mark.parametrize("refusal", [Refusal(500), Refusal(hang=True), Refusal(hang_up=True, times=2)])
async def test_a_message_whose_key_is_late_is_taken_and_opens_later(
    door: Door,
    ledger: Ledger,
    threema: Threema,
    gateway: ThreemaGateway,
    monkeypatch: pytest.MonkeyPatch,
    refusal: Refusal,
) -> None:
    """Nothing is lost: the gateway repeats only after five minutes, so it is acknowledged and read again."""
    monkeypatch.setattr("bot.channels.threema.keys.WITHIN", 0.2)
    gateway.refuse("pubkeys", refusal)
    assert await post(door, signed(delivery("text"))) == 200
    [event] = ledger.events
    with pytest.raises(KeyMissing):
        threema.read(event.payload)
    asked = gateway.asked.count(f"/pubkeys/{ANNA}")
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(threema.run())
        await gateway.until(lambda: gateway.asked.count(f"/pubkeys/{ANNA}") > asked)
        found = None
        while found is None:
            await asyncio.sleep(0)
            with suppress(KeyMissing):
                found = threema.read(event.payload)
        running.cancel()
    assert isinstance(found, Inbound)
    assert found.kind is Kind.TEXT


async def test_a_message_is_marked_as_read(
    build: Callable[..., Threema], ledger: Ledger, gateway: ThreemaGateway
) -> None:
    """Silently, where the operator wants it; an edited or deleted message has no mark of its own."""
    channel = build(read_marks=True)
    async with TestClient(TestServer(application_of([channel], Health(lambda: True)))) as door:
        for number, name in enumerate(("deleted", "typing", "group_text", "voice", "text")):
            await post(door, signed(delivery(name, number)))
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel.run())
        await gateway.until(lambda: len(gateway.sent) >= 2)
        running.cancel()
    assert [(sent.to, sent.type, sent.content.hex()) for sent in gateway.sent] == [
        (ANNA, 0x80, "020000000000000003"),
        (ANNA, 0x80, "020000000000000004"),
    ]
    assert {(sent.form["noPush"], sent.form["noDeliveryReceipts"]) for sent in gateway.sent} == {("1", "1")}


async def test_a_refused_mark_does_not_stop_the_next(
    build: Callable[..., Threema], ledger: Ledger, gateway: ThreemaGateway
) -> None:
    """Courtesies fail alone."""
    channel = build(read_marks=True)
    gateway.refuse("send_e2e", Refusal(402))
    async with TestClient(TestServer(application_of([channel], Health(lambda: True)))) as door:
        await post(door, signed(delivery("text", 1)))
        await post(door, signed(delivery("text", 2) | {"box": "00"}))
        await post(door, signed(delivery("text", 3)))
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel.run())
        await gateway.until(lambda: len(gateway.sent) >= 1)
        running.cancel()
    assert gateway.sent[0].content.hex() == "020000000000000003"


async def watched(channel: Threema, health_book: HealthBook, state: str) -> None:
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel.run())
        await health_book.said("threema", state)
        running.cancel()


async def test_the_credit_is_told(threema: Threema, health_book: HealthBook, gateway: ThreemaGateway) -> None:
    """As a figure, and in health before it is used up."""
    await watched(threema, health_book, "ok")
    assert health_book.gauges["threema", Gauge.CREDIT] == 1000
    gateway.credits = 199
    await watched(threema, health_book, "credit is low")
    gateway.credits = 0
    await watched(threema, health_book, "no credit left")
    assert health_book.gauges["threema", Gauge.CREDIT] == 0


async def test_a_server_that_counts_no_credit_is_well(
    threema: Threema, health_book: HealthBook, gateway: ThreemaGateway
) -> None:
    """One of the operator's own."""
    gateway.credits = None
    await watched(threema, health_book, "ok")
    assert health_book.gauges == {}


async def test_a_changed_secret_shows_though_nothing_arrives(
    threema: Threema, health_book: HealthBook, gateway: ThreemaGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: behind a callback silence looks like peace, so we ask."""
    monkeypatch.setattr("bot.channels.threema.watch.WATCH_EVERY", 0.01)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(threema.run())
        await health_book.said("threema", "ok")
        gateway.refuse("credits", Refusal(401))
        await health_book.said("threema", "secret refused")
        gateway.refuse("credits", Refusal(503))
        await health_book.said("threema", "gateway answers HTTP 503")
        gateway.refuse("credits", Refusal(200, body="<html>captive portal</html>"))
        await health_book.said("threema", "gateway not reachable")
        running.cancel()


async def test_a_key_that_belongs_to_another_id_shows(build: Callable[..., Threema], health_book: HealthBook) -> None:
    """With it nothing would open, and nobody could read what we send."""
    await watched(
        build(private_key="private:" + "60" * 32), health_book, "private key does not belong to the Gateway ID"
    )


@pytest.mark.parametrize("given", ["", "xy", "5f" * 31, "public:" + PRIVATE_KEY])
def test_a_private_key_that_is_none_is_refused_at_the_start(build: Callable[..., Threema], given: str) -> None:
    """And is not repeated in the error."""
    with pytest.raises(SettingsError, match="private_key") as caught:
        build(private_key=given)
    assert not given or given not in str(caught.value)


def test_no_secret_no_door(build: Callable[..., Threema]) -> None:
    """ATTACKS A5."""
    with pytest.raises(SettingsError, match="API-Secret"):
        build(secret="")


def test_a_key_may_be_written_as_the_tools_write_it(build: Callable[..., Threema]) -> None:
    """With private: before it."""
    assert build(private_key=f"private:{PRIVATE_KEY}\n").name == "threema"
    assert bytes(key_of(ANNA)) != bytes.fromhex(PRIVATE_KEY)
