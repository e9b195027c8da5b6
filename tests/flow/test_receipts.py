"""Receipts and takeovers on their way through the worker."""

import pytest

from bot.answer.understanding import Understanding
from bot.errors import Refusal, SendError
from bot.flow.clock import utc_now
from bot.message import Author
from bot.store import Store
from bot.store.cases import CaseState, open_cases
from tests.flow.conftest import Postbox
from tests.flow.test_worker import _petra, at_work, idle


async def test_a_failure_reported_later_becomes_a_case(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """The platform took the answer and then could not deliver it."""
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
        await idle(store)
        failed = postbox.word(2, "a", fate="failed", outbox=postbox.sent["a"][-1].id, refusal="window_closed")
        await store.journey.accept([failed], utc_now())
    user = await store.write(_petra)
    assert [case.undelivered for case in await store.read(open_cases, user)] == [True]


@pytest.mark.parametrize("refusal", ["retry", "retry_all"])
async def test_a_passing_failure_reported_later_is_sent_again(
    store: Store, postbox: Postbox, understanding: Understanding, monkeypatch: pytest.MonkeyPatch, refusal: str
) -> None:
    """Once more, under the same id."""
    monkeypatch.setattr("bot.flow.worker.AGAIN_AFTER", utc_now() - utc_now())
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
        await idle(store)
        failed = postbox.word(2, "a", fate="failed", platform_id=f"p{postbox.sent['a'][-1].id}", refusal=refusal)
        await store.journey.accept([failed], utc_now())
    assert postbox.sent["a"][-1] == postbox.sent["a"][-2]


async def test_a_receipt_settles_a_lost_answer(store: Store, postbox: Postbox, understanding: Understanding) -> None:
    """The citizen hears it once, though the first call was never answered."""
    postbox.refusals["a"] = [SendError(Refusal.UNKNOWN_OUTCOME, retry_after=600)]
    await store.journey.accept([postbox.event(1, "a", "welche kanäle gibt es")], utc_now())
    async with at_work(store, postbox, understanding):
        while not (lost := [id_ for id_, refusal in await _waiting(store) if refusal == "unknown_outcome"]):
            pass
        await store.journey.accept([postbox.word(2, "a", fate="delivered", outbox=lost[0])], utc_now())
    assert lost[0] not in [sent.id for sent in postbox.sent["a"]]


async def _waiting(store: Store) -> list[tuple[int, str]]:
    import sqlalchemy as sa

    from bot.store.tables import outbox

    query = sa.select(outbox.c.id, outbox.c.refusal).where(outbox.c.state == 0)
    return await store.read(lambda c: [(row.id, row.refusal) for row in c.execute(query)])


async def test_a_receipt_is_no_message(store: Store, postbox: Postbox, understanding: Understanding) -> None:
    """Nothing is said, no conversation begins, nobody is called."""
    events = [postbox.word(number, "a", fate=fate, outbox=4711) for number, fate in enumerate(["read", "failed"], 1)]
    async with at_work(store, postbox, understanding):
        await store.journey.accept(events, utc_now())
    assert postbox.sent["a"] == []
    lines, _, _ = await store.journey.transcript(postbox.account, "a", 0)
    assert lines == []
    user = await store.write(_petra)
    assert await store.read(open_cases, user) == []


async def test_after_a_colleague_answered_elsewhere_only_danger_is_answered(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """The bot does not speak into it; the numbers come all the same, and the case is an alarm."""
    async with at_work(store, postbox, understanding):
        await store.journey.accept([postbox.word(1, "a", colleague="Guten Tag, hier ist Petra.")], utc_now())
        await store.journey.accept([postbox.event(2, "a", "welche kanäle gibt es")], utc_now())
        await idle(store)
        assert postbox.sent["a"] == []
        await store.journey.accept([postbox.event(3, "a", "es brennt bei uns")], utc_now())
    assert "112" in postbox.sent["a"][0].text
    lines, _, _ = await store.journey.transcript(postbox.account, "a", 0)
    assert (lines[0].author, lines[0].text) == (Author.STAFF, "Guten Tag, hier ist Petra.")
    user = await store.write(_petra)
    (case,) = await store.read(open_cases, user)
    assert (case.state, case.reason) == (CaseState.NEW, "danger")
