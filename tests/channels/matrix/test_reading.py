"""Reading: every content kind, and whatever else a homeserver may hand on."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.base import Takeover
from bot.channels.matrix.reading import event_of, is_said, read
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind
from tests.channels.matrix.payload import payload

ROOM = "!room:example.org"


def understood(event: object, *, own: bool = False, name: str = "Maria") -> Inbound | Takeover | None:
    return read(event_of("matrix", ROOM, event, own=own, name=name).payload)


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich die Pressestelle? Grüße 👮🏽"),
        ("emote", Kind.TEXT, "winkt"),
        ("arabic", Kind.TEXT, "كيف أتواصل مع الشرطة؟"),
        ("ukrainian", Kind.TEXT, "Як зв'язатися з поліцією?"),
        ("bidi", Kind.TEXT, "Hilfe \u202e!enherts\u202c"),
        ("surrogate", Kind.TEXT, "kaputt \ud83d"),
        ("html", Kind.TEXT, "**fett**"),
        ("reply", Kind.TEXT, "Danke, das hilft"),
        ("reply_new", Kind.TEXT, "Danke, das hilft"),
        ("thread", Kind.TEXT, "Und am Samstag?"),
        ("photo", Kind.PHOTO, ""),
        ("photo_caption", Kind.PHOTO, "Das liegt auf der Straße"),
        ("voice", Kind.VOICE, ""),
        ("audio", Kind.VOICE, ""),
        ("video", Kind.VIDEO, ""),
        ("document", Kind.DOCUMENT, ""),
        ("sticker", Kind.STICKER, ""),
        ("location", Kind.LOCATION, ""),
        ("live_location", Kind.LOCATION, ""),
        ("poll", Kind.UNSUPPORTED, ""),
        ("unknown_msgtype", Kind.UNSUPPORTED, "Kontakt: Erna Muster"),
        ("unknown_type", Kind.UNSUPPORTED, "geheimnisvoll"),
        ("call", Kind.UNSUPPORTED, ""),
        ("undecryptable", Kind.UNREADABLE, ""),
    ],
)
def test_every_kind_is_understood(name: str, kind: Kind, text: str) -> None:
    """What a citizen can send is named in our words; a file's name is no text, its caption is."""
    event = payload(name)
    assert understood(event) == Inbound(
        kind,
        ROOM,
        text=text,
        name="Maria",
        platform_id=event["event_id"],
        sent_at=datetime.fromtimestamp(1795219000.123, UTC),
    )


@pytest.mark.parametrize(
    ("name", "kind", "text", "refers_to"),
    [
        ("edit", Kind.EDIT, "Hilfe, er hat ein Messer", "$e0"),
        ("redaction", Kind.DELETION, "", "$e0"),
        ("redaction_v11", Kind.DELETION, "", "$e0"),
        ("redacted", Kind.DELETION, "", ""),
        ("redacted_encrypted", Kind.DELETION, "", ""),
        ("reaction", Kind.REACTION, "👍", "$e0"),
    ],
)
def test_what_concerns_an_earlier_message_names_it(name: str, kind: Kind, text: str, refers_to: str) -> None:
    """An edit comes as a message of its own, whose body begins with an asterisk: that is not what was meant."""
    inbound = understood(payload(name))
    assert isinstance(inbound, Inbound)
    assert (inbound.kind, inbound.text, inbound.refers_to) == (kind, text, refers_to)


@pytest.mark.parametrize(
    "name",
    [
        "other_bot",
        "verification",
        "verification_step",
        "call_candidates",
        "call_hangup",
        "live_position",
        "live_location_over",
    ],
)
def test_what_nobody_said_is_not_answered(name: str) -> None:
    """Other bots, and what apps send by themselves."""
    assert understood(payload(name)) is None


def test_an_edit_by_another_bot_is_not_answered() -> None:
    """A notice stays one when it is corrected."""
    event = payload("edit")
    event["content"]["m.new_content"]["msgtype"] = "m.notice"
    assert understood(event) is None


