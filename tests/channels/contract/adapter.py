"""What the contract suite needs of a platform, whatever it is.

Each channel has `tests/channels/<name>/contract.py` with a class `Platform` that obeys `Adapter`, and `Webhook` too
where events come through a door of ours. The suite starts every platform, opens the real application once with
the options of all of them, and then speaks only through these methods. Citizens are numbers from 1 on; the adapter
makes invented addresses of them. Nothing here may sleep: waiting is on conditions, bounded by ten seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.message import Kind


@dataclass(frozen=True, slots=True)
class Said:
    """What a citizen does on the platform. The same `number` again is the same event, delivered again."""

    number: int
    citizen: int
    text: str = ""
    """The text or caption; with CHOICE the button's label."""
    kind: Kind = Kind.TEXT
    choice: str = ""
    """With CHOICE: the id of the button."""
    refers_to: int = 0
    """With REACTION, EDIT and DELETION: the number of the message that is meant."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One POST of the platform to our door."""

    path: str
    body: bytes
    headers: Mapping[str, str]


class Adapter(Protocol):
    """One platform with its citizens."""

    name: str
    """As in the registry."""
    account: str
    """The id of the one account that `options` configures; the name of the platform where nothing speaks against."""
    bundles: bool
    """One delivery can carry several events; without, `deliver` is given one event at a time."""
    throttles: bool
    """The platform can refuse one conversation for a while (`throttle`)."""

    async def start(self) -> None:
        """Start the stand-in."""
        ...

    async def stop(self) -> None:
        """Stop the stand-in; nothing runs on."""
        ...

    def options(self) -> Mapping[str, object]:
        """What `read_settings` takes for this platform: {"telegram": [{"id": …, …}]}. Called after `start`."""
        ...

    def event(self, said: Said) -> object | None:
        """The platform's event for it, opaque to the suite; None where the platform has no such kind."""
        ...

    def malformed(self, said: Said) -> object | None:
        """An event which is there but cannot be read (a mandatory part is missing); None where that cannot be."""
        ...

    def echo(self, said: Said) -> object | None:
        """An event of something that we or another bot said; None where the platform never shows such."""
        ...

    async def deliver(self, url: str, *events: object) -> int:
        """Deliver as the platform does, to the application at `url` (without trailing slash), in one delivery.

        Returns the door's status; 200 where there is no door, as soon as the events are out for fetching.
        """
        ...

    async def heard(self, citizen: int, count: int) -> list[str]:
        """Wait until the platform took at least `count` texts for this citizen; all of them, in order.

        A button's label may follow its text; what was refused, typing and read marks do not count.
        """
        ...

    def throttle(self, citizen: int, seconds: float) -> None:
        """From now on refuse every message to this citizen, with this wait where the platform names one."""
        ...


@runtime_checkable
class Webhook(Protocol):
    """What the suite needs beside where the platform posts to us."""

    def delivery(self, *events: object) -> Delivery:
        """These events, signed as the platform signs."""
        ...

    def signed(self, body: bytes) -> Delivery | None:
        """Any bytes with a right signature; None where the signature is not over the body as it is (Threema)."""
        ...

    def forgeries(self, *events: object) -> Mapping[str, Delivery]:
        """The same with a signature that must be refused, by name.

        At least "unsigned" and "wrong secret"; where the body is signed also "altered" and "re-serialised" (the right
        signature over other bytes of the same JSON, with umlauts in it).
        """
        ...
