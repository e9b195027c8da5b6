"""From a notification to an Inbound: every kind, and everything that is no message."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Fate, Receipt, Takeover
from bot.channels.signal import reading
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind
from tests.channels.signal.conftest import CITIZEN, PAYLOADS, message, payload
from tests.channels.signal.standin import NUMBER


def read(name: str) -> Inbound | Receipt | Takeover | None:
    return reading.read((PAYLOADS / f"{name}.json").read_bytes(), NUMBER)


def said(name: str) -> Inbound:
    inbound = read(name)
    assert isinstance(inbound, Inbound)
    return inbound


def events(notification: object) -> list[Event]:
    return reading.events_of("signal", notification, json.dumps(notification).encode())


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich das Ministerium? 🙂"),
        ("arabic", Kind.TEXT, "أحتاج إلى مساعدة"),
        ("ukrainian", Kind.TEXT, "Мені потрібна допомога"),
        ("bidi", Kind.TEXT, "Text \u202e verkehrt \u2066 １１０ ١١٠"),
        ("hidden_number", Kind.TEXT, "Wer ist zuständig?"),
        ("reply", Kind.TEXT, "Ja, genau"),
        ("mention", Kind.TEXT, "Fragen Sie \ufffc"),
        ("styled", Kind.TEXT, "Das ist dringend"),
        ("link", Kind.TEXT, "Stimmt das? https://beispiel.example/a"),
        ("story_reply", Kind.TEXT, "Zu Ihrer Story"),
        ("unwrapped", Kind.TEXT, "Hallo"),
        ("voice", Kind.VOICE, ""),
        ("photo", Kind.PHOTO, "Hier brennt es"),
        ("album", Kind.PHOTO, ""),
        ("view_once", Kind.PHOTO, ""),
        ("view_once_kept_back", Kind.UNSUPPORTED, ""),
        ("video", Kind.VIDEO, ""),
        ("document", Kind.DOCUMENT, "Meine Beschwerde"),
        ("untyped", Kind.DOCUMENT, ""),
        ("location", Kind.LOCATION, "Hauptbahnhof\nhttps://maps.google.com/maps?q=51.2203%2C6.7936"),
        ("contact", Kind.CONTACT, ""),
        ("sticker", Kind.STICKER, ""),
        ("reaction", Kind.REACTION, ""),
        ("deleted", Kind.DELETION, ""),
        ("edited", Kind.EDIT, "Er hat ein Messer"),
        ("payment", Kind.UNSUPPORTED, ""),
        ("poll", Kind.UNSUPPORTED, ""),
        ("unknown", Kind.UNSUPPORTED, ""),
        ("call", Kind.UNSUPPORTED, ""),
    ],
)
def test_every_kind_is_read(name: str, kind: Kind, text: str) -> None:
    """Whatever a person can send becomes an Inbound of its kind with its text or caption."""
    inbound = said(name)
    assert (inbound.kind, inbound.text, inbound.address) == (kind, text, CITIZEN)
    assert (inbound.name, inbound.public) == ("Jörg Grün", False)


@pytest.mark.parametrize(
    "name",
    [
        "group",
        "group_edited",
        "story_group",
        "typing",
        "timer_changed",
        "nothing",
        "call_ended",
        "reaction_removed",
        "repeated",
        "own_echo",
        "note_to_self",
        "read_elsewhere",
        "colleague_in_group",
        "colleague_reacted",
    ],
)
def test_what_no_citizen_said_to_us_is_not_answered(name: str) -> None:
    """Groups, typing, the app's own housekeeping, our own words and our own devices get no answer."""
    assert read(name) is None


def test_a_long_text_is_known_to_be_cut_off() -> None:
    """Beyond 2000 bytes the rest is an attachment, which nobody fetches: what it says may not pass as harmless."""
    inbound = said("long_text")
    assert inbound.kind is Kind.DOCUMENT
    assert inbound.text.startswith("Sehr geehrte Damen und Herren")


