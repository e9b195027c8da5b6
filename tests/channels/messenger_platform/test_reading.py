"""What an event of a private conversation means, whichever of the two platforms it came from."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Fate, Receipt, Takeover
from bot.channels.instagram import reading as instagram
from bot.channels.messenger import reading as messenger
from bot.channels.messenger_platform.reading import NAME_LIMIT, Found, Own
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind
from tests.channels.messenger_platform.payloads import delivery, holders, paths, raw
from tests.channels.messenger_platform.standin import PAGE

READERS = {"messenger": messenger.read, "instagram": instagram.read}
PEOPLE = {"messenger": "5511002233445566", "instagram": "6622003344556677"}
PREFIX = {"messenger": "m_", "instagram": "aWdfZAG1faXRlbToxOk"}
OWN = Own("770011", frozenset({"880022"}))
BOTH = pytest.mark.parametrize("channel", ["messenger", "instagram"])


def read(channel: str, name: str, own: Own = OWN) -> Found:
    return READERS[channel](raw(channel, name), own)


def said(channel: str, name: str) -> Inbound:
    inbound = read(channel, name)
    assert isinstance(inbound, Inbound)
    return inbound


@BOTH
@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich das Ministerium? 🙂"),
        ("arabic", Kind.TEXT, "أحتاج إلى مساعدة"),
        ("ukrainian", Kind.TEXT, "Мені потрібна допомога"),
        ("bidi", Kind.TEXT, "Text \u202e verkehrt \u2066 １１０ ١١٠"),
        ("surrogate", Kind.TEXT, "kaputt \ud83d Ende\x00"),
        ("reply", Kind.TEXT, "Und morgen?"),
        ("start", Kind.TEXT, "/start"),
        ("quick_reply", Kind.CHOICE, "Presseanfragen"),
        ("quick_reply_shortened", Kind.CHOICE, ""),
        ("postback", Kind.CHOICE, "Presseanfragen"),
        ("photo", Kind.PHOTO, "Hier brennt es"),
        ("voice", Kind.VOICE, ""),
        ("video", Kind.VIDEO, ""),
        ("document", Kind.DOCUMENT, ""),
        ("sticker", Kind.STICKER, ""),
        ("share", Kind.UNSUPPORTED, ""),
        ("link", Kind.TEXT, "Was ist hier los? https://example.org"),
        ("unsupported", Kind.UNSUPPORTED, ""),
        ("unknown", Kind.UNSUPPORTED, ""),
        ("reaction", Kind.REACTION, "❤️"),
        ("reaction_gone", Kind.REACTION, ""),
    ],
)
def test_every_kind_is_read(channel: str, name: str, kind: Kind, text: str) -> None:
    """Whatever a person can send becomes an Inbound of its kind, with its text or caption, address and time."""
    inbound = said(channel, name)
    assert (inbound.kind, inbound.text, inbound.address) == (kind, text, PEOPLE[channel])
    assert inbound.sent_at == datetime.fromtimestamp(1795219000.001, UTC)
    assert not inbound.public


@pytest.mark.parametrize(
    ("channel", "name", "kind", "text"),
    [
        ("messenger", "location", Kind.LOCATION, ""),
        ("messenger", "sticker_old", Kind.STICKER, ""),
        ("messenger", "edit", Kind.EDIT, "Er hat ein Messer"),
        ("instagram", "deleted", Kind.DELETION, ""),
        ("instagram", "story_mention", Kind.PHOTO, ""),
        ("instagram", "story_reply", Kind.TEXT, "Wo ist das?"),
    ],
)
def test_what_only_one_of_the_two_has_is_read_too(channel: str, name: str, kind: Kind, text: str) -> None:
    """Places and edits on Messenger, stories and taken back messages on Instagram."""
    inbound = said(channel, name)
    assert (inbound.kind, inbound.text, inbound.address) == (kind, text, PEOPLE[channel])


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("messenger", "referral"),
        ("instagram", "referral"),
        ("messenger", "optin"),
        ("messenger", "passed"),
        ("messenger", "read"),
        ("messenger", "delivered_watermark"),
        ("messenger", "echo_other_bot"),
        ("instagram", "echo_other_bot"),
        ("messenger", "echo_welcome"),
        ("instagram", "echo_welcome"),
        ("messenger", "comment_own"),
        ("messenger", "comment_hidden"),
        ("instagram", "comment_own"),
        ("instagram", "mention_in_post"),
    ],
)
def test_what_no_citizen_said_is_not_answered(channel: str, name: str) -> None:
    """Service events, other programs, the account's own comments."""
    assert read(channel, name) is None


