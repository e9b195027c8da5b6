"""What the server tells, cut into events of ours. https://docs.joinmastodon.org/methods/streaming/#events"""

import hashlib
import json
from collections import OrderedDict
from dataclasses import asdict
from typing import Any

from bot.channels.mastodon.reading import Self
from bot.message import Event

REMEMBERED = 10_000
"""Posts; a deletion names only the post."""


class Events:
    """Makes events, and remembers for a while who wrote which post."""

    def __init__(self, account: str) -> None:
        self.own = Self()
        """Who we are; travels with every event, so that reading asks nobody."""
        self._account = account
        self._authors: OrderedDict[str, str] = OrderedDict()
        self._latest: OrderedDict[str, str] = OrderedDict()

    def latest_of(self, address: str) -> str:
        """The post to answer below, "" where none is remembered."""
        return self._latest.get(address, "")

    def mention(self, notification: object) -> Event | None:
        """A mention of us; None for any other notification."""
        if isinstance(notification, dict) and notification.get("type") != "mention":
            return None
        status = notification.get("status") if isinstance(notification, dict) else None
        if not isinstance(status, dict) or not _id_of(status):
            return self._unreadable(json.dumps(notification))
        address = _address(status)
        self._remember(_id_of(status), address)
        return self._event(_id_of(status), address, {"said": status, "own": asdict(self.own)})

    def of_stream(self, name: str, data: str) -> Event | None:
        """The event for what the stream brought; None for what concerns nobody's conversation with us."""
        if name == "delete":
            return self._deletion(data.strip())
        if name not in {"notification", "status.update", "update"}:
            return None
        try:
            told = json.loads(data)
        except (ValueError, RecursionError):
            return self._unreadable(data)
        if name == "notification":
            return self.mention(told)
        return self._status(name, told)

    def _deletion(self, status_id: str) -> Event | None:
        address = self._authors.get(status_id, "")
        payload = {"deleted": status_id, "address": address}
        return self._event(f"delete:{status_id}", address, payload) if address else None

    def _status(self, name: str, status: object) -> Event | None:
        """An edited post that mentions us, or one that our account has posted; everything else is the timeline."""
        if not isinstance(status, dict) or not _id_of(status):
            return self._unreadable(json.dumps(status))
        by_us = bool(self.own.id) and _account_of(status).get("id") == self.own.id
        if name == "update":
            return self._posted(status) if by_us else None
        if by_us or not status.get("edited_at") or not _mentions(status, self.own.id):
            return None
        key = f"edit:{_id_of(status)}:{status['edited_at']}"
        return self._event(key, _address(status), {"edited": status, "own": asdict(self.own)})

    def _posted(self, status: dict[str, Any]) -> Event | None:
        """What our account has posted, if a colleague did it, to one person: with another application than ours."""
        application = status.get("application")
        written_with = application.get("name") if isinstance(application, dict) else None
        asked = _asked(status, self.own.id)
        known = bool(written_with and self.own.application)
        if not asked or status.get("visibility") != "direct" or not known or written_with == self.own.application:
            return None
        return self._event(f"own:{_id_of(status)}", asked, {"posted": status, "address": asked})

    def _event(self, key: str, address: str, payload: dict[str, Any]) -> Event:
        return Event(self._account, key[:200], address, json.dumps(payload).encode())

    def _unreadable(self, data: str) -> Event:
        raw = data.encode("utf-8", "surrogatepass")
        return Event(self._account, f"sha256:{hashlib.sha256(raw).hexdigest()}", "", raw)

    def _remember(self, status_id: str, address: str) -> None:
        for known, key, value in ((self._authors, status_id, address), (self._latest, address, status_id)):
            known[key] = value
            known.move_to_end(key)
            if len(known) > REMEMBERED:
                known.popitem(last=False)


def _id_of(holder: dict[str, Any]) -> str:
    found = holder.get("id")
    return found if isinstance(found, str) else ""


def _account_of(status: dict[str, Any]) -> dict[str, Any]:
    account = status.get("account")
    return account if isinstance(account, dict) else {}


def _address(status: dict[str, Any]) -> str:
    found = _account_of(status).get("acct")
    return found if isinstance(found, str) else ""


def _mentioned(status: dict[str, Any]) -> list[dict[str, Any]]:
    found = status.get("mentions")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _mentions(status: dict[str, Any], own_id: str) -> bool:
    return any(one.get("id") == own_id for one in _mentioned(status))


def _asked(status: dict[str, Any], own_id: str) -> str:
    """Whom a post of ours answers."""
    others = [one.get("acct") for one in _mentioned(status) if one.get("id") != own_id]
    return others[0] if len(others) == 1 and isinstance(others[0], str) else ""
