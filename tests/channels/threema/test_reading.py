"""What a stored delivery says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.public import PublicKey

from bot.channels.base import Fate, Receipt
from bot.channels.threema.callback import events_of
from bot.channels.threema.reading import KeyMissing, read
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind
from tests.channels.threema.conftest import ANNA, PAYLOADS, content, delivery
from tests.channels.threema.standin import GATEWAY_ID, OURS, form, key_of, sealed

MESSAGE = "a0a1a2a3a4a5a6a7"


def nobody(threema_id: str) -> PublicKey | None:
    return None


def found(given: dict[str, str], part: int = 0) -> object:
    event = events_of("threema", given, OURS, key_of(given["from"]).public_key)[part]
    return read(event.payload, GATEWAY_ID, OURS, nobody)


def said(name: str, **more: Any) -> Inbound:
    inbound = found(delivery(name, **more))
    assert isinstance(inbound, Inbound)
    return inbound


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich die Pressestelle? Grüße 🙂"),
        ("text_arabic", Kind.TEXT, "كيف أتصل بكم؟"),
        ("text_quoting", Kind.TEXT, "Ja, bitte"),
        ("image", Kind.PHOTO, ""),
        ("location", Kind.LOCATION, ""),
        ("video_old", Kind.VIDEO, ""),
        ("audio_old", Kind.VOICE, ""),
        ("poll", Kind.UNSUPPORTED, "Soll ich die Polizei rufen?"),
        ("poll_vote", Kind.UNSUPPORTED, ""),
        ("voice", Kind.VOICE, ""),
        ("photo", Kind.PHOTO, "Das steht seit Tagen vor dem Haus"),
        ("sticker", Kind.STICKER, ""),
        ("video", Kind.VIDEO, ""),
        ("document", Kind.DOCUMENT, "Meine Anzeige"),
        ("contact", Kind.CONTACT, ""),
        ("file_without_description", Kind.DOCUMENT, ""),
        ("call", Kind.UNSUPPORTED, ""),
        ("forward_secret", Kind.UNREADABLE, ""),
        ("unknown", Kind.UNSUPPORTED, ""),
    ],
)
def test_every_kind_is_read(name: str, kind: Kind, text: str) -> None:
    """Each thing a person can send becomes a kind; what we do not know may be a call for help."""
    inbound = said(name)
    assert (inbound.kind, inbound.text, inbound.address) == (kind, text, ANNA)
    assert inbound.platform_id == "0000000000000001"
    assert inbound.sent_at == datetime.fromtimestamp(1795219000, UTC)
    assert not inbound.public


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("edited", Kind.EDIT, "Es ist dort"),
        ("deleted", Kind.DELETION, ""),
        ("reaction", Kind.REACTION, "👍"),
        ("receipt_thumb_up", Kind.REACTION, "👍"),
        ("receipt_thumb_down", Kind.REACTION, "👎"),
    ],
)
def test_what_concerns_a_message_names_it(name: str, kind: Kind, text: str) -> None:
    """Old apps put a thumb into a receipt, new ones send any emoji."""
    inbound = said(name)
    assert (inbound.kind, inbound.text, inbound.refers_to) == (kind, text, MESSAGE)


@pytest.mark.parametrize(("name", "fate"), [("receipt_received", Fate.DELIVERED), ("receipt_read", Fate.READ)])
def test_receipts_tell_the_fate_of_our_messages(name: str, fate: Fate) -> None:
    """Known by the id that the gateway gave when it took the message."""
    assert found(delivery(name)) == Receipt(fate, platform_id=MESSAGE)


def test_a_receipt_for_several_messages_becomes_one_for_each() -> None:
    """One delivery, three events with keys of their own, and none of them waits for a turn."""
    given = delivery("receipt_read_three")
    events = events_of("threema", given, OURS, key_of(ANNA).public_key)
    assert len({event.event_id for event in events}) == 3
    assert {event.address for event in events} == {""}
    fates = [read(event.payload, GATEWAY_ID, OURS, nobody) for event in events]
    assert fates == [
        Receipt(Fate.READ, platform_id=name) for name in (MESSAGE, "b0b1b2b3b4b5b6b7", "c0c1c2c3c4c5c6c7")
    ]


@pytest.mark.parametrize(
    "name",
    ["typing", "picture_of_profile", "group_left", "call_ended", "reaction_withdrawn", "receipt_consumed"],
)
def test_what_the_app_reports_by_itself_needs_no_answer(name: str) -> None:
    """Nobody said anything."""
    assert found(delivery(name)) is None


@pytest.mark.parametrize("sender", [GATEWAY_ID, "*ANDERES"])
def test_programs_behind_gateway_ids_are_not_answered(sender: str) -> None:
    """Neither our own echo nor another bot: no loop."""
    assert found(form(sender, "0" * 16, sealed(sender, *content("text")))) is None


@pytest.mark.parametrize(("name", "kind"), [("group_text", Kind.TEXT), ("group_file", Kind.VOICE)])
def test_a_message_in_a_group_is_public(name: str, kind: Kind) -> None:
    """Only danger is answered, to the one who wrote it."""
    inbound = said(name)
    assert (inbound.kind, inbound.public, inbound.address) == (kind, True, ANNA)


def test_the_nickname_is_shortened() -> None:
    """Eighty characters are enough of anybody's name."""
    assert said("text", nickname=" Anna " + "a" * 400).name == ("Anna " + "a" * 400)[:80]


