"""From a delivery to events, and from an event to what it says: every kind, and everything that is none."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Fate, Receipt, Takeover
from bot.channels.whatsapp import reading
from bot.channels.whatsapp.batch import events_of
from bot.channels.whatsapp.people import Numbers
from bot.errors import Refusal, UnreadableEvent
from bot.message import Event, Inbound, Kind
from tests.channels.whatsapp.conftest import NUMBER, PAYLOADS, USER, payload
from tests.channels.whatsapp.standin import NUMBER_ID, bundled, delivery

ACCOUNTS = {NUMBER_ID: "whatsapp", "106540352242922": "whatsapp"}
"""Our number's id, and the one of Meta's own examples."""
META = json.loads((Path(__file__).parent / "meta_examples.json").read_text())


def events(body: Any, numbers: Numbers | None = None) -> list[Event]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return events_of(ACCOUNTS, "whatsapp", raw, numbers or Numbers())


def read(name: str) -> Inbound | Receipt | Takeover | None:
    [event] = events(payload(name))
    return reading.read(event.payload)


def inbound(name: str) -> Inbound:
    found = read(name)
    assert isinstance(found, Inbound)
    return found


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text", Kind.TEXT, "Wie erreiche ich das Ministerium? 🙂"),
        ("text_arabic", Kind.TEXT, "أحتاج إلى مساعدة"),
        ("text_ukrainian", Kind.TEXT, "Мені потрібна допомога"),
        ("text_bidi", Kind.TEXT, "Text \u202e verkehrt \u2066 １１０ ١١٠"),
        ("text_surrogate", Kind.TEXT, "kaputt \ud83d Ende\x00"),
        ("text_quoted", Kind.TEXT, "Und wann?"),
        ("text_forwarded", Kind.TEXT, "Stimmt das?"),
        ("text_group", Kind.TEXT, "Wer hilft mir?"),
        ("text_hidden_number", Kind.TEXT, "Ich zeige meine Nummer nicht"),
        ("audio", Kind.VOICE, ""),
        ("image", Kind.PHOTO, "Hier brennt es"),
        ("video", Kind.VIDEO, ""),
        ("document", Kind.DOCUMENT, "Meine Beschwerde"),
        ("sticker", Kind.STICKER, ""),
        ("location", Kind.LOCATION, ""),
        ("contacts", Kind.CONTACT, ""),
        ("reaction", Kind.REACTION, "👍"),
        ("reaction_removed", Kind.REACTION, ""),
        ("button_reply", Kind.CHOICE, "Presseanfragen"),
        ("list_reply", Kind.CHOICE, "Wie erreiche ich das Ministerium des Innern?"),
        ("list_reply_abridged", Kind.CHOICE, ""),
        ("flow_reply", Kind.UNSUPPORTED, ""),
        ("template_button", Kind.TEXT, "Mehr erfahren"),
        ("edit", Kind.EDIT, "Er hat ein Messer"),
        ("revoke", Kind.DELETION, ""),
        ("order", Kind.UNSUPPORTED, "Bitte bis morgen"),
        ("unsupported", Kind.UNSUPPORTED, ""),
        ("unknown", Kind.UNSUPPORTED, "neu"),
        ("system_unknown", Kind.UNSUPPORTED, ""),
        ("request_welcome", Kind.TEXT, "/start"),
        ("call", Kind.UNSUPPORTED, ""),
    ],
)
def test_every_kind_is_read(name: str, kind: Kind, text: str) -> None:
    """Whatever a person can send becomes an Inbound of its kind with its words or caption."""
    found = inbound(name)
    assert (found.kind, found.text, found.address) == (kind, text, USER)
    assert found.name == "Jörg Beispiel"
    assert found.sent_at == datetime.fromtimestamp(1795219000, UTC)
    assert found.platform_id


@pytest.mark.parametrize(
    "name", ["changed_number", "changed_identity", "call_ended", "echo_edited", "status_deleted"]
)
def test_what_no_citizen_said_is_not_answered(name: str) -> None:
    """The platform's own notes; a changed number least of all, since the old one may be somebody else's."""
    assert read(name) is None


@pytest.mark.parametrize(
    ("name", "choice"), [("button_reply", "i:contact.press"), ("list_reply", "i:contact.general")]
)
def test_a_pressed_button_gives_its_id_back(name: str, choice: str) -> None:
    """The id is what was sent with the button or row."""
    assert inbound(name).choice == choice


@pytest.mark.parametrize("name", ["edit", "revoke"])
def test_a_change_names_what_it_changes(name: str) -> None:
    """The first message's id."""
    assert inbound(name).refers_to == inbound("text").platform_id


