"""What happens without a message."""

import asyncio
from datetime import timedelta

from bot.answer.understanding import Understanding
from bot.flow.clock import utc_now
from bot.flow.housekeeping import Housekeeping
from bot.store import Store, content_versions, conversation_topic
from tests.flow.conftest import Postbox
from tests.flow.test_worker import at_work


async def test_what_shall_disappear_does(store: Store, postbox: Postbox, understanding: Understanding) -> None:
    """Question and answer, soon after the citizen's time, and whoever looks at them is told."""
    async with at_work(store, postbox, understanding):
        whispered = postbox.event(1, "a", "welche kanäle gibt es", expires=60)
        await store.journey.accept([whispered], utc_now())
    assert postbox.sent["a"]
    housekeeping = Housekeeping(store, lambda: utc_now() + timedelta(minutes=2))
    topic = conversation_topic(store.journey._keys.lookup(postbox.account, "a"))
    async with asyncio.TaskGroup() as tasks:
        with store.bell.listen(topic) as ring:
            tasks.create_task(housekeeping.run())
            assert await ring.wait(10)
        housekeeping.stop()
    assert (await store.journey.transcript(postbox.account, "a", 0))[0] == []


async def test_which_content_answers_is_noted(store: Store) -> None:
    """So that it can be told later what was said by which texts."""
    housekeeping = Housekeeping(store, utc_now, lambda: "v7")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(housekeeping.run())
        async with asyncio.timeout(10):
            while not (noted := await store.read(content_versions.newest)):  # noqa: ASYNC110 - the other task works
                await asyncio.sleep(0.01)
        housekeeping.stop()
    assert [one.name for one in noted] == ["v7"]
