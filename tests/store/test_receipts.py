"""What a platform reports of our messages afterwards."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.message import Lane, Severity
from bot.store import OutboxItem, Settlement, Store, cases, users
from tests.store.letters import ACCOUNT, LEASE, delivered, event, handled, one, reply, talk


async def reported(store: Store, now: datetime, number: int, fate: str, **changes: object) -> None:
    """The platform reports; the report is claimed and settled as the worker does."""
    await store.journey.accept([event(number, "")], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    told = Settlement(claimed.inbound_id, ACCOUNT, fate, 0, "", "", None, now)
    await store.journey.settle(replace(told, **changes))  # type: ignore[arg-type]


async def on_its_way(store: Store, now: datetime) -> OutboxItem:
    """A reply that is just being sent."""
    await talk(store, now)
    (item,) = await store.journey.claim_outbox(1, now, LEASE)
    return item


async def last(store: Store) -> tuple[str, str, str]:
    """Delivery, fate and refusal of the last message."""
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 0)
    return lines[-1].delivery, lines[-1].fate, lines[-1].refusal


async def open_cases(store: Store, now: datetime) -> list[cases.CaseView]:
    user = await store.write(users.create, f"petra-{now}", "hash", "press", now)
    return await store.read(cases.open_cases, user)


async def test_delivered_and_read_are_shown_and_never_go_back(store: Store, now: datetime) -> None:
    """Out of order and twice: read stays read."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "p1", now)
    for number, fate in enumerate(["sent", "delivered", "read", "delivered", "sent", "read"], 10):
        await reported(store, now, number, fate, platform_id="p1")
    assert await last(store) == ("sent", "read", "")
    assert (await store.journey.backlog(now)).pending == 0
    assert await open_cases(store, now) == []


async def test_what_the_platform_could_not_deliver_after_all_is_shown_to_people(store: Store, now: datetime) -> None:
    """As if it had refused at once; told twice it is one case, and a closed one stays closed."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "p1", now)
    for number in (10, 11):
        await reported(store, now, number, "failed", outbox_id=item.outbound.id, refusal="window_closed")
    assert await last(store) == ("given_up", "", "window_closed")
    (case,) = await open_cases(store, now)
    assert (case.reason, case.undelivered, case.severity) == ("undelivered", True, Severity.RAISED)
    user = await store.write(users.create, "omar", "hash", "press", now)
    await store.write(cases.close, case.id, user, now)
    await reported(store, now, 12, "failed", outbox_id=item.outbound.id, refusal="window_closed")
    await reported(store, now, 13, "delivered", outbox_id=item.outbound.id)
    assert await store.read(cases.open_cases, user) == []


async def test_an_emergency_answer_that_failed_is_an_alarm(store: Store, now: datetime) -> None:
    """Somebody in danger has not heard the numbers."""
    await store.journey.finish(handled(await one(store, now), now, reply("110", Lane.EMERGENCY)))
    (item,) = await store.journey.claim_outbox(1, now, LEASE)
    await store.journey.sent(item.outbound.id, "p1", now)
    await reported(store, now, 10, "failed", platform_id="p1", refusal="recipient_gone")
    assert [case.severity for case in await open_cases(store, now)] == [Severity.ALARM]


async def test_a_passing_failure_queues_it_once_more_and_only_once(store: Store, now: datetime) -> None:
    """The second time people are told; the citizen is not written to for ever."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "p1", now)
    later = now + timedelta(seconds=5)
    again = {"outbox_id": item.outbound.id, "refusal": "retry", "again_at": later}
    await reported(store, now, 10, "failed", **again)
    await reported(store, now, 11, "failed", **again)
    assert await store.journey.claim_outbox(1, now, LEASE) == []
    assert await delivered(store, later) == ["Guten Tag"]
    assert await open_cases(store, now) == []
    await reported(store, later, 12, "delivered", outbox_id=item.outbound.id)
    await reported(store, later, 13, "failed", **again)
    assert await delivered(store, later + LEASE) == []
    assert [case.undelivered for case in await open_cases(store, later)] == [True]