def test_a_reaction_names_what_it_is_about() -> None:
    """A message of ours."""
    assert inbound("reaction").refers_to == "wamid.OURS"


def test_a_group_is_public_and_its_writer_is_the_address() -> None:
    """Everybody reads along; what must be said is said in private."""
    found = inbound("text_group")
    assert (found.public, found.address) == (True, USER)
    assert not inbound("text").public


def test_an_overlong_name_is_cut_and_a_username_stands_in_for_none() -> None:
    """ATTACKS C8; names are 80 characters at most."""
    body = payload("text")
    contact = body["entry"][0]["changes"][0]["value"]["contacts"][0]
    contact["profile"]["name"] = "x" * 4000
    [long] = events(body)
    contact["profile"]["name"] = ""
    [without] = events(body)
    names = [found.name for event in (long, without) if isinstance(found := reading.read(event.payload), Inbound)]
    assert names == ["x" * 80, "joerg.beispiel"]


@pytest.mark.parametrize("stamp", [None, "", "heute", -1, 0, 10**30, "9" * 40, True, 1.5, ["1795219000"]])
def test_a_time_that_is_none_costs_no_message(stamp: Any) -> None:
    """The words matter more."""
    body = payload("text")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = stamp
    [event] = events(body)
    found = reading.read(event.payload)
    assert isinstance(found, Inbound)
    assert (found.text, found.sent_at) == ("Wie erreiche ich das Ministerium? 🙂", None)


# Who is writing.


def test_the_user_id_is_the_address_number_or_not() -> None:
    """Whoever hides the number stays the same person."""
    assert {events(payload(name))[0].address for name in ("text", "text_hidden_number")} == {USER}


def test_without_a_user_id_the_number_is_the_address() -> None:
    """Older samples have none."""
    assert inbound("text_without_user_id").address == NUMBER


def test_a_number_alone_is_known_once_it_was_seen_with_its_user_id() -> None:
    """The same person in one conversation, whichever identifier an event carries."""
    numbers = Numbers()
    both = bundled([payload("text"), payload("text_without_user_id"), payload("echo")])
    assert [event.address for event in events(both, numbers)] == [USER, USER, USER]


def test_a_number_that_passed_to_somebody_else_is_theirs() -> None:
    """The last pair seen holds, and the one before is forgotten on both sides."""
    numbers = Numbers()
    for user, number in (("DE.1", "49100"), ("DE.2", "49100"), ("DE.1", "49200"), ("", "49300"), ("DE.3", "")):
        numbers.note(user, number)
    assert [numbers.user_of(number) for number in ("49100", "49200", "49300")] == ["DE.2", "DE.1", ""]
    assert [numbers.number_of(user) for user in ("DE.1", "DE.2", "DE.3")] == ["49200", "49100", ""]


def test_pairs_are_forgotten_at_last() -> None:
    """Memory has an end; the newest stay."""
    numbers = Numbers()
    for index in range(10_001):
        numbers.note(f"DE.{index}", f"49{index}")
    assert (numbers.number_of("DE.0"), numbers.user_of("490")) == ("", "")
    assert numbers.number_of("DE.10000") == "4910000"


def test_every_message_of_a_batch_finds_its_own_writer() -> None:
    """Contacts of several people stand beside each other, in any order."""
    people = [(f"DE.{index}", f"4915{index}") for index in range(3)]
    contacts = [{"profile": {"name": user}, "wa_id": number, "user_id": user} for user, number in reversed(people)]
    messages = [
        {"from": number, "id": f"wamid.{number}", "timestamp": "1795219000", "type": "text", "text": {"body": user}}
        for user, number in people
    ]
    found = [
        reading.read(e.payload) for e in events(delivery("messages", {"contacts": contacts, "messages": messages}))
    ]
    assert [(one.address, one.name, one.text) for one in found if isinstance(one, Inbound)] == [
        (user, user, user) for user, _ in people
    ]


