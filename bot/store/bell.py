"""Wake-ups: whoever waits for work is told after the commit that made some.

In one process a ring is a flag. On PostgreSQL `Bell.carry` takes rings to the other processes too
(store/postgresql.py). A ring is a hint, never the work itself: everything is found in the tables,
and every listener also looks after its own timeout.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Ring:
    """What a listener holds. A ring between two waits is kept until the next one."""

    __slots__ = ("_rung",)

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def strike(self) -> None:
        self._rung.set()

    async def wait(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - one timer instead of two is the point
        """True as soon as it rang, also if that was before the call; False after `timeout` seconds."""
        if not self._rung.is_set():
            try:
                async with asyncio.timeout(timeout):
                    await self._rung.wait()
            except TimeoutError:
                return False
        self._rung.clear()
        return True


class Bell:
    """Rings topics: "inbound", "outbox", "cases", "sessions", "bulletins", "conversation:<hex lookup>".

    To be used on the event loop only.
    """

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[Ring]] = defaultdict(set)
        self.carry: Callable[[str], None] | None = None
        """Takes a topic to other processes, where there can be any."""

    def ring(self, topic: str) -> None:
        """Wake everybody who listens to this topic, in all processes."""
        self.ring_here(topic)
        if self.carry is not None:
            self.carry(topic)

    def ring_here(self, topic: str) -> None:
        """Wake this process only."""
        for ring in self._listeners.get(topic, ()):
            ring.strike()

    @contextmanager
    def listen(self, *topics: str) -> Iterator[Ring]:
        """Hear these topics until the block ends. Register first, then look at the tables, then wait."""
        ring = Ring()
        for topic in topics:
            self._listeners[topic].add(ring)
        try:
            yield ring
        finally:
            for topic in topics:
                self._listeners[topic].discard(ring)
                if not self._listeners[topic]:
                    del self._listeners[topic]


def conversation_topic(lookup: bytes) -> str:
    """The topic of one conversation's changes."""
    return f"conversation:{lookup.hex()}"
