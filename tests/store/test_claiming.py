import asyncio
import random
from collections import defaultdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.message import Event, Severity
from bot.store import Claimed, Keys, Store
from bot.store.tables import inbound, quarantine
from tests.store.letters import ACCOUNT, LEASE, event, handled, one


def _numbers(claimed: list[Claimed]) -> list[str]:
    return [each.event.event_id for each in claimed]


async def test_each_conversation_gives_its_oldest_message(store: Store, now: datetime) -> None:
    """One at a time and in order, however many wait."""
    await store.journey.accept([event(1, "a"), event(2, "a"), event(3, "b"), event(4, "b")], now)
    first = await store.journey.claim(10, now, LEASE)
    assert _numbers(first) == ["event-1", "event-3"]
    assert await store.journey.claim(10, now, LEASE) == []
    await store.journey.finish(handled(first[0], now))
    assert _numbers(await store.journey.claim(10, now, LEASE)) == ["event-2"]


async def test_the_limit_is_kept(store: Store, now: datetime) -> None:
    """A worker takes no more than it can carry."""
    await store.journey.accept([event(n, str(n)) for n in range(9)], now)
    assert len(await store.journey.claim(4, now, LEASE)) == 4
    assert len(await store.journey.claim(9, now, LEASE)) == 5


async def test_events_without_an_address_do_not_wait_for_each_other(store: Store, now: datetime) -> None:
    """What could not be read has no order to keep."""
    await store.journey.accept([event(1, ""), event(2, "")], now)
    assert len(await store.journey.claim(10, now, LEASE)) == 2


async def test_concurrent_claims_keep_every_conversation_in_order_and_alone(
    store: Store, keys: Keys, now: datetime
) -> None:
    """Many claimers at once: no message twice, no conversation in two hands, none out of order."""
    chance = random.Random(110)
    total = 120
    await store.journey.accept([event(n, f"citizen-{chance.randrange(12)}") for n in range(total)], now)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    held: set[str] = set()

    async def worker() -> None:
        while sum(map(len, seen.values())) < total:
            for claimed in await store.journey.claim(3, now, LEASE):
                address = claimed.event.address
                assert address not in held
                held.add(address)
                seen[address].append(int(claimed.event.event_id.removeprefix("event-")))
                await asyncio.sleep(0)
                held.discard(address)
                await store.journey.finish(handled(claimed, now))

    await asyncio.gather(*(worker() for _ in range(8)))
    assert sum(map(len, seen.values())) == total
    assert all(numbers == sorted(numbers) for numbers in seen.values())


async def test_an_urgent_message_overtakes_with_its_conversation(store: Store, now: datetime) -> None:
    """Danger in the third message lifts the first two of the same person, so that order is kept and nobody waits."""
    await store.journey.accept([event(1, "calm"), event(2, "hurt"), event(3, "calm-too"), event(4, "hurt")], now)
    waiting = await store.journey.unrated(10)
    assert [each.event_id for _, each in waiting] == ["event-1", "event-2", "event-3", "event-4"]
    await store.journey.rate({id_: Severity.NORMAL for id_, _ in waiting[:3]} | {waiting[3][0]: Severity.ALARM})
    assert await store.journey.unrated(10) == []
    first, *_ = await store.journey.claim(1, now, LEASE)
    assert first.event.event_id == "event-2"
    await store.journey.finish(handled(first, now))
    assert _numbers(await store.journey.claim(10, now, LEASE)) == ["event-4", "event-1", "event-3"]


async def test_rating_never_lowers(store: Store, now: datetime) -> None:
    """A second, calmer glance takes nothing back."""
    await store.journey.accept([event(1, "calm"), event(2, "hurt")], now)
    hurt = (await store.journey.unrated(10))[1][0]
    await store.journey.rate({hurt: Severity.ALARM})
    await store.journey.rate({hurt: Severity.NORMAL})
    assert _numbers(await store.journey.claim(1, now, LEASE)) == ["event-2"]