@pytest.mark.parametrize(
    ("name", "kind", "text"), [("story_text", Kind.TEXT, "Schöner Tag"), ("story_photo", Kind.PHOTO, "")]
)
def test_a_story_is_public(name: str, kind: Kind, text: str) -> None:
    """It goes to everybody the citizen knows: only danger is answered."""
    inbound = said(name)
    assert (inbound.kind, inbound.text, inbound.public, inbound.address) == (kind, text, True, CITIZEN)


def test_a_message_carries_its_id_and_the_servers_time() -> None:
    """The sender's clock names the message; when it was sent, Signal's server knows better."""
    inbound = said("text")
    assert inbound.platform_id == "1795219000123"
    assert inbound.sent_at == datetime.fromtimestamp(1795219000.323, UTC)


def test_a_clock_gone_wrong_does_not_make_a_message_late() -> None:
    """A telephone that lives in 2016 is no reason to hold an answer back."""
    late = message(1, timestamp=1451606400000)
    inbound = reading.read(json.dumps(late).encode(), NUMBER)
    assert isinstance(inbound, Inbound)
    assert inbound.sent_at == datetime.fromtimestamp(1795219000.323, UTC)


def test_disappearing_messages_say_for_how_long() -> None:
    """A citizen who expects deletion says so with every message."""
    assert said("disappearing").expires_in == timedelta(days=1)
    assert said("text").expires_in is None


@pytest.mark.parametrize("name", ["edited", "deleted", "reaction"])
def test_what_changes_a_message_names_it(name: str) -> None:
    """By the time it was sent at."""
    assert said(name).refers_to == "1795218940123"


@pytest.mark.parametrize(
    ("name", "fate"), [("delivered", Fate.DELIVERED), ("read", Fate.READ), ("viewed", Fate.READ)]
)
def test_receipts_tell_the_fate_of_our_messages(name: str, fate: Fate) -> None:
    """Known by the time we sent at, which signal-cli never gives twice."""
    assert read(name) == Receipt(fate, platform_id="1795218940123")


def test_a_receipt_for_several_messages_becomes_several_events() -> None:
    """One delivery, one event for each message, each with a key of its own."""
    first, second = events(payload("read"))
    assert first.event_id != second.event_id
    assert [reading.read(one.payload, NUMBER) for one in (first, second)] == [
        Receipt(Fate.READ, platform_id="1795218940123"),
        Receipt(Fate.READ, platform_id="1795218970123"),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("colleague", "Guten Tag, hier ist die Pressestelle."),
        ("colleague_edited", "Guten Abend, hier ist die Pressestelle."),
    ],
)
def test_a_colleague_on_another_device_takes_over(name: str, text: str) -> None:
    """In the citizen's conversation, whose order it keeps."""
    assert read(name) == Takeover(CITIZEN, text, "1795219000123")
    assert [event.address for event in events(payload(name))] == [CITIZEN]


@pytest.mark.parametrize("name", ["undecipherable", "key_changed"])
def test_what_signal_could_not_decipher_is_unreadable(name: str) -> None:
    """Somebody wrote, perhaps for help: the conversation is known, so the safe reply reaches it."""
    with pytest.raises(UnreadableEvent):
        read(name)
    assert [event.address for event in events(payload(name))] == [CITIZEN]


def test_a_long_name_is_cut() -> None:
    """ATTACKS C8: a name of 4000 characters stays a name."""
    inbound = reading.read(json.dumps(message(1, sourceName="Polizei NRW ✓ " * 400)).encode(), NUMBER)
    assert isinstance(inbound, Inbound)
    assert len(inbound.name) == reading.NAME_LIMIT


@pytest.mark.parametrize("change", [{"sourceName": 7}, {"serverReceivedTimestamp": 10**18}, {"sourceNumber": []}])
def test_words_are_read_even_where_the_rest_is_strange(change: dict[str, Any]) -> None:
    """A field newer or odder than the reader must not hide a cry for help."""
    odd = message(1, "Er hat ein Messer")
    odd["params"]["result"]["envelope"] |= change
    assert reading.read(json.dumps(odd).encode(), NUMBER) == Inbound(Kind.TEXT, CITIZEN, text="Er hat ein Messer")


