"""The door: who gets in, what is stored for whom, and what the platform is told."""

import asyncio
import copy
import gzip
import json

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.errors import SettingsError
from bot.message import Inbound, Kind
from bot.web.application import build
from bot.web.health import Health
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.messenger_platform.conftest import Door, Side, channel_on
from tests.channels.messenger_platform.payloads import delivery, paths, raw
from tests.channels.messenger_platform.standin import VERIFY_TOKEN, SendApi
from tests.channels.meta.contract import signed
from tests.channels.meta.standin import Refusal

_ELSEWHERE = {"test_event"}
"""Instagram's test events name an account "0"."""


def sealed(delivery: object) -> tuple[bytes, dict[str, str]]:
    """A delivery as Meta sends it, non-ASCII escaped, with its headers."""
    body = json.dumps(delivery).encode()
    return body, signed(body)


async def post(door: Door, side: Side, value: object) -> int:
    body, headers = sealed(value)
    return (await door.post(side.hook, data=body, headers=headers)).status


async def test_every_delivery_is_stored_before_it_is_acknowledged(door: Door, side: Side, ledger: Ledger) -> None:
    """One event for each, under its account, with what reading it needs."""
    for path in paths(side.name):
        ledger.events.clear()
        assert await post(door, side, json.loads(path.read_bytes())) == 200
        if path.stem in _ELSEWHERE and side.name == "instagram":
            continue
        [event] = ledger.events
        assert event.account == side.name
        side.channel.read(event.payload)


@pytest.mark.parametrize("attack", ["unsigned", "empty", "sha1", "wrong secret", "altered", "re-serialised", "twice"])
async def test_without_the_right_signature_nobody_gets_in(
    door: Door, side: Side, ledger: Ledger, attack: str
) -> None:
    """401 and nothing stored (ATTACKS A1–A4); the signature is over the bytes, umlauts and all."""
    body, headers = sealed(delivery(side.name, "text"))
    right = headers["X-Hub-Signature-256"]
    given: list[tuple[str, str]] = {
        "unsigned": [],
        "empty": [("X-Hub-Signature-256", "")],
        "sha1": [("X-Hub-Signature", right.replace("sha256", "sha1"))],
        "wrong secret": list(signed(body, "f" * 32).items()),
        "altered": list(headers.items()),
        "re-serialised": list(headers.items()),
        "twice": [("X-Hub-Signature-256", right)] * 2,
    }[attack]
    if attack == "altered":
        body = body.replace(b"Ministerium", b"ministerium")
    if attack == "re-serialised":
        body = json.dumps(json.loads(body), ensure_ascii=False).encode()
    response = await door.post(side.hook, data=body, headers=given)
    assert (response.status, ledger.events) == (401, [])


async def test_umlauts_and_emoji_are_taken_as_they_were_signed(door: Door, side: Side, ledger: Ledger) -> None:
    """Whether the platform escapes them or not."""
    for body in (raw(side.name, "text"), json.dumps(delivery(side.name, "text")).encode()):
        assert (await door.post(side.hook, data=body, headers=signed(body))).status == 200
    assert len(ledger.events) == 1


