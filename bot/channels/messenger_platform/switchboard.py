"""One address for several accounts: Meta calls a single URL for everything that an app is told of.

https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.channels.base import Ports
from bot.channels.http import strict_json
from bot.channels.messenger_platform.batch import Part, cut
from bot.errors import UnreadableEvent
from bot.message import Event

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Extension:
    """An account that can be reached through the doors of its app."""

    account: str
    heard: Callable[[Event], None]
    """Called with what is committed for it."""


class Switchboard:
    """Sorts a delivery by the accounts it is for; those of one app, known by its secret, serve each other."""

    def __init__(self, ports: Ports, *, app_secret: str, about: str, owner: str, extension: Extension) -> None:
        """`about` and `owner` are what deliveries for this account name: "page" and the page's id, for example."""
        self._known = ports.neighbours
        self._app = hashlib.sha256(app_secret.encode()).hexdigest()
        self._own = extension
        self._known[self._app, about, owner] = extension

    def split(self, raw: bytes) -> list[Event]:
        """The events of a delivery, without those for an account that nobody configured; the log counts them."""
        try:
            delivery = strict_json(raw)
        except UnreadableEvent:
            # Refused, it would be repeated for hours; it goes to quarantine.
            delivery = None
        events = []
        strange = 0
        for part in cut(delivery, raw):
            extension = self._reached(part)
            if extension is None:
                strange += 1
            else:
                events.append(Event(extension.account, part.key, part.address, part.payload))
        if strange:
            log.warning("events for an account that is not configured", through=self._own.account, count=strange)
        return events

    def accepted(self, events: Sequence[Event]) -> None:
        """Tell each account what was committed for it."""
        by_account = {one.account: one for one in self._known.values() if isinstance(one, Extension)}
        for event in events:
            by_account[event.account].heard(event)

    def _reached(self, part: Part) -> Extension | None:
        if not part.owner:
            # Nobody can say whom it was for; it is kept where it came in.
            return self._own
        found = self._known.get((self._app, part.object, part.owner))
        return found if isinstance(found, Extension) else None


def wrote(event: Event) -> bool:
    """Whether a citizen wrote in private: what courtesies are for."""
    try:
        match strict_json(event.payload):
            case {"entry": [{"messaging": [{"message": dict(message)}]}]}:
                return message.get("is_echo") is not True and message.get("is_deleted") is not True
            case {"entry": [{"messaging": [{"postback": dict()}]}]}:
                return True
            case _:
                return False
    except UnreadableEvent:
        return False