# What became of our own.


@pytest.mark.parametrize(
    ("name", "receipt"),
    [
        ("status_sent", Receipt(Fate.SENT, 8812, "wamid.OURS")),
        ("status_delivered", Receipt(Fate.DELIVERED, 8812, "wamid.OURS")),
        ("status_read", Receipt(Fate.READ, 8812, "wamid.OURS")),
        ("status_failed", Receipt(Fate.FAILED, 8812, "wamid.OURS", Refusal.WINDOW_CLOSED)),
        ("status_of_a_part", None),
        ("status_of_a_failed_part", Receipt(Fate.FAILED, 8812, "wamid.OURS", Refusal.RECIPIENT_GONE)),
        ("status_of_another", Receipt(Fate.DELIVERED, 0, "wamid.OURS")),
    ],
)
def test_a_status_is_a_receipt(name: str, receipt: Receipt | None) -> None:
    """The outbox row comes back with it; only the last part tells that a text in parts arrived."""
    assert read(name) == receipt


@pytest.mark.parametrize("errors", [None, [], [{}], [{"code": "x"}], "x"])
def test_a_failure_without_a_reason_is_final(errors: Any) -> None:
    """People see it rather than nobody."""
    body = payload("status_failed")
    body["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"] = errors
    [event] = events(body)
    assert reading.read(event.payload) == Receipt(Fate.FAILED, 8812, "wamid.OURS", Refusal.REJECTED)


def test_a_ticket_that_is_not_ours_is_nobodys() -> None:
    """Another program may send from the same number."""
    body = payload("status_delivered")
    status = body["entry"][0]["changes"][0]["value"]["statuses"][0]
    for ticket in ("outbox-", "outbox-x", "8812", "outbox-1-2-3", "outbox-" + "9" * 30, 7, {"outbox": 1}):
        status["biz_opaque_callback_data"] = ticket
        [event] = events(body)
        assert reading.read(event.payload) == Receipt(Fate.DELIVERED, 0, "wamid.OURS")


def test_each_status_of_a_message_is_an_event_of_its_own() -> None:
    """Sent, delivered and read bear the same id; the same one twice is one."""
    keys = [events(payload(f"status_{state}"))[0].event_id for state in ("sent", "delivered", "read", "read")]
    assert len(set(keys)) == 3


def test_a_colleague_in_the_business_app_takes_over() -> None:
    """What was written there stands in the transcript."""
    assert read("echo") == Takeover(NUMBER, "Hier ist Petra.", "wamid.ECHO")


# Keys and parts.


def test_what_comes_under_the_id_of_a_message_is_another_event() -> None:
    """An edit, a deletion or what was unreadable at first is not lost as a repetition."""
    body = payload("text")
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    keys = set()
    for kind in ("text", "unsupported", "edit", "revoke", "reaction"):
        message["type"] = kind
        keys.add(events(body)[0].event_id)
    assert len(keys) == 5
    assert message["id"] in keys


def test_an_overlong_id_becomes_a_short_key() -> None:
    """A key has a length of its own, however long a stranger's id."""
    body = payload("text")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = "wamid." + "x" * 5000
    [event] = events(body)
    assert len(event.event_id) < 100


def test_one_malformed_message_costs_only_itself() -> None:
    """Its neighbours are read; it goes on alone and names its conversation."""
    first, bad, last = events(payload("several"))
    assert [reading.read(event.payload).text for event in (first, last)] == ["Nummer 0", "Nummer 2"]  # type: ignore[union-attr]
    with pytest.raises(UnreadableEvent):
        reading.read(bad.payload)
    assert bad.address == USER


def test_a_thousand_messages_with_one_malformed_are_999() -> None:
    """ATTACKS A11, over several entries and changes."""
    bodies = []
    for index in range(1000):
        body = payload("text")
        message = body["entry"][0]["changes"][0]["value"]["messages"][0]
        message["id"] = f"wamid.{index}"
        if index == 500:
            body["entry"][0]["changes"][0]["value"]["messages"] = [7]
        bodies.append(body)
    found = events(bundled(bodies))
    readable = [event for event in found if _is_readable(event)]
    assert (len(found), len(readable), len({event.event_id for event in found})) == (1000, 999, 1000)