async def test_the_handshake_is_answered(door: Door, side: Side) -> None:
    """Meta asks once whether this address wants to be called."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    assert await (await door.get(side.hook, params=asked)).text() == "1158201444"
    asked["hub.verify_token"] = "guess"
    assert (await door.get(side.hook, params=asked)).status == 403


async def test_several_events_in_one_body_with_a_malformed_one_among_them(
    door: Door, side: Side, ledger: Ledger
) -> None:
    """ATTACKS A11: each is an event of its own; the malformed alone is refused by reading."""
    whole = delivery(side.name, "text")
    items = whole["entry"][0]["messaging"]
    items.append({"sender": 7, "message": {"mid": "m_bad"}})
    for number in range(998):
        items.append(copy.deepcopy(items[0]))
        items[-1]["message"]["mid"] = f"m_{number}"
    assert await post(door, side, whole) == 200
    assert len(ledger.events) == 1000
    assert {event.event_id for event in ledger.events} >= {"messaging:m_bad", "messaging:m_997"}


async def test_the_same_delivery_many_times_at_once_is_one_event(door: Door, side: Side, ledger: Ledger) -> None:
    """ATTACKS A8: redelivery is harmless."""
    statuses = await asyncio.gather(*(post(door, side, delivery(side.name, "text")) for _ in range(50)))
    assert set(statuses) == {200}
    assert len(ledger.events) == 1


async def test_deliveries_out_of_order_are_all_taken(door: Door, side: Side, ledger: Ledger) -> None:
    """A deletion, an edit or an echo may come before what it belongs to."""
    for name in ("echo_own", "reaction", "text"):
        await post(door, side, delivery(side.name, name))
    assert [event.event_id.partition(":")[0] for event in ledger.events] == ["messaging", "sha256", "messaging"]


async def test_no_acknowledgement_while_the_database_takes_nothing(door: Door, side: Side, ledger: Ledger) -> None:
    """503, so that Meta delivers again; then the same event is taken once."""
    ledger.busy = True
    body, headers = sealed(delivery(side.name, "text"))
    refused = await door.post(side.hook, data=body, headers=headers)
    ledger.busy = False
    assert (refused.status, refused.headers["Retry-After"]) == (503, "2")
    assert await post(door, side, delivery(side.name, "text")) == 200
    assert len(ledger.events) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"[" * 100_000,
        b'{"entry": [' + b"9" * 5000 + b"]}",
        b'{"a": NaN}',
    ],
    ids=["empty", "text", "bytes", "list", "deep", "digits", "nan"],
)
async def test_a_malformed_body_is_kept_for_quarantine(door: Door, side: Side, ledger: Ledger, body: bytes) -> None:
    """Never a 5xx, which Meta would repeat for hours; the bytes are kept."""
    response = await door.post(side.hook, data=body, headers=signed(body))
    assert response.status == 200
    assert [(event.account, event.address, event.payload) for event in ledger.events] == [(side.name, "", body)]


async def test_a_compressed_or_huge_body_is_refused(door: Door, side: Side, ledger: Ledger) -> None:
    """415 and 413 (ATTACKS B2)."""
    packed = gzip.compress(raw(side.name, "text"))
    squeezed = await door.post(side.hook, data=packed, headers=signed(packed) | {"Content-Encoding": "zstd"})
    huge = b"x" * (1024 * 1024 + 1)
    assert squeezed.status in {400, 415}
    assert (await door.post(side.hook, data=huge, headers=signed(huge))).status == 413
    assert ledger.events == []


async def test_what_is_for_an_account_nobody_configured_is_acknowledged_and_left(
    door: Door, side: Side, ledger: Ledger
) -> None:
    """Another page of the same app, or the other platform: 200, or Meta would repeat it and cut us off."""
    strange = delivery(side.name, "text")
    strange["entry"][0]["id"] = "999"
    other = delivery(side.name, "text") | {"object": "whatsapp_business_account"}
    assert [await post(door, side, strange), await post(door, side, other)] == [200, 200]
    assert ledger.events == []


async def test_one_address_serves_all_accounts_of_an_app(ports: Ports, ledger: Ledger) -> None:
    """Meta calls one URL for a page and another page, and for the Instagram account that is linked to it."""
    api = SendApi()
    await api.start()
    first = channel_on(api, "messenger", ports)
    others = [
        channel_on(api, "messenger", ports, account="second", page_id="31"),
        channel_on(api, "instagram", ports),
        channel_on(api, "messenger", ports, account="foreign", page_id="32", app_secret="e" * 32),
    ]
    mixed = delivery("messenger", "text")
    for owner in ("31", "32"):
        entry = copy.deepcopy(mixed["entry"][0]) | {"id": owner}
        entry["messaging"][0]["recipient"]["id"] = owner
        mixed["entry"].append(entry)
    async with TestClient(TestServer(build([first, *others], Health(lambda: True)))) as client:
        for value in (mixed, delivery("instagram", "text")):
            body, headers = sealed(value)
            assert (await client.post("/hooks/messenger/messenger", data=body, headers=headers)).status == 200
    await api.stop()
    # What another app's secret protects cannot be reached with this one's.
    assert [event.account for event in ledger.events] == ["messenger", "second", "instagram"]
    assert isinstance(others[1].read(ledger.events[-1].payload), Inbound)


async def test_who_writes_sees_that_it_was_read_and_is_being_answered(door: Door, side: Side) -> None:
    """For messages of citizens only, after the commit, and a refused courtesy stops nothing."""
    side.api.refuse(Refusal(400, 100), lambda call: call.body.get("sender_action") == "mark_seen")
    for name in ("echo_own", "reaction", "comment", "standby", "voice"):
        await post(door, side, delivery(side.name, name))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(side.channel.run())
        shown = await side.api.called("POST", "me/messages", 2)
        running.cancel()
    assert [call.body["sender_action"] for call in shown] == ["mark_seen", "typing_on"]
    person = delivery(side.name, "voice")["entry"][0]["messaging"][0]["sender"]["id"]
    assert [call.body["recipient"] for call in shown] == [{"id": person}] * 2


async def test_a_platform_that_hangs_holds_up_no_acknowledgement(door: Door, side: Side, ledger: Ledger) -> None:
    """What is done for a message comes after its 200, however long it takes."""
    side.api.refuse(Refusal(hang=True, times=1000))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(side.channel.run())
        assert await post(door, side, delivery(side.name, "text")) == 200
        await side.api.called("POST", "me/messages")
        assert await post(door, side, delivery(side.name, "voice")) == 200
        running.cancel()
    assert len(ledger.events) == 2


async def test_a_courtesy_that_comes_too_late_is_left_out(
    door: Door, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody shall see an answer being written that was read long ago."""
    with monkeypatch.context() as patched:
        patched.setattr("bot.channels.messenger_platform.chores.FRESH_FOR", -1.0)
        await post(door, side, delivery(side.name, "text"))
    voice = delivery(side.name, "voice")
    voice["entry"][0]["messaging"][0]["sender"]["id"] = "77"
    await post(door, side, voice)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(side.channel.run())
        [first] = await side.api.called("POST", "me/messages")
        running.cancel()
    assert first.body["recipient"] == {"id": "77"}


