"""From one event of `messaging` or `standby` to what it means.

https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Fate, Receipt, Takeover
from bot.channels.http import strict_json
from bot.channels.messenger_platform.batch import address_of
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind

NAME_LIMIT = 80
SHORTENED = "…"
"""The end of a label that did not fit a button; what comes back is not the label any more."""

Found = Inbound | Receipt | Takeover | None
Changes = Callable[[Mapping[str, Any], "Entry"], Found]
"""Reads one item of `changes`; each platform has its own."""

_KINDS = {
    "image": Kind.PHOTO,
    "story_mention": Kind.PHOTO,
    "video": Kind.VIDEO,
    "audio": Kind.VOICE,
    "file": Kind.DOCUMENT,
    "location": Kind.LOCATION,
    "sticker": Kind.STICKER,
}
"""Whatever else a person attaches (a shared post, a link, a template) is UNSUPPORTED."""
_TYPED_BY_PEOPLE = set(_KINDS)
_SERVICE = {
    "account_linking",
    "app_roles",
    "game_play",
    "optin",
    "pass_thread_control",
    "policy_enforcement",
    "referral",
    "request_thread_control",
    "response_feedback",
    "take_thread_control",
}
"""What nobody said. Who holds the conversation shows by where the next message stands: `messaging` or `standby`."""
_MARK = re.compile(r"(outbox|part)-(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Own:
    """How our own messages are known when the platform shows them to us again."""

    app: str
    """Our app's id."""
    ignored: frozenset[str] = frozenset()
    """Ids of apps that answer by themselves; what they send is no colleague's answer."""
    sent: Callable[[str, str, str], bool] = field(default=lambda mid, address, text: False)  # noqa: ARG005
    """(message id, address, text): whether this process sent it, for where the platform names no app."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Whom an event was delivered for, and when."""

    owner: str
    at: datetime | None


def mark(outbound_id: int, *, last: bool) -> str:
    """The metadata of a message of ours. Only the last part of a text settles the whole."""
    return f"{'outbox' if last else 'part'}-{outbound_id}"


def read(payload: bytes, own: Own, changes: Changes) -> Found:
    """Parse a stored event. Raises UnreadableEvent."""
    match strict_json(payload):
        case {"entry": [{"id": str() | int() as owner} as raw]}:
            entry = Entry(str(owner), moment(raw.get("time")))
        case _:
            raise UnreadableEvent("no event of a page or professional account")
    match raw:
        case {"messaging": [dict(item)]}:
            return messaging(item, entry.owner, own)
        case {"standby": [dict(item)]}:
            return _held_by_another(messaging(item, entry.owner, own))
        case {"changes": [dict(item)]}:
            return changes(item, entry)
        case _:
            raise UnreadableEvent("an event of unknown form")


