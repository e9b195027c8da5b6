"""What must happen without a message: forgetting in time, and knowing how long the queues are."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from prometheus_client import Gauge

from bot.errors import StoreError
from bot.flow.clock import Clock
from bot.store import Backlog, Store, content_versions
from bot.store.retention import forget, vanish, vanishing

log = structlog.get_logger()

_waiting = Gauge("lotse_queue_length", "Rows waiting", ["queue"])
_oldest = Gauge("lotse_queue_oldest_seconds", "Age of the oldest waiting row", ["queue"])

LOOK_EVERY = timedelta(seconds=5)
FORGET_EVERY = timedelta(hours=1)
TOO_OLD = 60.0
"""Seconds a message may wait before health turns red."""


class Housekeeping:
    """Runs beside the journey and never in its way."""

    def __init__(self, store: Store, clock: Clock, version: Callable[[], str] = str) -> None:
        """`version` names the content in force, "" while there is none."""
        self._store = store
        self._clock = clock
        self._version = version
        self._noted = ""
        self._stop = asyncio.Event()
        self.backlog: Backlog | None = None
        """The last look at the queues; None before the first look and after a failed one."""

    @property
    def healthy(self) -> bool:
        """The database answers, and no message has waited longer than a minute."""
        backlog = self.backlog
        return backlog is not None and max(backlog.oldest_seconds, backlog.outbox_oldest_seconds) <= TOO_OLD

    def stop(self) -> None:
        """Return from `run` soon."""
        self._stop.set()

    async def run(self) -> None:
        """Look every few seconds, forget every hour and on the minute what shall disappear, until `stop`.

        Every hour, and whenever it changes, it is noted which content is in force.
        """
        forget_at = self._clock()
        while not self._stop.is_set():
            try:
                await self._look()
                await self._note_version()
                if await self._store.read(vanishing, self._clock()):
                    log.info("messages disappeared", count=await self._store.write(vanish, self._clock()))
                if self._clock() >= forget_at:
                    forget_at = self._clock() + FORGET_EVERY
                    self._noted = ""
                    counts = await self._store.write(forget, self._clock())
                    log.info("retention applied", counts=counts)
            except StoreError:
                self.backlog = None
                log.exception("housekeeping failed")
            try:
                async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                    await self._stop.wait()
            except TimeoutError:
                continue

    async def _note_version(self) -> None:
        version = self._version()
        if version and version != self._noted:
            await self._store.write(content_versions.record, version, self._clock())
            self._noted = version

    async def _look(self) -> None:
        self.backlog = backlog = await self._store.journey.backlog(self._clock())
        _waiting.labels("inbound").set(backlog.pending)
        _waiting.labels("outbox").set(backlog.outbox)
        _waiting.labels("quarantine").set(backlog.quarantine)
        _oldest.labels("inbound").set(backlog.oldest_seconds)
        _oldest.labels("outbox").set(backlog.outbox_oldest_seconds)