def test_a_colleague_in_an_app_takes_over() -> None:
    """Somebody logged in as the bot wrote by hand; our own notices are no such thing."""
    assert understood(payload("own_by_hand"), own=True) == Takeover(
        ROOM, text="Hier schreibt Petra.", platform_id="$own_by_hand-AbCdEf0123456789"
    )
    assert understood(payload("own_notice"), own=True) is None
    assert understood(payload("reaction"), own=True) is None


def test_the_state_of_a_room_is_not_stored() -> None:
    """Names, members and rights are kept by apps; a live location is said by a person, all the same."""
    assert not is_said({"type": "m.room.member", "state_key": "@maria:example.org"})
    assert not is_said({"type": "m.room.name", "state_key": ""})
    assert is_said(payload("live_location"))
    assert is_said(payload("unknown_type"))


def test_a_name_is_cut() -> None:
    """Eighty characters are enough for anybody."""
    inbound = understood(payload("text"), name="M" * 500)
    assert isinstance(inbound, Inbound)
    assert inbound.name == "M" * 80


def test_the_event_is_known_by_its_id_or_by_its_bytes() -> None:
    """An id that is missing, or longer than the specification allows, gives way to a hash."""
    assert event_of("matrix", ROOM, {"event_id": "$1"}, own=False).event_id == "$1"
    strange: list[object] = [{}, {"event_id": 7}, {"event_id": ""}, {"event_id": "$" * 300}, [], "x", None]
    for odd in strange:
        key = event_of("matrix", ROOM, odd, own=False).event_id
        assert key.startswith("sha256:")
        assert len(key) == 71
        assert event_of("matrix", ROOM, odd, own=False).event_id == key


@pytest.mark.parametrize("moment", [None, "1795219000123", True, 1.5, 10**30, -(10**30)])
def test_an_impossible_time_is_no_time(moment: object) -> None:
    """The time is what the sender's server says; it must not stop the message."""
    inbound = understood(payload("text") | {"origin_server_ts": moment})
    assert isinstance(inbound, Inbound)
    assert inbound.sent_at is None


@pytest.mark.parametrize(
    "event",
    [None, [], "x", 7, {}, {"type": "m.room.message"}, {"type": 1, "content": {}}, {"type": "m", "content": 1}],
)
def test_what_is_no_event_is_unreadable(event: object) -> None:
    """It goes to quarantine, and its sender gets the safe reply."""
    with pytest.raises(UnreadableEvent):
        understood(event)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"room_id": 1}', b"\xff", b"[" * 100_000])
def test_a_payload_that_is_none_is_unreadable(raw: bytes) -> None:
    """Nothing else is ever raised."""
    with pytest.raises(UnreadableEvent):
        read(raw)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(["msgtype", "body", "filename", "m.relates_to", "m.new_content", "redacts", "live", "key"])
_RELATION = st.fixed_dictionaries({"rel_type": st.just("m.replace") | _JSON, "event_id": st.text() | _JSON})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # how fast is not what is asked
@given(
    kind=st.sampled_from(["m.room.message", "m.reaction", "m.room.redaction", "m.sticker", "m.beacon_info", "m.odd"]),
    content=st.dictionaries(_FIELDS, _JSON | _RELATION | st.sampled_from(["m.text", "m.image"]), max_size=5),
    more=st.dictionaries(st.sampled_from(["origin_server_ts", "event_id", "redacts"]), _JSON, max_size=3),
)
def test_any_content_is_read_or_refused(kind: str, content: dict[str, Any], more: dict[str, Any]) -> None:
    """Citizens' apps decide what stands in an event: all fields may hold anything."""
    found = understood({**more, "type": kind, "content": content})
    if isinstance(found, Inbound):
        assert all(isinstance(text, str) for text in (found.text, found.refers_to, found.platform_id, found.name))
        json.dumps(found.text)
