"""One delivery of the Messenger Platform, cut into events: what belongs together stays, the malformed stands alone.

Each event's payload is a delivery of the same form with that one event in it, so that whatever the platform adds is
kept. https://developers.facebook.com/docs/messenger-platform/webhooks
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.channels.messenger_platform.addresses import of_change
from bot.channels.meta.hub import key_of, mark_of

LISTS = ("messaging", "standby", "changes")
_AS_MESSAGING = {
    "message_edits",
    "message_reactions",
    "messages",
    "messaging_optins",
    "messaging_postbacks",
    "messaging_referral",
    "messaging_seen",
}
"""Fields of `changes` that carry what usually stands in `messaging`: the test events of the App Dashboard."""
_PUBLIC = {"feed", "comments", "live_comments", "mentions"}
_NOT_SAID = {"reaction", "like", "share", "event", "follow"}
"""Items of a page's feed without words; a popular page has thousands of them a day, so they are not even kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """One event of a delivery and the account it is for, as the platform names it."""

    object: str
    """"page" or "instagram"; "" where it could not be read."""
    owner: str
    """Id of the page or professional account; "" where it could not be read."""
    key: str
    """The event's key against redelivery."""
    address: str
    payload: bytes


def cut(delivery: object, raw: bytes) -> list[Part]:
    """The events of a delivery in their order. `delivery` is the parsed body, None where it is no JSON.

    Never raises: what cannot be cut is one part with the bytes as they came, and reading refuses it.
    """
    try:
        return list(_parts(delivery, raw))
    except RecursionError:
        return [_whole(raw)]


def address_of(item: object, owner: str) -> str:
    """The citizen's side of an event: the sender, or the recipient of what the account itself said. "" if unreadable.

    Only texts and numbers count: Meta's ids are texts, those of its dashboard now and then numbers.
    """
    if not isinstance(item, dict):
        return ""
    sender, recipient = _id(item.get("sender")), _id(item.get("recipient"))
    message = item.get("message")
    echo = isinstance(message, dict) and message.get("is_echo") is True
    return recipient if echo or sender == owner else sender


def _parts(delivery: object, raw: bytes) -> Iterator[Part]:
    entries = delivery.get("entry") if isinstance(delivery, dict) else None
    if not isinstance(delivery, dict) or not isinstance(entries, list):
        yield _whole(raw)
        return
    about = delivery.get("object")
    about = about if isinstance(about, str) else ""
    for entry in entries:
        owner = _id(entry)
        if not isinstance(entry, dict):
            yield _part(about, owner, {}, "messaging", entry)
            continue
        frame = {"id": entry.get("id"), "time": entry.get("time")}
        for name, items in _lists(entry):
            for item in items if isinstance(items, list) else [items]:
                for one in _singly(item):
                    if name != "changes":
                        yield _part(about, owner, frame, name, one)
                    elif (messaging := _as_messaging(one)) is not None:
                        yield _part(about, owner, frame, "messaging", messaging)
                    elif _wanted(one):
                        yield _part(about, owner, frame, name, one)


def _lists(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What an entry tells. With Instagram's own login a change stands in it by itself, without a list around it."""
    yield from ((name, entry[name]) for name in LISTS if name in entry)
    if "field" in entry and "value" in entry:
        yield "changes", {"field": entry["field"], "value": entry["value"]}


def _singly(item: Any) -> Iterator[Any]:
    """A notice that tells of several delivered messages, as one notice for each."""
    match item:
        case {"delivery": {"mids": [_, _, *_] as mids} as delivery}:
            for mid in mids:
                yield {**item, "delivery": {**delivery, "mids": [mid]}}
        case _:
            yield item


def _as_messaging(change: Any) -> Any:
    match change:
        case {"field": str(field), "value": dict(value)} if field in _AS_MESSAGING and "sender" in value:
            return value
        case _:
            return None


def _wanted(change: Any) -> bool:
    """Whether a change can hold words; what is no change at all goes to quarantine like everything malformed."""
    match change:
        case {"field": "feed", "value": {"item": str(item)}}:
            return item not in _NOT_SAID
        case {"field": str(field)}:
            return field in _PUBLIC
        case _:
            return True


def _part(about: str, owner: str, frame: dict[str, Any], name: str, item: Any) -> Part:
    payload = json.dumps({"object": about, "entry": [{**frame, name: [item]}]}).encode()
    address = of_change(item) if name == "changes" else address_of(item, owner)
    return Part(about, owner, _key(name, item), address, payload)


def _whole(raw: bytes) -> Part:
    return Part("", "", mark_of(raw), "", raw)


def _key(name: str, item: Any) -> str:
    """What is the same event however often it comes: the platform's own id, with what happened to it, else a hash."""
    match item:
        case {"message": {"mid": str(mid)} as message} if mid:
            return key_of("deleted" if message.get("is_deleted") is True else name, mid)
        case {"message_edit": {"mid": str(mid), "num_edit": int() | str() as count}} if mid:
            return key_of("edit", str(count), mid)
        case {"postback": {"mid": str(mid)}} if mid:
            return key_of(name, mid)
        case {"field": "comments" | "live_comments", "value": {"id": str(comment)}} if comment:
            # A comment on an advertised post is told twice, with different details.
            return key_of("comment", comment)
        case _:
            return mark_of(f"{name} {json.dumps(item, sort_keys=True)}".encode())


def _id(holder: object) -> str:
    found = holder.get("id") if isinstance(holder, dict) else None
    return str(found) if type(found) in {str, int} else ""