@BOTH
def test_a_pressed_button_gives_its_id_back(channel: str) -> None:
    """Quick replies and buttons alike."""
    assert said(channel, "quick_reply").choice == said(channel, "postback").choice == "i:contact.press"


@pytest.mark.parametrize(
    ("channel", "name"),
    [
        ("messenger", "edit"),
        ("instagram", "deleted"),
    ],
)
def test_an_edit_or_deletion_names_its_message(channel: str, name: str) -> None:
    """The one that came before."""
    assert said(channel, name).refers_to == said(channel, "text").platform_id == f"{PREFIX[channel]}text"


@BOTH
def test_a_reaction_names_its_message(channel: str) -> None:
    """One of ours."""
    assert said(channel, "reaction").refers_to == f"{PREFIX[channel]}ours"


@BOTH
def test_our_own_message_comes_back_as_a_receipt(channel: str) -> None:
    """By the app's id; the metadata says which it was, and only the last part settles the whole."""
    assert read(channel, "echo_own") == Receipt(Fate.SENT, 8812, f"{PREFIX[channel]}ours")
    assert read(channel, "echo_part") == Receipt(Fate.SENT, 0, f"{PREFIX[channel]}part")


@BOTH
def test_a_colleague_in_the_platforms_own_inbox_takes_over(channel: str) -> None:
    """An answer that did not go through our app, with its text for the transcript."""
    assert read(channel, "echo_colleague") == Takeover(
        PEOPLE[channel], "Guten Tag, hier ist Petra.", f"{PREFIX[channel]}colleague"
    )


@BOTH
def test_another_app_is_a_colleague_unless_it_is_known_to_be_a_program(channel: str) -> None:
    """Press offices answer through tools with apps of their own."""
    assert isinstance(read(channel, "echo_other_bot", Own("770011")), Takeover)


@BOTH
def test_an_echo_that_names_no_app_is_ours_if_this_process_sent_it(channel: str) -> None:
    """Instagram documents no app in its echoes; taking our own answer for a colleague's would silence the bot."""
    asked: list[tuple[str, str, str]] = []

    def sent(mid: str, address: str, text: str) -> bool:
        asked.append((mid, address, text))
        return True

    event = delivery(channel, "echo_colleague")
    event["entry"][0]["messaging"][0]["message"].pop("app_id", None)
    found = READERS[channel](json.dumps(event).encode(), Own("770011", sent=sent))
    assert found == Receipt(Fate.SENT, 0, f"{PREFIX[channel]}colleague")
    assert asked == [(f"{PREFIX[channel]}colleague", PEOPLE[channel], "Guten Tag, hier ist Petra.")]


def test_metadata_of_another_app_settles_nothing_of_ours() -> None:
    """Two installations may both have an outbox row 8812."""
    event = delivery("messenger", "echo_own")
    event["entry"][0]["messaging"][0]["message"]["app_id"] = 990033
    assert isinstance(messenger.read(json.dumps(event).encode(), OWN), Takeover)


def test_delivered_and_read_settle_the_message_that_they_name() -> None:
    """Messenger names the delivered ones, Instagram the one that was read."""
    assert read("messenger", "delivered") == Receipt(Fate.DELIVERED, platform_id="m_ours")
    assert read("instagram", "read") == Receipt(Fate.READ, platform_id=f"{PREFIX['instagram']}ours")


@BOTH
def test_while_another_app_holds_the_conversation_only_danger_is_ours(channel: str) -> None:
    """As with a public post; a button pressed there comes without its id."""
    inbound = said(channel, "standby")
    assert (inbound.text, inbound.address, inbound.public) == ("Er hat ein Messer", PEOPLE[channel], True)
    assert said(channel, "standby_button").text == "Presseanfragen"


