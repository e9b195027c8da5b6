"""From an update to an Inbound: every kind, and everything that is no update."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import reading
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind
from tests.channels.telegram.conftest import PAYLOADS, payload


def read(name: str) -> Inbound | None:
    return reading.read((PAYLOADS / f"{name}.json").read_bytes())


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich das Ministerium? 🙂"),
        ("start", Kind.TEXT, "/start wo"),
        ("arabic", Kind.TEXT, "أحتاج إلى مساعدة"),
        ("ukrainian", Kind.TEXT, "Мені потрібна допомога"),
        ("bidi", Kind.TEXT, "Text \u202e verkehrt \u2066 １１０ ١١٠"),
        ("surrogate", Kind.TEXT, "kaputt \ud83d Ende\x00"),
        ("voice", Kind.VOICE, ""),
        ("audio", Kind.VOICE, ""),
        ("photo", Kind.PHOTO, "Hier brennt es"),
        ("video", Kind.VIDEO, ""),
        ("video_note", Kind.VIDEO, ""),
        ("document", Kind.DOCUMENT, "Meine Beschwerde"),
        ("location", Kind.LOCATION, ""),
        ("venue", Kind.LOCATION, ""),
        ("contact", Kind.CONTACT, ""),
        ("sticker", Kind.STICKER, ""),
        ("dice", Kind.UNSUPPORTED, ""),
        ("unknown", Kind.UNSUPPORTED, ""),
        ("edited", Kind.EDIT, "Er hat ein Messer"),
        ("button", Kind.CHOICE, "Presseanfragen"),
        ("button_old", Kind.CHOICE, ""),
    ],
)
def test_every_kind_is_read(name: str, kind: Kind, text: str) -> None:
    """Whatever a person can send becomes an Inbound of its kind with its text or caption."""
    inbound = read(name)
    assert inbound is not None
    assert (inbound.kind, inbound.text, inbound.address) == (kind, text, "42")
    assert inbound.name.startswith("Jörg")
    assert inbound.language_hint == "de"


@pytest.mark.parametrize("name", ["group", "group_added", "blocked", "other_bot", "channel_post", "pinned"])
def test_what_no_citizen_said_is_not_answered(name: str) -> None:
    """Groups, channels, other bots, receipts and the app's own notes get no answer."""
    assert read(name) is None


def test_a_message_carries_its_own_time_and_id() -> None:
    """Telegram's time is the time that counts, aware and in UTC."""
    inbound = read("text")
    assert inbound is not None
    assert inbound.sent_at == datetime.fromtimestamp(1795219000, UTC)
    assert inbound.platform_id == "7"


def test_an_edit_names_what_it_edits() -> None:
    """The edit's own time counts, and the message it changes is named."""
    inbound = read("edited")
    assert inbound is not None
    assert inbound.refers_to == "7"
    assert inbound.sent_at == datetime.fromtimestamp(1795219060, UTC)


def test_a_pressed_button_gives_its_id_back() -> None:
    """The id is what was sent with the button, the text what stood on it."""
    inbound = read("button")
    assert inbound is not None
    assert (inbound.choice, inbound.text) == ("i:contact.press", "Presseanfragen")


def test_a_long_name_is_cut() -> None:
    """ATTACKS C8: a name of 4000 characters stays a name."""
    update = payload("text")
    update["message"]["from"]["first_name"] = "Polizei NRW ✓ " * 400
    inbound = reading.read(json.dumps(update).encode())
    assert inbound is not None
    assert len(inbound.name) <= reading.NAME_LIMIT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"nothing",
        b"[]",
        b"null",
        b"7",
        b'{"update_id": NaN}',
        b'{"update_id": 1, "message": "text"}',
        b'{"update_id": 1, "message": {"message_id": 1}}',
        b'{"update_id": 1, "message": {"message_id": 1, "date": 99999999999999999, "chat": {"id": 1, "type": "x"}}}',
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
    ],
    ids=range(12),
)
def test_what_is_no_update_is_unreadable(raw: bytes) -> None:
    """It raises the one error that leads to quarantine, never another."""
    with pytest.raises(UnreadableEvent):
        reading.read(raw)


def test_words_are_read_even_where_the_library_gives_up() -> None:
    """Replies nested deeper than the stack, or content newer than the library, must not hide a cry for help."""
    head = '{"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private"}, "from": {"id": 42, "is_bot": false, '
    said = head + '"first_name": "J"}, "text": "Er hat ein Messer", "reply_to_message": '
    inbound = reading.read(('{"update_id": 1, "message": ' + said * 900 + "null" + "}" * 901).encode())
    assert inbound == Inbound(Kind.TEXT, "42", text="Er hat ein Messer")


@pytest.mark.parametrize("number", ["501", True, None, -1, 2**63, 1.5])
def test_an_event_without_a_usable_id_is_known_by_its_bytes(number: object) -> None:
    """Nothing that carried our secret is thrown away, and its repetition is the same event."""
    update = payload("text") | {"update_id": number}
    raw = json.dumps(update).encode()
    event = reading.event_of("telegram", update, raw)
    assert event == reading.event_of("telegram", update, raw)
    assert event.event_id.startswith("sha256:")
    assert event.payload == raw


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_belongs_to_its_chat(path: Any) -> None:
    """Order is kept per conversation, so the conversation must be known before anything is understood."""
    raw = path.read_bytes()
    event = reading.event_of("telegram", json.loads(raw), raw)
    assert event.address.lstrip("-").isdigit()
    assert event.event_id.isdigit()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    name=st.sampled_from(["text", "photo", "voice", "contact", "button", "edited", "group_added"]),
    place=st.integers(0, 40),
    value=_JSON,
)
def test_a_field_of_any_other_shape_never_breaks_the_reader(name: str, place: int, value: Any) -> None:
    """Any field replaced by anything: read, or unreadable; nothing third (ATTACKS A13)."""
    update = payload(name)
    holders = list(_holders(update))
    holder, key = holders[place % len(holders)]
    holder[key] = value
    raw = json.dumps(update).encode()
    reading.event_of("telegram", json.loads(raw), raw)
    try:
        inbound = reading.read(raw)
    except UnreadableEvent:
        return
    assert inbound is None or isinstance(inbound.text, str)


def _holders(value: Any) -> list[tuple[Any, Any]]:
    found = []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found.append((value, key))
        found += _holders(inner)
    return found
