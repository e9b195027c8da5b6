"""The stored form of what a page sent, and back."""

import hashlib
import json
from datetime import datetime

from bot.channels.http import strict_json
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind


def event(account: str, address: str, key: str, inbound: Inbound) -> Event:
    """The event for intake. `key` is the page's own; the same key of the same conversation is the same message."""
    event_id = hashlib.blake2b(f"{address}\n{key}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    payload = {
        "address": address,
        "id": event_id,
        "text": inbound.text,
        "choice": inbound.choice,
        "language": inbound.language_hint,
        "at": inbound.sent_at.isoformat() if inbound.sent_at else "",
    }
    return Event(account, event_id, address, json.dumps(payload).encode())


def read(payload: bytes) -> Inbound:
    """Parse a stored event. Raises UnreadableEvent."""
    said = strict_json(payload)
    if not isinstance(said, dict):
        raise UnreadableEvent("no object")
    try:
        address, text, choice, language, at, event_id = (
            str(said.get(name) or "") for name in ("address", "text", "choice", "language", "at", "id")
        )
        sent_at = datetime.fromisoformat(at) if at else None
    except ValueError:
        raise UnreadableEvent("no time") from None
    kind = Kind.CHOICE if choice else Kind.TEXT
    return Inbound(
        kind, address, text=text, choice=choice, language_hint=language, platform_id=event_id, sent_at=sent_at
    )