async def test_a_late_word_on_the_first_attempt_does_not_stop_the_second(store: Store, now: datetime) -> None:
    """Failed, queued again, and only then comes "sent" of the first attempt."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "p1", now)
    await reported(store, now, 10, "failed", outbox_id=item.outbound.id, refusal="retry", again_at=now)
    await reported(store, now, 11, "sent", outbox_id=item.outbound.id)
    assert await delivered(store, now) == ["Guten Tag"]


async def test_a_failure_that_is_quicker_than_the_call_is_not_lost(store: Store, now: datetime) -> None:
    """The status comes first, then the call returns as if all were well."""
    item = await on_its_way(store, now)
    await reported(store, now, 10, "failed", outbox_id=item.outbound.id, refusal="rejected")
    await store.journey.sent(item.outbound.id, "p1", now)
    assert await last(store) == ("given_up", "", "rejected")


async def test_a_passing_failure_that_is_quicker_than_the_call_is_repeated(store: Store, now: datetime) -> None:
    """The returning call must not mark as sent what waits to be sent once more."""
    item = await on_its_way(store, now)
    await reported(store, now, 10, "failed", outbox_id=item.outbound.id, refusal="retry", again_at=now)
    await store.journey.sent(item.outbound.id, "p1", now)
    assert await delivered(store, now) == ["Guten Tag"]


@pytest.mark.parametrize("fate", ["sent", "delivered", "read"])
async def test_an_unknown_outcome_is_settled_and_not_repeated(store: Store, now: datetime, fate: str) -> None:
    """The answer to the call was lost; the status says it arrived."""
    item = await on_its_way(store, now)
    await store.journey.retry(item.outbound.id, now + LEASE, "unknown_outcome")
    await reported(store, now, 10, fate, outbox_id=item.outbound.id)
    assert await last(store) == ("sent", fate, "")
    assert await delivered(store, now + LEASE) == []


@pytest.mark.parametrize("give_up", [False, True])
async def test_a_status_before_the_lost_answer_settles_it_too(store: Store, now: datetime, *, give_up: bool) -> None:
    """First "delivered", then the call runs into its time limit."""
    item = await on_its_way(store, now)
    await reported(store, now, 10, "delivered", outbox_id=item.outbound.id)
    assert (await last(store))[0] == "sending"
    if give_up:
        await store.journey.give_up(item.outbound.id, "unknown_outcome", now)
    else:
        await store.journey.retry(item.outbound.id, now, "unknown_outcome")
    assert await last(store) == ("sent", "delivered", "")
    assert await delivered(store, now + LEASE) == []
    assert await open_cases(store, now) == []


async def test_a_status_does_not_hide_that_a_part_was_refused(store: Store, now: datetime) -> None:
    """The first part of a long text arrived, the call failed for the second: it is tried again."""
    item = await on_its_way(store, now)
    await reported(store, now, 10, "delivered", outbox_id=item.outbound.id)
    await store.journey.retry(item.outbound.id, now, "retry")
    assert await delivered(store, now) == ["Guten Tag"]


async def test_another_account_settles_nothing(store: Store, now: datetime) -> None:
    """Whoever signs for one account speaks for no other, by either id."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "p1", now)
    await reported(store, now, 10, "failed", account="other", outbox_id=item.outbound.id)
    await reported(store, now, 11, "failed", account="other", platform_id="p1")
    assert await last(store) == ("sent", "", "")


@pytest.mark.parametrize("outbox_id", [0, -1, 999, 2**63, 2**80])
async def test_an_unknown_id_is_no_error(store: Store, now: datetime, outbox_id: int) -> None:
    """However strange; and nothing comes of it."""
    await reported(store, now, 10, "failed", outbox_id=outbox_id)
    await reported(store, now, 11, "read", outbox_id=outbox_id, platform_id="p-unknown")
    backlog = await store.journey.backlog(now)
    assert (backlog.pending, backlog.quarantine) == (0, 0)
    assert await open_cases(store, now) == []


async def test_a_message_without_platform_id_is_not_found_by_no_id(store: Store, now: datetime) -> None:
    """Where a platform names no id, a report without one means nobody."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "", now)
    await reported(store, now, 10, "failed")
    assert await last(store) == ("sent", "", "")


async def test_many_reports_at_once_are_taken_in_their_order(store: Store, now: datetime) -> None:
    """Of one message and of several, by either id, known and unknown, in one commit."""
    for number in range(1, 7):
        await talk(store, now, number, f"citizen-{number}")
    items = await store.journey.claim_outbox(10, now, LEASE)
    for item in items:
        await store.journey.sent(item.outbound.id, f"p{item.outbound.id}", now)
    told = [
        (fate, by, item.outbound.id)
        for fate, by in (("delivered", "id"), ("read", "key"), ("sent", "id"))
        for item in items
    ]
    told += [("failed", "key", items[0].outbound.id), ("delivered", "id", items[0].outbound.id), ("read", "id", 4711)]
    await store.journey.accept([event(100 + number, "") for number in range(len(told))], now)
    claimed = await store.journey.claim(len(told), now, LEASE)
    await asyncio.gather(
        *(
            store.journey.settle(
                Settlement(
                    one.inbound_id,
                    ACCOUNT,
                    fate,
                    id_ if by == "id" else 0,
                    f"p{id_}" if by == "key" else "",
                    "rejected",
                    None,
                    now,
                )
            )
            for one, (fate, by, id_) in zip(claimed, told, strict=True)
        )
    )
    states = []
    for item in items:
        lines, _, _ = await store.journey.transcript(ACCOUNT, item.outbound.address, 0)
        states.append((lines[-1].delivery, lines[-1].fate))
    assert states == [("given_up", "read")] + [("sent", "read")] * 5
    assert len(await open_cases(store, now)) == 1
    assert (await store.journey.backlog(now)).pending == 0


async def test_a_report_that_another_worker_took_over_changes_nothing(store: Store, now: datetime) -> None:
    """Its lease ran out; who has it now settles it."""
    item = await on_its_way(store, now)
    await store.journey.sent(item.outbound.id, "p1", now)
    await store.journey.accept([event(10, "")], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    await store.journey.postpone(claimed.inbound_id, now, timedelta())
    await store.journey.settle(Settlement(claimed.inbound_id, ACCOUNT, "read", 0, "p1", "", None, now))
    assert await last(store) == ("sent", "", "")
    assert (await store.journey.backlog(now)).pending == 1
