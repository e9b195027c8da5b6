import asyncio
import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StoreBusy
from bot.message import Event
from bot.store import Keys, Store
from bot.store.groups import Group
from bot.store.tables import inbound
from tests.store.letters import ACCOUNT, LEASE, event, handled


async def _rows(store: Store) -> int:
    return await store.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(inbound)).scalar_one())


async def test_an_event_delivered_a_hundred_times_at_once_is_one_row(store: Store, now: datetime) -> None:
    """Platforms repeat what they are not sure of; the citizen gets one answer."""
    news = await asyncio.gather(*(store.journey.accept([event(1)], now) for _ in range(100)))
    assert sorted(news) == [0] * 99 + [1]
    assert await _rows(store) == 1


async def test_repeats_among_new_events_are_counted_apart(store: Store, now: datetime) -> None:
    """A platform's batch may hold old and new together."""
    assert await store.journey.accept([event(1), event(2)], now) == 2
    assert await store.journey.accept([event(2), event(3), event(3), event(4)], now) == 2
    assert await _rows(store) == 4


async def test_the_same_event_id_under_two_accounts_is_two_events(store: Store, now: datetime) -> None:
    """Ids are unique within an account only."""
    assert await store.journey.accept([event(1), replace(event(1), account="telegram")], now) == 2


async def test_a_repeat_after_the_answer_is_still_a_repeat(store: Store, now: datetime) -> None:
    """A captured delivery played back later leads to nothing."""
    await store.journey.accept([event(1)], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    await store.journey.finish(handled(claimed, now))
    assert await store.journey.accept([event(1)], now + timedelta(days=30)) == 0
    assert await store.journey.claim(1, now + timedelta(days=30), LEASE) == []


async def test_an_accepted_event_is_on_the_disk(tmp_path: Path, keys: Keys, now: datetime) -> None:
    """When accept returns, another connection to the same file sees the row."""
    file = tmp_path / "lotse.db"
    store = await Store.open(f"sqlite:///{file}", keys, worker="a")
    await store.journey.accept([event(1)], now)
    with sqlite3.connect(file) as other:
        assert other.execute("SELECT count(*) FROM inbound").fetchone() == (1,)
    other.close()
    await store.close()


async def test_an_event_that_cannot_be_stored_costs_only_itself(store: Store, now: datetime) -> None:
    """The events beside it in the same group commit are accepted."""
    broken = Event(ACCOUNT, "broken", "citizen", None)  # type: ignore[arg-type]
    results = await asyncio.gather(
        *(store.journey.accept([each], now) for each in (event(1), broken, event(2))), return_exceptions=True
    )
    assert [result if isinstance(result, int) else type(result) for result in results] == [1, TypeError, 1]
    assert await _rows(store) == 2


@pytest.mark.parametrize("text", ["\ud83d", "a\0b", "\ufffe", "äöü \u202e 🚑", "x" * 10_000])
async def test_any_id_and_address_survives_the_journey(store: Store, now: datetime, text: str) -> None:
    """Platforms' ids are strings, and strings from JSON can hold anything."""
    sent = Event(ACCOUNT, text, text, b"\x00\xff raw")
    await store.journey.accept([sent], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    assert claimed.event == sent


async def test_no_address_and_no_event_id_is_stored_in_the_clear(tmp_path: Path, keys: Keys, now: datetime) -> None:
    """Some platforms build the telephone number into both."""
    file = tmp_path / "lotse.db"
    store = await Store.open(f"sqlite:///{file}", keys, worker="a")
    await store.journey.accept([Event("whatsapp", "wamid-4917012345", "4917054321", b"+4917099999")], now)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    await store.close()
    assert b"49170" not in content


async def test_a_database_that_does_not_take_the_write_is_busy(tmp_path: Path, keys: Keys, now: datetime) -> None:
    """The door answers 503 and the platform tries again, instead of waiting for ever; afterwards all is well."""
    file = tmp_path / "lotse.db"
    store = await Store.open(f"sqlite:///{file}", keys, worker="a")
    store._database._raw.execute("PRAGMA busy_timeout=10")  # type: ignore[union-attr]
    backup = sqlite3.connect(file, isolation_level=None)
    backup.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await store.journey.accept([event(1)], now)
    backup.execute("ROLLBACK")
    backup.close()
    assert await store.journey.accept([event(1)], now) == 1
    await store.close()


async def test_a_batch_that_hangs_is_given_up_for_all_who_wait() -> None:
    """Who waits behind a write that hangs hears of it, and so does who comes while it hangs."""
    release = asyncio.Event()

    async def store_batch(items: object) -> list[int | Exception]:
        await release.wait()
        return [1]

    group: Group[int, int] = Group(store_batch, patience=0.01)
    async with asyncio.TaskGroup() as tasks:
        loop = tasks.create_task(group.run())
        first = tasks.create_task(_caught(group.add(1)))
        assert isinstance(await first, StoreBusy)
        assert isinstance(await _caught(group.add(2)), StoreBusy)
        release.set()
        await group.drained()
        assert await group.add(3) == 1
        loop.cancel()


async def _caught(waiting: object) -> object:
    try:
        return await waiting  # type: ignore[misc]
    except StoreBusy as error:
        return error


async def test_a_flood_is_refused_before_it_fills_the_memory() -> None:
    """Beyond a length nobody queues."""

    async def store_batch(items: object) -> list[int | Exception]:
        raise AssertionError("never reached")

    group: Group[int, int] = Group(store_batch, waiting=0)
    with pytest.raises(StoreBusy):
        await group.add(1)
