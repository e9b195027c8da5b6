"""From one event of a page to what it means. https://developers.facebook.com/docs/graph-api/webhooks/reference/page"""

from collections.abc import Mapping
from typing import Any

from bot.channels.messenger_platform.addresses import of_change
from bot.channels.messenger_platform.reading import NAME_LIMIT, Entry, Found, Own, moment, text_of
from bot.channels.messenger_platform.reading import read as read_event
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind

_SAID = {"add": None, "edit": Kind.EDIT, "edited": Kind.EDIT, "remove": Kind.DELETION}
"""What people do with their comments and posts; hiding and blocking is what the page does."""


def read(payload: bytes, own: Own) -> Found:
    """Parse a stored event. Raises UnreadableEvent."""
    return read_event(payload, own, _feed)


def _feed(change: Mapping[str, Any], entry: Entry) -> Inbound | None:
    """A comment or post on the page. None for what the page itself wrote, and for what is no comment or post."""
    match change:
        case {"field": "feed", "value": dict(value)}:
            author = value.get("from")
            author = author if isinstance(author, dict) else {}
        case _:
            return None
    verb = text_of(value, "verb")
    if str(author.get("id")) == entry.owner or verb not in _SAID:
        return None
    address = of_change(change)
    if not address:
        raise UnreadableEvent("neither comment nor post")
    text = text_of(value, "message")
    kind = _SAID[verb]
    return Inbound(
        kind or _kind(value, text),
        address,
        text="" if kind is Kind.DELETION else text,
        name=text_of(author, "name")[:NAME_LIMIT],
        platform_id=address,
        refers_to=address if kind else "",
        sent_at=moment(value.get("created_time")) or entry.at,
        public=True,
    )


def _kind(value: Mapping[str, Any], text: str) -> Kind:
    if text:
        return Kind.TEXT
    if "video" in value or value.get("item") == "video":
        return Kind.VIDEO
    return Kind.PHOTO if "photo" in value or "photos" in value else Kind.UNSUPPORTED
