"""From a stored event to a stored answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.answer.understanding import Understanding
from bot.flow.clock import utc_now
from bot.flow.delivery import Delivery
from bot.flow.worker import Worker
from bot.store import Store
from bot.store.cases import open_cases
from tests.flow.conftest import Postbox


@asynccontextmanager
async def at_work(
    store: Store, postbox: Postbox, understanding: Understanding | None, *, to_the_end: bool = True
) -> AsyncIterator[None]:
    """Worker and delivery running; on leaving nothing waits any more, unless that is not asked for."""
    channels = {postbox.account: postbox}
    worker = Worker(store, channels, lambda: understanding, utc_now)
    delivery = Delivery(store, channels, utc_now)
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(worker.run())
        tasks.create_task(delivery.run())
        yield
        if to_the_end:
            await idle(store)
        worker.stop()
        await working
        delivery.stop()


async def idle(store: Store) -> None:
    """Until nothing waits in either queue."""
    async with asyncio.timeout(20):
        while True:
            backlog = await store.journey.backlog(utc_now())
            if backlog.pending == 0 and backlog.outbox == 0:
                return
            await asyncio.sleep(0.02)


async def test_a_question_is_answered_after_the_notice(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """First contact: who is speaking, then the fact."""
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "wie erreiche ich die pressestelle")], utc_now())
    assert [reply.text.split(":")[0] for reply in postbox.sent["a"]] == ["notice.first", "Die Pressestelle"]


async def test_messages_of_one_person_are_answered_in_order(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """Twenty people, five messages each, all at once: everybody's answers keep their order."""
    texts = ["wie erreiche ich die pressestelle", "habt ihr einen whatsapp kanal"] * 3
    events = [
        postbox.event(100 * person + turn, f"p{person}", texts[turn]) for turn in range(5) for person in range(20)
    ]
    async with at_work(store, postbox, understanding):
        await store.journey.accept(events, utc_now())
    expected = ["Die Pressestelle: 0211 871-1111.", "Instagram und WhatsApp."] * 3
    for person in range(20):
        answers = [sent.text for sent in postbox.sent[f"p{person}"] if not sent.text.startswith("notice")]
        assert answers == expected[:5]


async def test_danger_overtakes_a_backlog(store: Store, postbox: Postbox, understanding: Understanding) -> None:
    """Among a thousand waiting messages the dangerous one is not the last to be answered."""
    waiting = [postbox.event(number, f"p{number}", "welche kanäle gibt es") for number in range(1000)]
    await store.journey.accept(waiting, utc_now())
    await store.journey.accept([postbox.event(5000, "danger", "es brennt bei uns")], utc_now())
    before: list[int] = []
    plain_send = postbox.send

    async def counting(outbound: object) -> str:
        if not before and getattr(outbound, "address", "") == "danger":
            before.append(len(postbox.sent))
        return await plain_send(outbound)  # type: ignore[arg-type]

    postbox.send = counting  # type: ignore[method-assign]
    async with at_work(store, postbox, understanding):
        pass
    assert before
    assert before[0] < 600


async def test_a_message_nobody_can_handle_gets_the_safe_reply_and_a_case(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """After five failures: 110/112 to the citizen, the bytes to quarantine, a case to the press office."""
    event = postbox.event(1, "a", "wie erreiche ich die pressestelle")
    await store.journey.accept([event], utc_now())
    postbox.broken = True
    async with at_work(store, postbox, understanding):
        pass
    assert "112" in postbox.sent["a"][0].text
    assert (await store.journey.backlog(utc_now())).quarantine == 1


async def test_a_poisoned_message_does_not_hold_up_others(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """An unreadable event is set aside; the queue behind it moves."""
    poison = postbox.event(1, "a", "")
    events = [type(poison)(poison.account, "1", "a", b"{"), postbox.event(2, "b", "welche kanäle gibt es")]
    async with at_work(store, postbox, understanding):
        await store.journey.accept(events, utc_now())
    assert "112" in postbox.sent["a"][0].text
    assert postbox.sent["b"][-1].text == "Instagram und WhatsApp."


async def test_without_any_content_everybody_hears_the_numbers(store: Store, postbox: Postbox) -> None:
    """The day content fails the built-in reply stands."""
    async with at_work(store, postbox, None):
        await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
    assert "110" in postbox.sent["a"][0].text
    assert "112" in postbox.sent["a"][0].text


async def test_an_event_without_an_answer_is_simply_done(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """Receipts and echoes leave the queue without a word."""
    event = postbox.event(1, "a", "x")
    async with at_work(store, postbox, understanding):
        await store.journey.accept([type(event)(event.account, "1", "a", b"{}")], utc_now())
    assert postbox.sent["a"] == []


async def test_what_was_not_understood_becomes_a_case(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """A person sees it; nobody falls between the chairs."""
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "qwertz asdfgh yxcvb poiuz")], utc_now())
    user = await store.write(_petra)
    assert [case.pseudonym != "" for case in await store.read(open_cases, user)] == [True]


def _petra(connection: object) -> int:
    from bot.store import users

    return users.create(connection, "petra", "hash", "press", utc_now())  # type: ignore[arg-type]
