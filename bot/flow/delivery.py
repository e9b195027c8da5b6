"""Third commit: an outbox row is tried, and the outcome is marked.

No platform is named here. What a refusal means was decided by the channel, which knows its platform.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Histogram

from bot.channels.base import Channel
from bot.errors import Refusal, SendError, StoreError
from bot.flow.backoff import wait_before
from bot.flow.clock import Clock
from bot.message import Lane
from bot.store import OutboxItem, Store

log = structlog.get_logger()

_sent = Counter("lotse_sent", "Messages the platform took", ["account", "lane"])
_refusals = Counter("lotse_refusals", "Messages the platform did not take", ["account", "refusal"])
_waited = Histogram(
    "lotse_delivery_seconds",
    "From the outbox row to the platform's word",
    ["lane"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 600),
)

SEND_WITHIN = 20.0
"""Seconds for one call to a platform."""
LEASE = timedelta(seconds=30)
"""Longer than a call may take; after a crash the row is tried again once this has passed."""
AT_ONCE = 64
"""Calls in flight per lane, once the process has found its feet (see `_room`)."""
ENDED_PER_PLACE = 64
PLACES_PER_SECOND = 1.0
PAUSE = timedelta(seconds=20)
"""How long a whole account rests after its platform refused everything or our credentials."""
GIVE_UP_AFTER = {Lane.EMERGENCY: timedelta(hours=6), Lane.ORDINARY: timedelta(hours=24)}
UNKNOWN_REPEATS = {Lane.EMERGENCY: 3, Lane.ORDINARY: 1}
"""After a lost answer the message may have arrived. Danger is worth a third copy, an office hour is not."""

_FINAL = frozenset({Refusal.WINDOW_CLOSED, Refusal.RECIPIENT_GONE, Refusal.REJECTED, Refusal.IDENTITY_CHANGED})


class Delivery:
    """Sends what stands in the outbox. Each lane has its own loop and its own room."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        chance: random.Random | None = None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._chance = chance or random.Random()  # noqa: S311 - jitter, no secret
        self._stop = asyncio.Event()
        self._paused: dict[str, datetime] = {}
        self._in_flight = dict.fromkeys(Lane, 0)
        self._ended = dict.fromkeys(Lane, 0)
        self._began = clock()

    def stop(self) -> None:
        """Start no further call; `run` returns when those in flight are marked."""
        self._stop.set()
        self._store.bell.ring_here("outbox")

    async def run(self) -> None:
        """Deliver until `stop`."""
        self._began = self._clock()  # the slow start counts from here: opening the rooms may have taken seconds
        async with asyncio.TaskGroup() as lanes:
            for lane in Lane:
                lanes.create_task(self._run_lane(lane))

    async def _run_lane(self, lane: Lane) -> None:
        with self._store.bell.listen("outbox") as ring:
            async with asyncio.TaskGroup() as calls:
                while not self._stop.is_set():
                    items: list[OutboxItem] = []
                    room = self._room(lane)
                    if room > 0:
                        try:
                            items = await self._claim(lane, room)
                        except StoreError:
                            log.exception("claiming the outbox failed")
                    for item in items:
                        self._in_flight[lane] += 1
                        calls.create_task(self._deliver_and_go_on(item))
                    if not items:
                        # Retries fall due without a ring; half a second is their grain.
                        await ring.wait(0.5)

    def _room(self, lane: Lane) -> int:
        """How many more calls may begin.

        What is in flight when a process dies is sent again by the next one, and a process that has only just begun
        is the likeliest to die. So ordinary messages start slowly, as TCP does: one call, then one more for every
        few that ended, and for every second, so that a single hanging call holds nobody up for long. At a
        platform's usual 50 ms all places are open within nine seconds. Danger does not wait: it may be told twice.
        """
        most = AT_ONCE
        if lane is not Lane.EMERGENCY:
            age = max(0.0, (self._clock() - self._began).total_seconds())
            most = min(AT_ONCE, 1 + self._ended[lane] // ENDED_PER_PLACE + int(age * PLACES_PER_SECOND))
        return most - self._in_flight[lane]

    async def _claim(self, lane: Lane, room: int) -> list[OutboxItem]:
        now = self._clock()
        # A paused account still tries its emergency answers: the pause may end at any moment.
        paused = [name for name, until in self._paused.items() if until > now and lane is not Lane.EMERGENCY]
        return await self._store.journey.claim_outbox(room, now, LEASE, paused=paused, lane=lane)

    async def _deliver_and_go_on(self, item: OutboxItem) -> None:
        try:
            await self._deliver(item)
        except StoreError:
            log.exception("delivery could not be marked", outbox=item.outbound.id)
        finally:
            self._in_flight[item.outbound.lane] -= 1
            self._ended[item.outbound.lane] += 1
            self._store.bell.ring_here("outbox")

    async def _deliver(self, item: OutboxItem) -> None:
        outbound = item.outbound
        journey = self._store.journey
        channel = self._channels.get(item.account)
        if channel is None:
            await self._refused(item, SendError(Refusal.RETRY_ALL, "no channel is configured for this account"))
            return
        try:
            async with asyncio.timeout(SEND_WITHIN):
                platform_id = await channel.send(outbound)
        except TimeoutError:
            await self._refused(item, SendError(Refusal.UNKNOWN_OUTCOME, "no answer in time"))
        except SendError as error:
            await self._refused(item, error)
        except Exception:
            log.exception("sending failed", account=item.account, outbox=outbound.id)
            await self._refused(item, SendError(Refusal.RETRY, "fault in the channel"))
        else:
            await journey.sent(outbound.id, platform_id, self._clock())
            _sent.labels(item.account, outbound.lane.name.lower()).inc()
            _waited.labels(outbound.lane.name.lower()).observe((self._clock() - item.queued_at).total_seconds())

    async def _refused(self, item: OutboxItem, error: SendError) -> None:
        outbound, now = item.outbound, self._clock()
        refusal = error.refusal
        _refusals.labels(item.account, refusal.value).inc()
        log.warning(
            "message refused",
            account=item.account,
            outbox=outbound.id,
            refusal=refusal.value,
            attempt=item.attempt,
            detail=str(error),
        )
        journey = self._store.journey
        if error.moved_to is not None:
            await journey.move(outbound.id, error.moved_to)
            return
        if refusal in {Refusal.RETRY_ALL, Refusal.AUTH_BROKEN}:
            self._paused[item.account] = now + max(PAUSE, timedelta(seconds=error.retry_after or 0))
        if self._is_final(item, refusal, now):
            await journey.give_up(outbound.id, refusal.value, now)
        else:
            wait = wait_before(item.attempt, outbound.lane, error.retry_after, self._chance)
            await journey.retry(outbound.id, now + wait, refusal.value)

    def _is_final(self, item: OutboxItem, refusal: Refusal, now: datetime) -> bool:
        lane = item.outbound.lane
        if refusal is Refusal.UNKNOWN_OUTCOME and item.attempt > UNKNOWN_REPEATS[lane]:
            return True
        return refusal in _FINAL or now - item.queued_at > GIVE_UP_AFTER[lane]
