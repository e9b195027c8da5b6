"""From one stored delivery to an Inbound. https://gateway.threema.ch/de/developer/e2e

The types are those of Threema's apps: ProtocolDefines.java and csp-e2e.proto of
https://github.com/threema-ch/threema-android.
"""

import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from nacl.public import PrivateKey, PublicKey

from bot.channels.base import Fate, Receipt
from bot.channels.http import strict_json
from bot.channels.threema.box import unseal
from bot.channels.threema.protobuf import fields
from bot.errors import LotseError, UnreadableEvent
from bot.message import Inbound, Kind

NAME_LIMIT = 80
ID_LENGTH = 8
"""Bytes of a message's id, a poll's id, a group's id and a Threema ID alike."""


class Type(IntEnum):
    """The first byte of what a box holds, for what is addressed to one recipient."""

    TEXT = 0x01
    IMAGE = 0x02
    LOCATION = 0x10
    VIDEO = 0x13
    AUDIO = 0x14
    POLL = 0x15
    FILE = 0x17
    RECEIPT = 0x80
    REACTION = 0x82
    EDIT = 0x91
    DELETE = 0x92
    FORWARD_SECRET = 0xA0


class Status(IntEnum):
    """What a receipt says of our messages."""

    RECEIVED = 0x01
    READ = 0x02
    ACKNOWLEDGED = 0x03
    DECLINED = 0x04


_OF_GROUPS = {
    0x41: Type.TEXT,
    0x42: Type.LOCATION,
    0x43: Type.IMAGE,
    0x44: Type.VIDEO,
    0x45: Type.AUDIO,
    0x46: Type.FILE,
    0x52: Type.POLL,
    0x93: Type.EDIT,
}
"""The same in a group, behind the creator's and the group's id."""
_QUIET = frozenset({
    *range(0x18, 0x1B),  # profile pictures, sent by the app itself
    *range(0x4A, 0x52), 0x54,  # groups that are made, named, left; their pictures and calls
    0x53,  # a vote in a group
    *range(0x61, 0x65),  # a call that goes on or ends; the offer (0x60) is somebody who calls us
    0x81, 0x83, 0x94,  # receipts, reactions and deletions in groups
    0x90,  # typing
    0xFC,  # empty
})  # fmt: skip
"""What the app reports by itself. Every other unknown type may be a call for help."""
_QUOTE = re.compile(r"> quote #[0-9a-f]{16}\n\n")
"""What the apps write before an answer to a certain message."""
_THUMBS = {Status.ACKNOWLEDGED: "👍", Status.DECLINED: "👎"}
_FATES = {Status.RECEIVED: Fate.DELIVERED, Status.READ: Fate.READ}
_VCARDS = {"text/vcard", "text/x-vcard"}
_MEDIA = {"audio": Kind.VOICE, "image": Kind.PHOTO, "video": Kind.VIDEO}
_STICKER = 2
"""How a file wants to be shown."""


class KeyMissing(LotseError):
    """The sender's key is not at hand yet; the event is to be read again a little later."""


@dataclass(frozen=True, slots=True)
class _Said:
    kind: Kind
    text: str = ""
    refers_to: str = ""


def read(
    payload: bytes, own: str, ours: PrivateKey, known: Callable[[str], PublicKey | None]
) -> Inbound | Receipt | None:
    """Parse a stored delivery to the Gateway ID `own`; `known` gives keys that came after it was stored.

    None: nothing to answer or to settle. Raises UnreadableEvent; and KeyMissing, which passes.
    """
    form = _form(payload)
    sender = form["from"]
    if sender == own or sender.startswith("*"):
        return None  # ourselves, or another program behind a Gateway ID
    type_, content = _open(form, ours, _key(form) or known(sender))
    if type_ in _QUIET:
        return None
    if type_ == Type.RECEIPT:
        return _receipt(form, content)
    public = type_ in _OF_GROUPS
    if public:
        type_, content = _OF_GROUPS[type_], content[2 * ID_LENGTH :]
    said = _said(type_, content)
    return replace(_inbound(form, said), public=public) if said is not None else None


def receipts_in(form: Mapping[str, Any], ours: PrivateKey, theirs: PublicKey) -> int:
    """How many messages a delivery tells the fate of; 0 for every other delivery, readable or not."""
    with suppress(UnreadableEvent, KeyMissing):
        type_, content = _open(form, ours, theirs)
        if type_ == Type.RECEIPT and content[:1] and content[0] in _FATES:
            return (len(content) - 1) // ID_LENGTH
    return 0