def _is_readable(event: Event) -> bool:
    try:
        return isinstance(reading.read(event.payload), Inbound)
    except UnreadableEvent:
        return False


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"a": NaN}',
        b"{}",
        b'{"object": "page", "entry": []}',
        b'{"object": "whatsapp_business_account", "entry": {}}',
        {"object": "whatsapp_business_account", "entry": [7]},
        {"object": "whatsapp_business_account", "entry": [{"changes": None}]},
        {"object": "whatsapp_business_account", "entry": [{"changes": [7]}]},
        {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": None}]}]},
        {"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages", "value": {}}]}]},
        delivery("messages", {"messages": None}),
        delivery("messages", {"messages": 7}),
        delivery("messages", {"messages": [None]}),
        delivery("messages", {"messages": [{}]}),
        delivery("messages", {"messages": [{"id": "wamid.1", "type": "text", "text": {"body": "Wer?"}}]}),
        delivery("messages", {"messages": [{"from": "49155", "id": "wamid.1", "type": 7}]}),
        delivery("messages", {"statuses": [{"id": "wamid.1"}]}),
        delivery("smb_message_echoes", {"message_echoes": [{"to": "49155"}]}),
        delivery("calls", {"contacts": [], "calls": [{"from": "49155"}]}),
    ],
    ids=range(23),
)
def test_what_is_no_delivery_is_one_unreadable_event(body: Any) -> None:
    """It is kept with its bytes and goes to quarantine."""
    [event] = events(body)
    assert event.event_id
    with pytest.raises(UnreadableEvent):
        reading.read(event.payload)


def test_a_message_of_a_number_that_nobody_here_has_is_answered_to_nobody() -> None:
    """From another number an answer would come from a stranger; people see it in the quarantine."""
    body = delivery("messages", payload("text")["entry"][0]["changes"][0]["value"], number_id="999")
    body["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "999"
    [event] = events(body)
    assert event.address == ""
    with pytest.raises(UnreadableEvent):
        reading.read(event.payload)


@pytest.mark.parametrize("field", ["history", "account_update", "smb_app_state_sync", "message_echoes", "new_field"])
def test_what_concerns_no_conversation_is_not_kept(field: str) -> None:
    """Least of all the months of chats that `history` delivers."""
    assert events(delivery(field, {"messages": payload("text")["entry"][0]["changes"][0]["value"]["messages"]})) == []


@pytest.mark.parametrize("name", sorted(META["webhooks"]))
def test_metas_own_examples_are_read(name: str) -> None:
    """Each of them, as published; the groups' own affairs are no conversation."""
    found = [reading.read(event.payload) for event in events(META["webhooks"][name])]
    if name.startswith("Group "):
        assert found == []
    elif name == "System Message":
        assert found == [None]
    else:
        [one] = found
        assert isinstance(one, Inbound)
        assert (one.address, one.name) == ("16505551234", "Sheena Nelson")
        assert one.kind is not Kind.UNSUPPORTED or name in {"Unsupported Message", "Order Message"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


def _paths(node: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [at, *(path for key, value in inner for path in _paths(value, (*at, key)))]


@given(st.data())
def test_no_delivery_breaks_the_door_and_no_event_the_worker(data: st.DataObject) -> None:
    """ATTACKS A13: any part of any delivery replaced by anything; the only error there is, is UnreadableEvent."""
    body: Any = payload(data.draw(st.sampled_from(NAMES)))
    *way, last = data.draw(st.sampled_from([path for path in _paths(body) if path]))
    node = body
    for key in way:
        node = node[key]
    node[last] = data.draw(JSON)
    for event in events(body):
        assert event.event_id
        try:
            found = reading.read(event.payload)
        except UnreadableEvent:
            continue
        if isinstance(found, Inbound):
            assert all(isinstance(text, str) for text in (found.text, found.choice, found.name, found.refers_to))