async def test_a_flood_of_messages_drops_courtesies_and_nothing_else(door: Door, side: Side, ledger: Ledger) -> None:
    """The queue of courtesies is bounded."""
    whole = delivery(side.name, "text")
    first = whole["entry"][0]["messaging"][0]
    whole["entry"][0]["messaging"] = [first | {"message": {"mid": str(n), "text": "x"}} for n in range(1500)]
    assert await post(door, side, whole) == 200
    assert len(ledger.events) == 1500


async def test_a_revoked_token_shows_though_nothing_arrives(
    side: Side, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: behind a webhook silence looks like peace, so we ask."""
    monkeypatch.setattr("bot.channels.meta.watch.WATCH_EVERY", 0.01)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(side.channel.run())
        await health_book.said(side.name, "ok")
        side.api.token = "revoked"
        side.api.renewed.clear()
        await health_book.said(side.name, "token refused (code 190, status 401)")
        running.cancel()


async def test_a_token_of_another_account_is_noticed(side: Side, ports: Ports, health_book: HealthBook) -> None:
    """It would send in somebody else's name."""
    owner = "page_id" if side.about == "page" else "account_id"
    channel = channel_on(side.api, side.name, ports, **{owner: "77"})
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel.run())
        await health_book.said(side.name, f"token of another {'page' if side.about == 'page' else 'account'}")
        running.cancel()


@pytest.mark.parametrize("missing", ["app_secret", "verify_token"])
def test_without_a_secret_the_channel_refuses_to_start(side: Side, ports: Ports, missing: str) -> None:
    """ATTACKS A5: rather than to check nothing."""
    with pytest.raises(SettingsError, match=missing):
        channel_on(side.api, side.name, ports, **{missing: ""})


async def test_a_test_event_of_the_dashboard_reaches_the_page(door: Door, ledger: Ledger, side: Side) -> None:
    """It comes as a change; Instagram's names no account of ours and is only acknowledged."""
    assert await post(door, side, delivery(side.name, "test_event")) == 200
    kinds = [found.kind for event in ledger.events if isinstance(found := side.channel.read(event.payload), Inbound)]
    assert kinds == ([Kind.TEXT] if side.name == "messenger" else [])


def test_an_account_speaks_for_its_authority(side: Side) -> None:
    """Whoever writes."""
    assert side.channel.authority_of("5511") == "nrw-im"
