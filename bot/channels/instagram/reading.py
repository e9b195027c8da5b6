"""From one event of a professional account to what it means.

https://developers.facebook.com/docs/instagram-platform/webhooks/examples
"""

from collections.abc import Mapping
from typing import Any

from bot.channels.messenger_platform.addresses import of_change
from bot.channels.messenger_platform.reading import NAME_LIMIT, Entry, Found, Own, text_of
from bot.channels.messenger_platform.reading import read as read_event
from bot.errors import UnreadableEvent
from bot.message import Inbound, Kind


def read(payload: bytes, own: Own) -> Found:
    """Parse a stored event. Raises UnreadableEvent."""
    return read_event(payload, own, _comment)


def _comment(change: Mapping[str, Any], entry: Entry) -> Inbound | None:
    """A comment under a post, reel or live video, or a mention elsewhere, whose words are not delivered.

    None for the account's own comments. The comment's own time is not delivered either; the delivery's stands for it.
    """
    match change:
        case {"field": "comments" | "live_comments" | "mentions", "value": dict(value)}:
            author = value.get("from")
            author = author if isinstance(author, dict) else {}
        case _:
            return None
    if str(author.get("id")) == entry.owner:
        return None
    address = of_change(change)
    if not address:
        if change["field"] == "mentions":
            # Somebody named the account in a post of their own: there is no comment to answer to.
            return None
        raise UnreadableEvent("a comment without id")
    text = text_of(value, "text")
    return Inbound(
        Kind.TEXT if text else Kind.UNSUPPORTED,
        address,
        text=text,
        name=text_of(author, "username")[:NAME_LIMIT],
        platform_id=address,
        sent_at=entry.at,
        public=True,
    )
