"""From one stored event to an Inbound. https://spec.matrix.org/latest/client-server-api/#instant-messaging

A stored payload is `{"room_id", "own", "name", "event"}`: the event in the clear where its key was there, and
whether our own user sent it.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Takeover
from bot.channels.http import strict_json
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind

NAME_LIMIT = 80
_ID_LIMIT = 255
"""Longest event id of the specification."""

_MESSAGE_KINDS = {
    "m.text": Kind.TEXT,
    "m.emote": Kind.TEXT,
    "m.image": Kind.PHOTO,
    "m.audio": Kind.VOICE,
    "m.video": Kind.VIDEO,
    "m.file": Kind.DOCUMENT,
    "m.location": Kind.LOCATION,
}
_WITH_CAPTION = frozenset({Kind.PHOTO, Kind.VOICE, Kind.VIDEO, Kind.DOCUMENT})
_KINDS = {
    "m.room.encrypted": Kind.UNREADABLE,
    "m.sticker": Kind.STICKER,
    "m.reaction": Kind.REACTION,
    "m.room.redaction": Kind.DELETION,
    "m.beacon_info": Kind.LOCATION,
    "org.matrix.msc3672.beacon_info": Kind.LOCATION,
}
_APPARATUS = (
    "m.key.verification.",
    "m.room_key",
    # Of a call, the invitation is answered; what the apps exchange after it is not said by a person.
    "m.call.answer",
    "m.call.candidates",
    "m.call.hangup",
    "m.call.negotiate",
    "m.call.reject",
    "m.call.select_answer",
    "m.call.sdp_stream_metadata_changed",
    # Further positions of a live location that was told already.
    "m.beacon",
    "org.matrix.msc3672.beacon",
    "m.poll.end",
    "org.matrix.msc3381.poll.end",
)
"""What apps send by themselves. Every other unknown type may be a call for help."""
_LIVE_LOCATION = ("m.beacon_info", "org.matrix.msc3672.beacon_info")
_QUOTE = re.compile(r"\A(?:> ?[^\n]*\n)+\n?")
"""What older apps put before a reply: the message that is replied to. Its words are not the citizen's."""


def is_said(event: Mapping[str, Any]) -> bool:
    """Whether an event of a timeline is stored at all: not the state of the room, which apps and servers keep."""
    return "state_key" not in event or event.get("type") in _LIVE_LOCATION


def event_of(account: str, room: str, event: object, *, own: bool, name: str = "", key: str = "") -> Event:
    """The stored form of one event; `key` in place of its own id."""
    payload = json.dumps({"room_id": room, "own": own, "name": name[:NAME_LIMIT], "event": event}).encode()
    known = event.get("event_id") if isinstance(event, dict) else None
    usable = isinstance(known, str) and 0 < len(known) <= _ID_LIMIT
    return Event(account, key or (str(known) if usable else _mark_of(event)), room, payload)


def _mark_of(event: object) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()}"


def read(payload: bytes) -> Inbound | Takeover | None:
    """Parse a stored event. None: other bots, and what apps send by themselves. Raises UnreadableEvent."""
    match strict_json(payload):
        case {
            "room_id": str(room),
            "own": bool(own),
            "name": str(name),
            "event": {"type": str(kind), "content": dict(content)} as event,
        }:
            pass
        case _:
            raise UnreadableEvent("no Matrix event")
    if own:
        return _colleague(room, kind, content, event)
    return _said(room, name, kind, content, event)


def _colleague(room: str, kind: str, content: dict[str, Any], event: dict[str, Any]) -> Takeover | None:
    """Somebody logged in as the bot wrote by hand; the bot itself writes nothing but notices."""
    if kind != "m.room.message" or content.get("msgtype") == "m.notice" or _replaced(content):
        return None
    return Takeover(room, text=_text(content.get("body")), platform_id=_id(event))


def _said(room: str, name: str, kind: str, content: dict[str, Any], event: dict[str, Any]) -> Inbound | None:
    if kind.startswith(_APPARATUS) and kind not in _LIVE_LOCATION:
        return None
    found, text, refers_to = _KINDS.get(kind, Kind.UNSUPPORTED), "", ""
    if not content and kind in {"m.room.message", "m.room.encrypted", "m.sticker"}:
        # The server has taken the words out: the citizen deleted the message before we read it.
        found = Kind.DELETION
    elif kind == "m.room.message":
        edited = _replaced(content)
        shown = content.get("m.new_content") if edited else content
        shown = shown if isinstance(shown, dict) else content
        msgtype = _text(shown.get("msgtype"))
        if msgtype in {"m.notice", "m.server_notice", "m.key.verification.request"}:
            return None
        found = _MESSAGE_KINDS.get(msgtype, Kind.UNSUPPORTED)
        text = _words(found, shown)
        found, refers_to = (Kind.EDIT, edited) if edited else (found, "")
    elif found is Kind.REACTION:
        relation = content.get("m.relates_to")
        relation = relation if isinstance(relation, dict) else {}
        text, refers_to = _text(relation.get("key")), _text(relation.get("event_id"))
    elif found is Kind.DELETION:
        # Up to room version 10 beside the content, since version 11 in it.
        refers_to = _text(event.get("redacts")) or _text(content.get("redacts"))
    elif kind in _LIVE_LOCATION and content.get("live") is not True:
        return None
    elif found is Kind.UNSUPPORTED:
        text = _words(found, content)
    return Inbound(
        found,
        room,
        text=text,
        name=name[:NAME_LIMIT],
        platform_id=_id(event),
        refers_to=refers_to,
        sent_at=_moment(event.get("origin_server_ts")),
    )


def _words(kind: Kind, content: dict[str, Any]) -> str:
    body = _text(content.get("body"))
    if kind is Kind.TEXT:
        relation = content.get("m.relates_to")
        quoting = isinstance(relation, dict) and "m.in_reply_to" in relation
        return _QUOTE.sub("", body) if quoting else body
    # A file's body is its name, unless the name stands apart: then it is a caption.
    filename = content.get("filename")
    captioned = kind in _WITH_CAPTION and isinstance(filename, str) and filename != body
    # What a type nobody knows carries for apps that do not know it either.
    return body if captioned or kind is Kind.UNSUPPORTED else ""


def _replaced(content: dict[str, Any]) -> str:
    """The id of the message that this one corrects, "" where it corrects none."""
    match content.get("m.relates_to"):
        case {"rel_type": "m.replace", "event_id": str(target)}:
            return target
        case _:
            return ""


def _id(event: dict[str, Any]) -> str:
    return _text(event.get("event_id"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(milliseconds: object) -> datetime | None:
    """The sender's server's time; None where it is none."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC) if type(milliseconds) is int else None
    except (OverflowError, OSError, ValueError):
        return None
