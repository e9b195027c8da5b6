"""What is in force is known at once, and without asking for it with every message."""

import asyncio
from datetime import datetime, timedelta

from bot.answer.understanding import Understanding
from bot.errors import StoreError
from bot.flow.bulletins import Bulletins
from bot.flow.clock import utc_now
from bot.flow.worker import Worker
from bot.message import Bulletin, Inbound, Kind
from bot.store import Claimed, Store, bulletins, users
from bot.store.bulletins import Draft
from tests.flow.conftest import Postbox

HOUR = timedelta(hours=1)


async def _put(store: Store, now: datetime, text: str = "Sturm") -> int:
    account = await store.read(users.by_name, "petra")
    petra = account.id if account else await store.write(users.create, "petra", "hash", "press", now)
    return await store.write(bulletins.put, Draft("nrw-im", {"de": text}, now, now + HOUR), petra, now)


async def test_a_change_is_heard_at_once(store: Store) -> None:
    """Put in force, ended: no wait for the next look."""
    known = Bulletins(store, utc_now)
    running = asyncio.ensure_future(known.run())
    await asyncio.sleep(0.05)
    assert known.standing() == ()
    id_ = await _put(store, utc_now())
    await _become(known, [id_])
    await store.write(bulletins.end, id_, 1, utc_now())
    await _become(known, [])
    running.cancel()


async def _become(known: Bulletins, ids: list[int]) -> None:
    async with asyncio.timeout(5):
        while [one.id for one in known.standing()] != ids:  # noqa: ASYNC110 - what is waited for is another's task
            await asyncio.sleep(0.01)


async def test_a_database_that_does_not_answer_takes_nothing_back(store: Store, now: datetime) -> None:
    """What was known stays known; it ends by itself."""
    known = Bulletins(store, lambda: now)
    await _put(store, now)
    await known.look()

    async def fails(*_: object) -> None:
        raise StoreError("gone")

    store.read = fails  # type: ignore[assignment]
    await known.look()
    assert len(known.standing()) == 1


def test_the_worker_hands_them_to_the_answer(postbox: Postbox, understanding: Understanding, now: datetime) -> None:
    """Without a question to the database: there is none here."""
    storm = Bulletin(1, 1, "nrw-im", {"de": "Sturm"}, now - HOUR, now + HOUR)
    worker = Worker(None, {"postbox": postbox}, lambda: understanding, lambda: now, lambda: (storm,))  # type: ignore[arg-type]
    event = postbox.event(1, "a", "wie erreiche ich die pressestelle")
    inbound = Inbound(Kind.TEXT, "a", "wie erreiche ich die pressestelle")
    outcome = worker.judge(Claimed(1, event, 1, now, None, None), inbound).outcome
    assert outcome is not None
    assert outcome.replies[-1].text == "Sturm\n\nDie Pressestelle: 0211 871-1111."