def test_half_a_letter_does_not_hide_the_rest() -> None:
    """ATTACKS C1: half a surrogate pair."""
    raw = json.dumps(message(1, "kaputt \ud83d Ende")).encode()
    inbound = reading.read(raw, NUMBER)
    assert isinstance(inbound, Inbound)
    assert inbound.text == "kaputt \ud83d Ende"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"nothing",
        b"[]",
        b"null",
        b"7",
        b'{"params": {"result": {"envelope": NaN}}}',
        b'{"method": "receive", "params": []}',
        b'{"method": "receive", "params": {"result": 7}}',
        b'{"method": "receive", "params": {"envelope": {"sourceUuid": "x"}}}',
        b'{"method": "receive", "params": {"envelope": {"timestamp": 1, "dataMessage": "text"}}}',
        b"[" * 100_000,
    ],
    ids=range(12),
)
def test_what_is_no_envelope_is_unreadable(raw: bytes) -> None:
    """It raises the one error that leads to quarantine, never another."""
    with pytest.raises(UnreadableEvent):
        reading.read(raw, NUMBER)


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_has_a_key_and_comes_again_as_the_same(path: Any) -> None:
    """Sender, device, time and kind; the subscription it came by does not matter."""
    notification = json.loads(path.read_text())
    again = json.loads(path.read_text())
    again["params"]["subscription"] = 9
    first, second = events(notification), events(again)
    assert [one.event_id for one in first] == [one.event_id for one in second]
    assert not any(one.event_id.startswith("sha256:") for one in first)
    assert all(one.account == "signal" for one in first)


@pytest.mark.parametrize("name", ["text", "edited", "reaction", "deleted", "call", "key_changed", "typing"])
def test_every_event_belongs_to_its_conversation(name: str) -> None:
    """Order is kept per conversation, so it must be known before anything is understood."""
    assert [event.address for event in events(payload(name))] == [CITIZEN]


def test_a_message_deciphered_later_is_another_event() -> None:
    """After a changed key was confirmed signal-cli hands the message over after all, under the same time."""
    keys = {event.event_id for name in ("key_changed", "text", "edited", "typing") for event in events(payload(name))}
    assert len(keys) == 4


def test_an_overlong_key_is_shortened() -> None:
    """A sender is a UUID; whatever else comes must fit the column."""
    [event] = events(message(1, sourceUuid="x" * 5000))
    assert event.event_id.startswith("sha256:")


@pytest.mark.parametrize("notification", [None, 7, [], {}, {"params": {"envelope": {"timestamp": True}}}])
def test_an_event_without_a_usable_time_is_known_by_its_bytes(notification: object) -> None:
    """Nothing that was handed over is thrown away."""
    [event] = reading.events_of("signal", notification, b"raw")
    assert event == reading.events_of("signal", notification, b"raw")[0]
    assert (event.event_id[:7], event.payload) == ("sha256:", b"raw")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    name=st.sampled_from(
        ["text", "photo", "contact", "edited", "read", "colleague", "story_photo", "undecipherable"]
    ),
    place=st.integers(0, 60),
    value=_JSON,
)
def test_a_field_of_any_other_shape_never_breaks_the_reader(name: str, place: int, value: Any) -> None:
    """Any field replaced by anything: read, or unreadable; nothing third (ATTACKS A13)."""
    notification = payload(name)
    holders = list(_holders(notification))
    holder, key = holders[place % len(holders)]
    holder[key] = value
    for event in events(notification):
        try:
            inbound = reading.read(event.payload, NUMBER)
        except UnreadableEvent:
            continue
        assert not isinstance(inbound, Inbound) or isinstance(inbound.text, str)


def _holders(value: Any) -> list[tuple[Any, Any]]:
    found = []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        found.append((value, key))
        found += _holders(inner)
    return found
