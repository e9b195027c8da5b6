"""From one stored event to what it says. Pure; `batch.py` says what an event's payload is."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import Fate, Receipt, Takeover
from bot.channels.http import strict_json
from bot.channels.meta.graph import GraphError
from bot.channels.meta.refusals import meaning_of
from bot.channels.whatsapp.content import content_of, words_of
from bot.channels.whatsapp.progress import opened
from bot.channels.whatsapp.refusals import TABLE
from bot.errors import Refusal, UnreadableEvent
from bot.message import Inbound, Kind

NAME_LIMIT = 80
_FATES = {
    "sent": Fate.SENT,
    "delivered": Fate.DELIVERED,
    "read": Fate.READ,
    "played": Fate.READ,
    "failed": Fate.FAILED,
}
_END_OF_TIME = 253402300800
"""The year 10000, which no datetime holds."""


def read(payload: bytes) -> Inbound | Receipt | Takeover | None:
    """Parse a stored event. None: nobody said anything. Raises UnreadableEvent."""
    match strict_json(payload):
        case {"address": str(address), "messages": dict(message), "contact": dict(contact)} if address:
            return _message(address, message, contact)
        case {"statuses": dict(status)}:
            return _status(status)
        case {"address": str(address), "message_echoes": dict(echo)} if address:
            return _echo(address, echo)
        case {"address": str(address), "calls": dict(call), "contact": dict(contact)} if address:
            return _call(address, call, contact)
        case _:
            raise UnreadableEvent("no event of WhatsApp")


def _message(address: str, message: Mapping[str, Any], contact: Mapping[str, Any]) -> Inbound | None:
    content = content_of(message)
    if content is None:
        return None
    return Inbound(
        content.kind,
        address,
        text=content.text,
        choice=content.choice,
        name=_name(contact),
        platform_id=_string(message.get("id")),
        refers_to=content.refers_to,
        sent_at=_time(message.get("timestamp")),
        # In a group everybody reads along; the address is the person's own.
        public="group_id" in message,
    )


def _status(status: Mapping[str, Any]) -> Receipt | None:
    """https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status"""
    name = status.get("status")
    if not isinstance(name, str):
        raise UnreadableEvent("a status without a name")
    fate = _FATES.get(name)
    row, part = opened(status.get("biz_opaque_callback_data")) or (0, None)
    # Of a text in parts only the last one's arrival tells that all of it arrived; a failure tells at any part.
    if fate is None or (part is not None and fate is not Fate.FAILED):
        return None
    return Receipt(
        fate,
        outbox_id=row,
        platform_id=_string(status.get("id")),
        refusal=_refusal(status) if fate is Fate.FAILED else None,
    )


def _refusal(status: Mapping[str, Any]) -> Refusal:
    match status:
        case {"errors": [{"code": int(code)}, *_]}:
            return meaning_of(GraphError(400, code), TABLE).refusal
        case _:
            return Refusal.REJECTED


def _echo(address: str, echo: Mapping[str, Any]) -> Takeover | None:
    """A colleague wrote in the WhatsApp Business app. Correcting or taking back a message takes nothing over.

    https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/smb_message_echoes
    """
    match echo:
        case {"type": "edit" | "revoke" | "reaction"}:
            return None
        case {"type": str()}:
            return Takeover(address, text=words_of(echo), platform_id=_string(echo.get("id")))
        case _:
            raise UnreadableEvent("an echo without type")


def _call(address: str, call: Mapping[str, Any], contact: Mapping[str, Any]) -> Inbound | None:
    """Somebody calls by WhatsApp, where nobody picks up: it may be a call for help."""
    match call:
        case {"event": "connect", "direction": "USER_INITIATED"}:
            return Inbound(
                Kind.UNSUPPORTED,
                address,
                name=_name(contact),
                platform_id=_string(call.get("id")),
                sent_at=_time(call.get("timestamp")),
            )
        case {"event": str()}:
            return None
        case _:
            raise UnreadableEvent("a call without event")


def _name(contact: Mapping[str, Any]) -> str:
    match contact:
        case {"profile": {"name": str(name)}} if name:
            return name[:NAME_LIMIT]
        case {"profile": {"username": str(name)}}:
            return name[:NAME_LIMIT]
        case _:
            return ""


def _time(value: object) -> datetime | None:
    """Seconds since 1970, which Meta writes as text. None where it is no time: the words matter more."""
    written = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 13
    seconds = int(str(value)) if written else value
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 < seconds < _END_OF_TIME:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