def moment(stamp: object) -> datetime | None:
    """A time of the platform, in seconds or milliseconds; None where it is none: the words matter more."""
    if type(stamp) is not int:
        return None
    try:
        return datetime.fromtimestamp(stamp / 1000 if stamp > 10**11 else stamp, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def text_of(holder: Mapping[str, Any], name: str) -> str:
    """A text, "" where there is none. Raises UnreadableEvent for anything else."""
    found = holder.get(name)
    if not isinstance(found, str | None):
        raise UnreadableEvent(f"{name} is no text")
    return found or ""


def messaging(item: Mapping[str, Any], owner: str, own: Own) -> Found:
    """What one event of a private conversation means. Raises UnreadableEvent."""
    message = item.get("message")
    if isinstance(message, dict) and message.get("is_echo") is True:
        return _echo(item, message, owner, own)
    if (fate := _fate(item)) is not None:
        return fate
    address = address_of(item, owner)
    by_us = isinstance(sender := item.get("sender"), dict) and str(sender.get("id")) == owner
    if by_us or {"read", "delivery"} & item.keys() or _SERVICE & item.keys():
        return None
    if not address:
        raise UnreadableEvent("nobody has sent it")
    inbound = _said(item)
    return replace(inbound, address=address, sent_at=moment(item.get("timestamp")))


def _held_by_another(found: Found) -> Found:
    """Another app holds the conversation: what holds for a public post holds here.

    Only danger is answered, and people hear of it; everything else is the other app's to answer.
    """
    return replace(found, public=True) if isinstance(found, Inbound) else found


def _said(item: Mapping[str, Any]) -> Inbound:
    match item:
        case {"message": dict(message)}:
            return _message(message)
        case {"message_edit": dict(edit)}:
            mid = text_of(edit, "mid")
            return Inbound(Kind.EDIT, "", text=text_of(edit, "text"), platform_id=mid, refers_to=mid)
        case {"postback": dict(postback)}:
            return _pressed(text_of(postback, "payload"), text_of(postback, "title"), text_of(postback, "mid"))
        case {"reaction": dict(reaction)}:
            gone = reaction.get("action") == "unreact"
            return Inbound(
                Kind.REACTION,
                "",
                text="" if gone else text_of(reaction, "emoji"),
                refers_to=text_of(reaction, "mid"),
            )
        case _:
            return Inbound(Kind.UNSUPPORTED, "")


def _message(message: Mapping[str, Any]) -> Inbound:
    mid, text = text_of(message, "mid"), text_of(message, "text")
    match message:
        case {"is_deleted": True}:
            return Inbound(Kind.DELETION, "", platform_id=mid, refers_to=mid)
        case {"quick_reply": {"payload": str(payload)}}:
            return _pressed(payload, text, mid)
        case {"attachments": [_, *_] as attachments}:
            kind = _kind(attachments)
            # A link in a text comes with a preview of it attached; the text is what was said.
            kind = Kind.TEXT if text and kind is Kind.UNSUPPORTED else kind
            return Inbound(kind, "", text=text, platform_id=mid)
        case _:
            return Inbound(Kind.TEXT if text else Kind.UNSUPPORTED, "", text=text, platform_id=mid)


def _pressed(payload: str, title: str, mid: str) -> Inbound:
    """A quick reply, a button, an entry of the menu. "/start" as payload is what the start button says elsewhere."""
    if payload.startswith("/") or not payload:
        # To an app in standby a button comes without its payload.
        return Inbound(Kind.TEXT, "", text=payload or title, platform_id=mid)
    label = "" if title.endswith(SHORTENED) else title
    return Inbound(Kind.CHOICE, "", text=label, choice=payload, platform_id=mid)


def _kind(attachments: list[Any]) -> Kind:
    """The kind of the first attachment; a sticker used to come with its picture beside it."""
    types = [one.get("type") for one in attachments if isinstance(one, dict)]
    sticky = any(
        isinstance(one, dict) and isinstance(payload := one.get("payload"), dict) and payload.get("sticker_id")
        for one in attachments
    )
    if sticky or "sticker" in types:
        return Kind.STICKER
    first = types[0] if types else None
    return _KINDS.get(first, Kind.UNSUPPORTED) if isinstance(first, str) else Kind.UNSUPPORTED


def _fate(item: Mapping[str, Any]) -> Receipt | None:
    match item:
        case {"delivery": {"mids": [str(mid)]}}:
            return Receipt(Fate.DELIVERED, platform_id=mid)
        case {"read": {"mid": str(mid)}}:
            return Receipt(Fate.READ, platform_id=mid)
        case _:
            return None


def _echo(item: Mapping[str, Any], message: Mapping[str, Any], owner: str, own: Own) -> Receipt | Takeover | None:
    """Something that was said in the account's name: by us, by a colleague, or by a program."""
    address, mid, text = address_of(item, owner), text_of(message, "mid"), text_of(message, "text")
    if not address:
        raise UnreadableEvent("an echo to nobody")
    app = str(message.get("app_id") or "")
    marked = _MARK.fullmatch(str(message.get("metadata") or ""))
    if app == own.app or (marked is not None and not app) or own.sent(mid, address, text):
        settled = int(marked[2]) if marked is not None and marked[1] == "outbox" else 0
        return Receipt(Fate.SENT, outbox_id=settled, platform_id=mid)
    if app in own.ignored or not (text or _by_hand(message)):
        return None
    return Takeover(address, text=text, platform_id=mid)


def _by_hand(message: Mapping[str, Any]) -> bool:
    """Whether a message without text holds what people attach; a template alone is sent by the platform itself."""
    attachments = message.get("attachments")
    return isinstance(attachments, list) and any(
        isinstance(one, dict) and str(one.get("type")) in _TYPED_BY_PEOPLE for one in attachments
    )
