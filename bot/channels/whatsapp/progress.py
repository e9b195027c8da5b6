"""How far the sending of a text in parts has come, so that a retry repeats nothing that arrived."""

import json
import re
from collections import OrderedDict
from collections.abc import Sequence

from bot.message import Event

_REMEMBERED = 1000
_TICKET = re.compile(r"outbox-(\d{1,18})(?:-(\d{1,4}))?", re.ASCII)


def ticket(outbox_id: int, part: int | None) -> str:
    """What goes along with a message (`biz_opaque_callback_data`) and comes back with its statuses.

    `part` is counted from 0; None is the last or only one.
    """
    return f"outbox-{outbox_id}" if part is None else f"outbox-{outbox_id}-{part}"


def opened(written: object) -> tuple[int, int | None] | None:
    """Row and part of a ticket that came back; None for what is no ticket of ours."""
    found = _TICKET.fullmatch(written) if isinstance(written, str) else None
    return (int(found[1]), None if found[2] is None else int(found[2])) if found else None


class Progress:
    """Parts that the platform certainly took, by outbox row; in memory, for rows that are not finished.

    A row is in doubt when a part was written and not answered. The platform tells by a status that it took it, often
    before the retry.
    """

    def __init__(self) -> None:
        self._taken: OrderedDict[int, list[str]] = OrderedDict()
        self._doubted: dict[int, int | None] = {}

    def taken(self, outbox_id: int) -> list[str]:
        """The platform's ids of the parts that arrived, in their order."""
        return list(self._taken.get(outbox_id, ()))

    def take(self, outbox_id: int, platform_id: str) -> None:
        """The next part arrived."""
        self._begun(outbox_id).append(platform_id)
        self._doubted.pop(outbox_id, None)

    def doubt(self, outbox_id: int, part: int | None) -> None:
        """A part was written and not answered."""
        self._begun(outbox_id)
        self._doubted[outbox_id] = part

    def hear(self, events: Sequence[Event]) -> None:
        """Statuses settle the doubt about the very part they speak of, and nothing else."""
        for event in events if self._doubted else ():
            match json.loads(event.payload) if event.address else None:
                case {"statuses": {"id": str(platform_id), "status": "sent" | "delivered" | "read"} as status}:
                    row, part = opened(status.get("biz_opaque_callback_data")) or (0, None)
                    if row in self._doubted and self._doubted[row] == part:
                        self.take(row, platform_id)
                case _:
                    pass

    def finish(self, outbox_id: int) -> None:
        """Nothing more is to come."""
        self._taken.pop(outbox_id, None)
        self._doubted.pop(outbox_id, None)

    def _begun(self, outbox_id: int) -> list[str]:
        if outbox_id not in self._taken and len(self._taken) >= _REMEMBERED:
            self.finish(next(iter(self._taken)))
        return self._taken.setdefault(outbox_id, [])