@pytest.mark.parametrize("date", ["", "x", "-5", "1e9", "9" * 40])
def test_a_strange_date_costs_only_the_date(date: str) -> None:
    """The words stay."""
    inbound = found(delivery("text") | {"date": date})
    assert isinstance(inbound, Inbound)
    assert inbound.sent_at is None


def test_without_the_key_it_is_to_be_read_again() -> None:
    """And opens as soon as the key is there."""
    [event] = events_of("threema", delivery("text"), OURS, None)
    with pytest.raises(KeyMissing):
        read(event.payload, GATEWAY_ID, OURS, nobody)
    assert isinstance(read(event.payload, GATEWAY_ID, OURS, {ANNA: key_of(ANNA).public_key}.get), Inbound)


@pytest.mark.parametrize(
    "change",
    [
        {"box": "00" * 40},
        {"box": "xy"},
        {"box": ""},
        {"nonce": "00"},
        {"nonce": "ä" * 48},
    ],
    ids=["forged", "no-hex", "empty", "short-nonce", "umlauts"],
)
def test_what_does_not_open_is_unreadable(change: dict[str, str]) -> None:
    """It goes to quarantine with its bytes, and the citizen gets the safe reply."""
    with pytest.raises(UnreadableEvent):
        found(delivery("text") | change)


@pytest.mark.parametrize("padding", [0, 200])
def test_wrong_padding_is_unreadable(padding: int) -> None:
    """A length of nothing, or of more than there is."""
    nonce, box = sealed(ANNA, 1, b"Hilfe" + bytes([padding]), padding=0)
    with pytest.raises(UnreadableEvent):
        found(form(ANNA, "0" * 16, (nonce, box)))


@pytest.mark.parametrize("raw", [b"", b"[]", b'"x"', b"{}", b'{"from": 7}', b"[" * 99_999, b"\xff"])
def test_what_is_no_delivery_is_unreadable(raw: bytes) -> None:
    """Never another error than that."""
    with pytest.raises(UnreadableEvent):
        read(raw, GATEWAY_ID, OURS, nobody)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(type_=st.integers(0, 255), data=st.binary(max_size=60))
def test_no_content_breaks_the_reader(type_: int, data: bytes) -> None:
    """Whatever a modified app seals."""
    try:
        result = found(form(ANNA, "0" * 16, sealed(ANNA, type_, data)))
    except UnreadableEvent:
        return
    assert result is None or isinstance(result, Inbound | Receipt)


def test_every_sample_is_used() -> None:
    """A payload nobody reads proves nothing."""
    source = "".join(path.read_text() for path in PAYLOADS.parent.glob("test_*.py"))
    assert [path.stem for path in PAYLOADS.glob("*.json") if f'"{path.stem}"' not in source] == []
    assert json.loads((PAYLOADS / "text.json").read_text())["type"] == 1