async def test_a_postponed_message_comes_back_after_its_delay(store: Store, now: datetime) -> None:
    """And holds its conversation back until then, for order's sake."""
    claimed = await one(store, now)
    await store.journey.accept([event(2)], now)
    await store.journey.postpone(claimed.inbound_id, now, timedelta(seconds=5))
    assert await store.journey.claim(10, now + timedelta(seconds=4), LEASE) == []
    (again,) = await store.journey.claim(10, now + timedelta(seconds=5), LEASE)
    assert (again.event.event_id, again.attempts) == ("event-1", 2)


async def test_an_expired_lease_is_taken_over(store: Store, now: datetime) -> None:
    """A dead worker's message goes to a living one by itself, and first in its conversation."""
    await one(store, now)
    await store.journey.accept([event(2)], now)
    assert await store.journey.claim(10, now + LEASE / 2, LEASE) == []
    assert _numbers(await store.journey.claim(10, now + LEASE, LEASE)) == ["event-1"]


async def test_a_restarted_worker_gets_its_own_messages_back_at_once(store: Store, now: datetime) -> None:
    """No citizen waits for a lease to run out after a restart."""
    await one(store, now)
    await store.journey.release(now)
    assert _numbers(await store.journey.claim(10, now, LEASE)) == ["event-1"]


async def test_release_leaves_other_workers_alone(store_url: str, keys: Keys, now: datetime) -> None:
    """Only what bears this worker's name is freed."""
    if store_url.startswith("sqlite"):
        return  # one process, one name
    first, second = [await Store.open(store_url, keys, worker=name) for name in ("a", "b")]
    await one(first, now)
    await second.journey.release(now)
    assert await second.journey.claim(10, now, LEASE) == []
    await first.close()
    await second.close()


async def test_a_message_with_two_histories_is_still_worked_on_once(store: Store, now: datetime) -> None:
    """When a later message is already in work, the earlier one, committed late, waits for it."""
    await store.journey.accept([event(1), event(2)], now)

    def lease_the_later(c: sa.Connection) -> None:
        later = sa.select(sa.func.max(inbound.c.id)).scalar_subquery()
        c.execute(sa.update(inbound).where(inbound.c.id == later).values(state=1, worker="x", due_at=now + LEASE))

    await store.write(lease_the_later)
    assert await store.journey.claim(10, now, LEASE) == []
    assert _numbers(await store.journey.claim(10, now + LEASE, LEASE)) == ["event-2"]


async def test_an_event_that_cannot_be_opened_is_set_aside(store: Store, now: datetime) -> None:
    """An altered row goes to quarantine; its conversation goes on."""
    await store.journey.accept([event(1), event(2)], now)

    def alter(c: sa.Connection) -> None:
        first = sa.select(sa.func.min(inbound.c.id)).scalar_subquery()
        c.execute(sa.update(inbound).where(inbound.c.id == first).values(payload=b"\x01" + b"altered" * 9))

    await store.write(alter)
    assert [each.event_id for _, each in await store.journey.unrated(10)] == ["event-2"]
    assert await store.journey.claim(10, now, LEASE) == []
    assert _numbers(await store.journey.claim(10, now, LEASE)) == ["event-2"]
    assert await store.read(lambda c: len(c.execute(sa.select(quarantine)).all())) == 1


async def test_the_backlog_counts_what_waits_and_how_long(store: Store, now: datetime) -> None:
    """Health turns red by these figures."""
    empty = await store.journey.backlog(now)
    assert (empty.pending, empty.oldest_seconds, empty.outbox, empty.quarantine) == (0, 0.0, 0, 0)
    await store.journey.accept([Event(ACCOUNT, "1", "a", b""), Event(ACCOUNT, "2", "b", b"")], now)
    full = await store.journey.backlog(now + timedelta(seconds=90))
    assert (full.pending, full.oldest_seconds) == (2, 90.0)