@pytest.mark.parametrize(
    ("channel", "name", "kind", "text", "address", "author"),
    [
        ("messenger", "comment", Kind.TEXT, "Er hat ein Messer", "comment:90_501", "Jörg Beispiel"),
        ("messenger", "comment_photo", Kind.PHOTO, "", "comment:90_502", "Jörg Beispiel"),
        ("messenger", "comment_edited", Kind.EDIT, "Hilfe, es brennt", "comment:90_501", "Jörg Beispiel"),
        ("messenger", "comment_removed", Kind.DELETION, "", "comment:90_501", "Jörg Beispiel"),
        ("messenger", "post", Kind.TEXT, "Wann kommt ihr?", f"post:{PAGE}_91", "Jörg Beispiel"),
        ("instagram", "comment", Kind.TEXT, "Er hat ein Messer", "comment:17990001", "joerg.beispiel"),
        ("instagram", "live_comment", Kind.TEXT, "Er hat ein Messer", "comment:17990002", "joerg.beispiel"),
        ("instagram", "mention", Kind.UNSUPPORTED, "", "comment:17990004", ""),
    ],
)
def test_a_comment_is_public_and_can_be_answered_in_private(
    channel: str, name: str, kind: Kind, text: str, address: str, author: str
) -> None:
    """The address leads to its author, not under the post."""
    inbound = said(channel, name)
    assert (inbound.kind, inbound.text, inbound.address, inbound.name) == (kind, text, address, author)
    assert inbound.public
    assert inbound.sent_at == datetime.fromtimestamp(1795219000, UTC)
    assert (inbound.refers_to == inbound.platform_id) is (kind in {Kind.EDIT, Kind.DELETION})


@BOTH
def test_a_long_name_is_cut(channel: str) -> None:
    """ATTACKS C8: a name of 4000 characters stays a name."""
    event = delivery(channel, "comment")
    author = event["entry"][0]["changes"][0]["value"]["from"]
    author |= {"name": "Polizei NRW ✓ " * 400, "username": "polizei" * 400}
    inbound = READERS[channel](json.dumps(event).encode(), OWN)
    assert isinstance(inbound, Inbound)
    assert len(inbound.name) == NAME_LIMIT


@BOTH
def test_a_test_event_of_the_dashboard_is_read(channel: str) -> None:
    """It comes as a change, the real ones do not; the door makes the same of both."""
    event = delivery(channel, "test_event")
    event["entry"][0] |= {"messaging": [event["entry"][0].pop("changes")[0]["value"]]}
    inbound = READERS[channel](json.dumps(event).encode(), OWN)
    assert isinstance(inbound, Inbound)
    assert (inbound.kind, inbound.text, inbound.address, inbound.sent_at) == (Kind.TEXT, "random_text", "12334", None)


@pytest.mark.parametrize("stamp", [None, "gestern", True, -(10**30), 10**30, 1.5, []])
def test_words_count_more_than_a_time_nobody_understands(stamp: Any) -> None:
    """A cry for help is read, whenever it was sent."""
    event = delivery("messenger", "text")
    event["entry"][0]["messaging"][0]["timestamp"] = stamp
    inbound = messenger.read(json.dumps(event).encode(), OWN)
    assert isinstance(inbound, Inbound)
    assert inbound.sent_at is None


def _without(name: str, *place: str) -> bytes:
    event = delivery("messenger", name)
    holder = event["entry"][0]["messaging" if "messaging" in event["entry"][0] else "changes"][0]
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe",
        b"nothing",
        b"[]",
        b'{"entry": []}',
        b'{"entry": [{"id": "1"}]}',
        b'{"entry": [{"id": "1", "messaging": ["text"]}]}',
        b'{"entry": [{"id": "1", "messaging": [{"sender": {"id": "2"}, "message": {"text": 7}}]}]}',
        b'{"entry": [{"id": "1", "messaging": [{"timestamp": 1}]}]}',
        b'{"entry": [{"id": "1", "messaging": [{"a": NaN}]}]}',
        b"[" * 100_000,
        _without("text", "sender"),
        _without("echo_own", "recipient"),
        _without("comment", "value", "comment_id").replace(b"post_id", b"no_id"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_unreadable(payload: bytes) -> None:
    """It raises the one error that leads to quarantine, never another."""
    with pytest.raises(UnreadableEvent):
        messenger.read(payload, OWN)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_CASES = [(channel, path) for channel in READERS for path in paths(channel)]


@given(case=st.sampled_from(_CASES), place=st.integers(0, 40), value=_JSON)
def test_a_field_of_any_other_shape_never_breaks_the_reader(case: Any, place: int, value: Any) -> None:
    """Any field replaced by anything: read, or unreadable; nothing third (ATTACKS A13)."""
    channel, path = case
    event = json.loads(path.read_bytes())
    places = holders(event)
    holder, key = places[place % len(places)]
    holder[key] = value
    try:
        found = READERS[channel](json.dumps(event).encode(), OWN)
    except UnreadableEvent:
        return
    match found:
        case Inbound():
            assert all(
                isinstance(text, str)
                for text in (found.text, found.choice, found.name, found.address, found.platform_id, found.refers_to)
            )
        case Receipt():
            assert isinstance(found.platform_id, str)
        case Takeover():
            assert isinstance(found.text, str)
        case None:
            pass