def _form(payload: bytes) -> dict[str, Any]:
    form = strict_json(payload)
    if not isinstance(form, dict) or not all(
        isinstance(form.get(name), str) for name in ("from", "messageId", "date", "nonce", "box", "nickname")
    ):
        raise UnreadableEvent("fields are missing")
    return form


def _key(form: Mapping[str, Any]) -> PublicKey | None:
    given = form.get("key")
    return PublicKey(bytes.fromhex(given)) if isinstance(given, str) else None


def _open(form: Mapping[str, Any], ours: PrivateKey, theirs: PublicKey | None) -> tuple[int, bytes]:
    if theirs is None:
        raise KeyMissing("the sender's key is not at hand")
    try:
        nonce, box = bytes.fromhex(form["nonce"]), bytes.fromhex(form["box"])
    except ValueError:
        raise UnreadableEvent("no hexadecimal digits") from None
    return unseal(nonce, box, ours, theirs)


def _inbound(form: Mapping[str, Any], said: _Said) -> Inbound:
    return Inbound(
        said.kind,
        form["from"],
        text=said.text,
        name=form["nickname"].strip()[:NAME_LIMIT],
        platform_id=form["messageId"],
        refers_to=said.refers_to,
        sent_at=_time(form["date"]),
    )


def _time(date: str) -> datetime | None:
    """When the message was sent, in seconds since 1970; None for anything else."""
    return datetime.fromtimestamp(int(date), UTC) if re.fullmatch(r"[0-9]{1,11}", date) else None


def _receipt(form: Mapping[str, Any], content: bytes) -> Inbound | Receipt | None:
    """The fate of our message; or a thumb, the only answer of apps that know no other reaction."""
    ids = [content[at : at + ID_LENGTH].hex() for at in range(1, len(content) - ID_LENGTH + 1, ID_LENGTH)]
    part = form.get("part", 0)
    if not ids or not isinstance(part, int) or part >= len(ids):
        raise UnreadableEvent("receipt for nothing")
    status = content[0]
    if status in _THUMBS:
        return _inbound(form, _Said(Kind.REACTION, _THUMBS[Status(status)], ids[0]))
    fate = _FATES.get(Status(status)) if status in _FATES else None
    return Receipt(fate, platform_id=ids[part]) if fate is not None else None


def _said(type_: int, content: bytes) -> _Said | None:
    match type_:
        case Type.TEXT:
            return _Said(Kind.TEXT, _QUOTE.sub("", _text(content), count=1))
        case Type.FILE:
            return _file(content)
        case Type.IMAGE:
            return _Said(Kind.PHOTO)
        case Type.VIDEO:
            return _Said(Kind.VIDEO)
        case Type.AUDIO:
            return _Said(Kind.VOICE)
        case Type.LOCATION:
            return _Said(Kind.LOCATION)
        case Type.POLL:
            # Nothing we could vote in, but a question in the citizen's words.
            return _Said(Kind.UNSUPPORTED, _line(_object(content[ID_LENGTH:]), "d"))
        case Type.REACTION | Type.EDIT | Type.DELETE:
            return _changed(type_, fields(content))
        case Type.FORWARD_SECRET:
            return _Said(Kind.UNREADABLE)
        case _:
            return _Said(Kind.UNSUPPORTED)


def _changed(type_: int, parts: Mapping[int, bytes]) -> _Said | None:
    """What concerns another message: its id is field 1, the new words or the emoji field 2."""
    meant, words = parts.get(1, b"").hex(), _text(parts.get(2, b""))
    match type_:
        case Type.EDIT:
            return _Said(Kind.EDIT, words, meant)
        case Type.DELETE:
            return _Said(Kind.DELETION, refers_to=meant)
        case _:
            return _Said(Kind.REACTION, words, meant) if words else None  # without: one that was taken back


def _file(content: bytes) -> _Said:
    """A file, whose kind its media type tells; voice messages, photos and contacts come this way, too."""
    described = _object(content)
    medium = _line(described, "m").lower().partition(";")[0].strip()
    kind = _MEDIA.get(medium.partition("/")[0], Kind.DOCUMENT)
    if medium in _VCARDS:
        kind = Kind.CONTACT
    elif kind is Kind.PHOTO and described.get("j") == _STICKER:
        kind = Kind.STICKER
    return _Said(kind, _line(described, "d"))


def _object(content: bytes) -> dict[str, Any]:
    """A JSON object; an empty one for anything else, for that somebody sent something is certain."""
    try:
        parsed = json.loads(_text(content))
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _line(described: Mapping[str, Any], name: str) -> str:
    value = described.get(name)
    return value if isinstance(value, str) else ""


def _text(content: bytes) -> str:
    """The words; what is no UTF-8 in them is marked, not refused."""
    return content.decode("utf-8", "replace")
