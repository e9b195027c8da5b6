"""Cutting a delivery into events: each has its key, its address and all it needs; none is lost."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.messenger_platform.batch import Part, cut
from tests.channels.messenger_platform.payloads import delivery, holders, paths, raw
from tests.channels.messenger_platform.standin import PAGE, PERSON

CASES = [(channel, path) for channel in ("messenger", "instagram") for path in paths(channel)]


def parts(value: object) -> list[Part]:
    return cut(value, json.dumps(value).encode())


def item(name: str) -> Any:
    return delivery("messenger", name)["entry"][0]["messaging"][0]


def together(*items: Any, about: str = "page") -> dict[str, Any]:
    return {"object": about, "entry": [{"id": PAGE, "time": 1795219000123, "messaging": list(items)}]}


@pytest.mark.parametrize(
    ("channel", "path"), CASES, ids=lambda value: value if isinstance(value, str) else value.stem
)
def test_every_delivery_is_one_event_with_key_and_owner(channel: str, path: Any) -> None:
    """What one event says is in its payload, in the form of the delivery."""
    parsed = json.loads(path.read_bytes())
    [part] = cut(parsed, path.read_bytes())
    assert part.owner == parsed["entry"][0]["id"]
    assert part.key
    assert cut(json.loads(part.payload), part.payload) == [part]


@pytest.mark.parametrize(
    ("channel", "name", "address"),
    [
        ("messenger", "text", PERSON),
        ("messenger", "echo_colleague", PERSON),
        ("messenger", "standby", PERSON),
        ("messenger", "comment", "comment:90_501"),
        ("messenger", "post", f"post:{PAGE}_91"),
        ("instagram", "comment", "comment:17990001"),
        ("instagram", "deleted", "6622003344556677"),
        ("instagram", "test_event", "12334"),
    ],
)
def test_an_event_belongs_to_the_citizens_side(channel: str, name: str, address: str) -> None:
    """Order is kept per conversation, so the conversation is known before anything is understood."""
    [part] = cut(delivery(channel, name), raw(channel, name))
    assert part.address == address


def test_several_events_are_taken_apart_in_order() -> None:
    """Of several entries and several events in each; the malformed among them stands alone."""
    one = together(item("text"), "nonsense", item("photo"))
    one["entry"].append({"id": "other", "time": 1, "messaging": [item("voice")]})
    found = parts(one)
    assert [part.owner for part in found] == [PAGE, PAGE, PAGE, "other"]
    assert [part.key for part in found if not part.key.startswith("sha256:")] == [
        "messaging:m_text",
        "messaging:m_photo",
        "messaging:m_voice",
    ]
    assert b"nonsense" in found[1].payload
    assert b"photo" not in found[0].payload


def test_a_notice_of_several_delivered_messages_is_one_for_each() -> None:
    """Each settles another message."""
    notice = item("delivered")
    notice["delivery"]["mids"] = ["m_1", "m_2"]
    found = parts(together(notice))
    assert [json.loads(part.payload)["entry"][0]["messaging"][0]["delivery"]["mids"] for part in found] == [
        ["m_1"],
        ["m_2"],
    ]
    assert found[0].key != found[1].key


def test_the_same_event_has_the_same_key_whatever_it_is_delivered_with() -> None:
    """Redelivered later, alone, with its keys in another order."""
    for name in ("text", "reaction", "edit", "echo_own", "start"):
        again = together(dict(reversed(item(name).items())))
        again["entry"][0]["time"] += 60_000
        assert parts(again)[0].key == parts(together(item("photo"), item(name)))[1].key


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event["message"].update(is_deleted=True),
        lambda event: event.update(message_edit={"mid": "m_text", "text": "Neu", "num_edit": 1}, message=None),
        lambda event: event.update(reaction={"mid": "m_text", "action": "react"}, message=None),
        lambda event: event["message"].update(mid="m_" + "x" * 400),
    ],
    ids=["deleted", "edited", "reacted", "long"],
)
def test_what_happens_to_a_message_later_is_an_event_of_its_own(change: Any) -> None:
    """An edit has the id of its message; a second edit is a further event; no key is overly long."""
    later = copy.deepcopy(item("text"))
    change(later)
    first, second = parts(together(item("text"), later))
    assert first.key != second.key
    assert len(second.key) <= 200


def test_a_second_edit_is_another_event() -> None:
    """The platform counts them."""
    again = item("edit")
    again["message_edit"]["num_edit"] = 2
    first, second = parts(together(item("edit"), again))
    assert first.key != second.key


def test_standing_by_first_does_not_hide_the_message_when_it_becomes_ours() -> None:
    """The same message in `standby` and in `messaging` are two events."""
    both = together(item("text"))
    both["entry"][0]["standby"] = [item("text")]
    first, second = parts(both)
    assert first.key != second.key


def test_a_comment_told_twice_with_different_details_is_one_event() -> None:
    """Meta says so of comments on advertised posts."""
    plain, advertised = delivery("instagram", "comment"), delivery("instagram", "comment")
    advertised["entry"][0]["changes"][0]["value"]["media"]["ad_id"] = "1"
    assert parts(plain)[0].key == parts(advertised)[0].key


def test_a_comment_without_a_list_around_it_is_the_same_event() -> None:
    """As Meta documents it for accounts that log in by themselves."""
    listed, bare = delivery("instagram", "comment"), delivery("instagram", "comment")
    bare["entry"][0] |= bare["entry"][0].pop("changes")[0]
    assert parts(bare) == parts(listed)


@pytest.mark.parametrize("what", ["reaction", "like", "share"])
def test_what_holds_no_words_is_not_even_kept(what: str) -> None:
    """A popular page has thousands of likes a day."""
    change = delivery("messenger", "comment")
    change["entry"][0]["changes"][0]["value"]["item"] = what
    assert parts(change) == []


def test_changes_of_other_fields_are_not_kept() -> None:
    """Only what a citizen can have said."""
    assert parts({"object": "instagram", "entry": [{"id": "1", "changes": [{"field": "story_insights"}]}]}) == []


@pytest.mark.parametrize("value", [None, [], 7, "text", {}, {"entry": {}}, {"entry": "x"}, {"object": "page"}])
def test_what_is_no_delivery_is_kept_whole(value: Any) -> None:
    """One event with the bytes as they came; its repetition is the same."""
    [part] = parts(value)
    assert (part.owner, part.address, part.payload) == ("", "", json.dumps(value).encode())
    assert part.key.startswith("sha256:")


def test_a_nesting_deeper_than_the_stack_is_kept_whole() -> None:
    """Parsed in C, it may still be too deep to be written again."""
    deep: Any = "end"
    for _ in range(100_000):
        deep = [deep]
    [part] = cut(together(deep), b"as it came")
    assert part.payload == b"as it came"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(case=st.sampled_from(CASES), place=st.integers(0, 40), value=_JSON)
def test_a_field_of_any_other_shape_never_breaks_the_cutting(case: Any, place: int, value: Any) -> None:
    """Any field replaced by anything: events with keys, never an error (ATTACKS A13)."""
    changed = json.loads(case[1].read_bytes())
    places = holders(changed)
    holder, key = places[place % len(places)]
    holder[key] = value
    assert all(part.key and isinstance(part.address, str) for part in parts(changed))
