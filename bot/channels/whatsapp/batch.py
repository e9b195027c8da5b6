"""From one delivery to events: each message, status, echo and call by itself, so that a bad one spoils no other.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
An event's payload is `{"address", "field", "contact", <kind>: {…}}`, all that reading needs.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import structlog

from bot.channels.http import strict_json
from bot.channels.meta.hub import key_of, mark_of
from bot.channels.whatsapp.people import Numbers, address_of, contact_of, plain
from bot.errors import UnreadableEvent
from bot.message import Event

log = structlog.get_logger()

_KINDS = {
    "messages": ("messages", "statuses"),
    "smb_message_echoes": ("message_echoes",),
    "calls": ("calls",),
}
"""Which lists of a field's value hold events. Every other field says nothing of a conversation, or its past."""
_OWN_KEY = ("edit", "revoke", "reaction", "unsupported", "system")
"""What may come under the id of another message: what it was about, or what becomes readable later."""


def events_of(accounts: Mapping[str, str], account: str, raw: bytes, numbers: Numbers) -> list[Event]:
    """Everything a delivery holds. Never raises: what cannot be read becomes an event that reading refuses.

    `accounts` knows by the id of a number whose events are whose; `account` is whose door it came to. What is for
    a number of nobody is unreadable and without an address: answered from here, it would come from a stranger.
    """
    try:
        changes = _changes(strict_json(raw))
        return [event for change in changes for event in _events(accounts, account, change, numbers)]
    except (UnreadableEvent, RecursionError):
        return [Event(account, mark_of(raw), "", raw)]


def _changes(delivery: Any) -> Iterator[Any]:
    match delivery:
        case {"object": "whatsapp_business_account", "entry": [*entries]}:
            for entry in entries:
                match entry:
                    case {"changes": [*changes]}:
                        yield from changes
                    case _:
                        yield entry
        case _:
            raise UnreadableEvent("no delivery of a WhatsApp account")


def _events(accounts: Mapping[str, str], account: str, change: Any, numbers: Numbers) -> Iterator[Event]:
    match change:
        case {"field": str(field), "value": _} if field not in _KINDS:
            log.info("field not used", account=account, field=field[:40])
        case {"field": str(field), "value": {"metadata": {"phone_number_id": str(number_id)}}}:
            value = change["value"]
            _note_errors(account, value)
            if number_id in accounts:
                yield from _parts(accounts[number_id], field, value, numbers)
                return
            log.warning("delivery for an unknown phone number", account=account)
            if "messages" in value:
                yield _unreadable(account, change)
        case _:
            yield _unreadable(account, change)


def _parts(account: str, field: str, value: Mapping[str, Any], numbers: Numbers) -> Iterator[Event]:
    for kind in _KINDS[field]:
        parts = value.get(kind, [])
        for part in parts if isinstance(parts, list) else [parts]:
            yield _event(account, field, kind, value, part, numbers)


def _event(account: str, field: str, kind: str, value: Mapping[str, Any], part: Any, numbers: Numbers) -> Event:
    if not isinstance(part, dict):
        return _unreadable(account, {"field": field, kind: part})
    user, number = _who(kind, part)
    contact = contact_of(value, user, number)
    address = address_of(user or plain(contact.get("user_id")), number or plain(contact.get("wa_id")), numbers)
    payload = {"address": address, "field": field, "contact": contact, kind: part}
    written = json.dumps(payload).encode()
    return Event(account, _key(kind, part, written), address, written)


def _who(kind: str, part: Mapping[str, Any]) -> tuple[str, str]:
    """User id and number of the citizen: who wrote, or to whom a message of ours went."""
    match kind:
        case "statuses":
            return plain(part.get("recipient_user_id")), plain(part.get("recipient_id"))
        case "message_echoes":
            return plain(part.get("to_user_id")), plain(part.get("to"))
        case _:
            return plain(part.get("from_user_id")), plain(part.get("from"))


def _key(kind: str, part: Mapping[str, Any], written: bytes) -> str:
    name = part.get("id")
    if not isinstance(name, str) or not name:
        return mark_of(written)
    match kind:
        case "messages" if part.get("type") not in _OWN_KEY:
            return key_of(name)
        case "statuses":
            return key_of("status", name, plain(part.get("status")))
        case "calls":
            return key_of("call", name, plain(part.get("event")))
        case _:
            return key_of(name, plain(part.get("type")), plain(part.get("timestamp")))


def _unreadable(account: str, part: Any) -> Event:
    written = json.dumps(part).encode()
    return Event(account, mark_of(written), "", written)


def _note_errors(account: str, value: Mapping[str, Any]) -> None:
    """What the platform reports beside messages; codes only."""
    errors = value.get("errors")
    for error in errors if isinstance(errors, list) else []:
        code = error.get("code") if isinstance(error, dict) else None
        log.warning("platform reports an error", account=account, code=code if isinstance(code, int) else 0)
