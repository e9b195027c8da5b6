"""The numbers of one app in one program.

An app has one address for deliveries, unless a number is given its own:
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
So whatever door a delivery comes to, its events go to the account of the number that was written to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.channels.base import Ports
from bot.channels.whatsapp.people import Numbers
from bot.message import Event


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Who shares one app secret, and so may deliver for each other."""

    accounts: dict[str, str] = field(default_factory=dict)
    """Account by the id of its number."""
    hearing: dict[str, Callable[[Sequence[Event]], None]] = field(default_factory=dict)
    """By account: whom to tell of its events once they are committed."""
    people: Numbers = field(default_factory=Numbers)

    @classmethod
    def of(cls, ports: Ports, app_secret: str) -> "Neighbours":
        """The same for every account of the program with this secret."""
        return cast("Neighbours", ports.neighbours.setdefault(("whatsapp", app_secret), cls()))

    def tell(self, events: Sequence[Event]) -> None:
        """These events are committed."""
        for account, hear in self.hearing.items():
            hear([event for event in events if event.account == account])
