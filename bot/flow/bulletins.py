"""The press office's bulletins, kept at hand so that no answer asks the database for them."""

import structlog

from bot.errors import StoreError
from bot.flow.clock import Clock
from bot.message import Bulletin
from bot.store import Store
from bot.store.bulletins import standing

log = structlog.get_logger()

LOOK_EVERY = 30.0
"""Seconds; a safety net, for a ring can be lost with its database connection."""


class Bulletins:
    """Those in force and those to come. Which of them lead an answer, the answer decides by its own time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._standing: tuple[Bulletin, ...] = ()

    def standing(self) -> tuple[Bulletin, ...]:
        """As last looked up."""
        return self._standing

    async def look(self) -> None:
        """Look them up anew. Where that fails the known ones stay; they end by themselves."""
        try:
            self._standing = await self._store.read(standing, self._clock())
        except StoreError:
            log.exception("bulletins not read")

    async def run(self) -> None:
        """Look again whenever one is put in force, changed or ended."""
        with self._store.bell.listen("bulletins") as ring:
            while True:
                await self.look()
                await ring.wait(LOOK_EVERY)
