"""First commit: a raw event becomes a row before the platform gets its 2xx."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog
from prometheus_client import Counter

from bot.errors import StoreBusy, StoreError
from bot.flow.clock import Clock
from bot.flow.pulse import Pulse
from bot.message import Event
from bot.store import Store

log = structlog.get_logger()

_accepted = Counter("lotse_inbound_accepted", "Events committed by intake", ["account"])
_refused = Counter("lotse_inbound_refused", "Events the store did not take in time", ["account"])

COMMIT_WITHIN = 5.0
"""Seconds. Meta gives up at 20 s, Telegram at 60 s; a refusal in time makes them try again."""


class Safeguard(Protocol):
    """Answers danger while the store takes nothing; never raises."""

    async def shield(self, events: Sequence[Event]) -> None: ...


class Intake:
    """Commits events; the doors acknowledge only after `accept` has returned."""

    def __init__(self, store: Store, clock: Clock, safeguard: Safeguard, pulse: Pulse | None = None) -> None:
        self._store = store
        self._clock = clock
        self._safeguard = safeguard
        self._pulse = pulse

    async def accept(self, events: Sequence[Event]) -> None:
        """Commit the events; known ones are ignored.

        Raises StoreBusy when the database did not take them. The platform then delivers again; danger is
        answered at once all the same, without the store.
        """
        if not events:
            return
        account = events[0].account
        if self._pulse is not None:
            self._pulse.heard(account)
        try:
            async with asyncio.timeout(COMMIT_WITHIN):
                new = await self._store.journey.accept(events, self._clock())
        except (StoreError, TimeoutError) as error:
            _refused.labels(account).inc(len(events))
            log.exception("inbound not committed", account=account, count=len(events))
            await self._safeguard.shield(events)
            raise StoreBusy("Die Datenbank nimmt gerade nichts an.") from error
        _accepted.labels(account).inc(new)
