"""What a refusal leads to."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

import pytest

from bot.answer.understanding import Understanding
from bot.errors import Refusal, SendError
from bot.flow.backoff import wait_before
from bot.flow.clock import utc_now
from bot.flow.delivery import Delivery
from bot.flow.worker import Worker
from bot.message import Lane, Outbound
from bot.store import Store
from bot.store.cases import open_cases
from tests.flow.conftest import Postbox
from tests.flow.test_worker import _petra, at_work, idle


async def test_a_passing_refusal_is_tried_again(store: Store, postbox: Postbox, understanding: Understanding) -> None:
    """Two refusals, then it arrives, once."""
    postbox.refusals["a"] = [SendError(Refusal.RETRY, retry_after=0.01) for _ in range(2)]
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "es brennt bei uns")], utc_now())
    assert len(postbox.sent["a"]) == len({sent.id for sent in postbox.sent["a"]})
    assert "112" in postbox.sent["a"][0].text


@pytest.mark.parametrize(
    "refusal", [Refusal.WINDOW_CLOSED, Refusal.RECIPIENT_GONE, Refusal.REJECTED, Refusal.IDENTITY_CHANGED]
)
async def test_a_final_refusal_becomes_a_case(
    store: Store, postbox: Postbox, understanding: Understanding, refusal: Refusal
) -> None:
    """What cannot be delivered is not forgotten: people see it."""
    postbox.refusals["a"] = [SendError(refusal)]
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
    user = await store.write(_petra)
    assert [case.undelivered for case in await store.read(open_cases, user)] == [True]


async def test_a_lost_answer_is_repeated_once_and_then_shown_to_people(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """Nobody knows whether it arrived; an office hour is said twice at the most."""
    postbox.refusals["a"] = [SendError(Refusal.UNKNOWN_OUTCOME) for _ in range(2)]
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
    user = await store.write(_petra)
    assert [case.undelivered for case in await store.read(open_cases, user)] == [True]


async def test_a_moved_conversation_is_followed(store: Store, postbox: Postbox, understanding: Understanding) -> None:
    """The platform names a new address; the same message goes there."""
    postbox.refusals["a"] = [SendError(Refusal.RETRY, moved_to="b")]
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
    assert postbox.sent["b"][-1].text == "Instagram und WhatsApp."


async def test_one_refused_conversation_does_not_delay_another(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """A wait of ten minutes for one is no wait for the next."""
    postbox.refusals["a"] = [SendError(Refusal.RETRY, retry_after=600)]
    events = [postbox.event(1, "a", "welche kanäle gibt es"), postbox.event(2, "b", "welche kanäle gibt es")]
    async with asyncio.timeout(20), at_work(store, postbox, understanding, to_the_end=False):
        await store.journey.accept(events, utc_now())
        while len(postbox.sent["b"]) < 2:  # noqa: ASYNC110 - the other task does the work
            await asyncio.sleep(0.01)
    assert postbox.sent["a"] == []


async def test_a_fresh_process_has_one_ordinary_message_in_the_open(
    store: Store, postbox: Postbox, understanding: Understanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is in flight when a process dies is said twice, so it begins slowly; danger does not wait for that."""
    worker = Worker(store, {postbox.account: postbox}, lambda: understanding, utc_now)
    events = [postbox.event(number, f"p{number}", "welche kanäle gibt es") for number in range(5)]
    dangers = [postbox.event(10 + number, f"d{number}", "es brennt bei uns") for number in range(5)]
    await store.journey.accept([*events, *dangers], utc_now())
    in_the_open: Counter[Lane] = Counter()
    most: Counter[Lane] = Counter()
    plain_send = postbox.send

    async def watched(outbound: Outbound) -> str:
        in_the_open[outbound.lane] += 1
        most[outbound.lane] = max(most[outbound.lane], in_the_open[outbound.lane])
        for _ in range(10):
            await asyncio.sleep(0)
        in_the_open[outbound.lane] -= 1
        return await plain_send(outbound)

    monkeypatch.setattr(Postbox, "send", lambda _, outbound: watched(outbound))
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        working = tasks.create_task(worker.run())
        while (await store.journey.backlog(utc_now())).pending:  # noqa: ASYNC110 - the other task does the work
            await asyncio.sleep(0.01)
        worker.stop()
        await working
        moment = utc_now()  # time stands still: only ended calls open further places
        delivery = Delivery(store, {postbox.account: postbox}, lambda: moment)
        tasks.create_task(delivery.run())
        await idle(store)
        delivery.stop()
    assert most[Lane.ORDINARY] == 1
    assert most[Lane.EMERGENCY] > 1


@pytest.mark.parametrize("lane", list(Lane))
def test_waits_grow_and_keep_the_platforms_word(lane: Lane) -> None:
    """Never shorter than the platform asked, never longer than the lane allows."""
    chance = random.Random(1)
    waits = [wait_before(attempt, lane, None, chance) for attempt in range(1, 20)]
    assert max(waits) <= timedelta(seconds=15 if lane is Lane.EMERGENCY else 300)
    assert waits[0] < timedelta(seconds=3)
    assert wait_before(1, lane, 600, chance) >= timedelta(seconds=600)
