import asyncio
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.message import Lane, Severity
from bot.store import Store, cases, users
from bot.store.tables import conversations, outbox
from tests.store.letters import ACCOUNT, LEASE, delivered, handled, one, reply, talk


async def test_replies_of_a_conversation_go_out_in_order_one_at_a_time(store: Store, now: datetime) -> None:
    """The second is not even offered while the first is on its way."""
    await store.journey.finish(handled(await one(store, now), now, reply("eins"), reply("zwei"), reply("drei")))
    (first,) = await store.journey.claim_outbox(10, now, LEASE)
    assert (first.outbound.text, first.outbound.address, first.attempt) == ("eins", "citizen", 1)
    assert await store.journey.claim_outbox(10, now, LEASE) == []
    await store.journey.sent(first.outbound.id, "p", now)
    assert await delivered(store, now) == ["zwei", "drei"]


async def test_an_emergency_overtakes_everything_also_in_its_own_conversation(store: Store, now: datetime) -> None:
    """Whatever queued before, the numbers go first."""
    await talk(store, now, 1, "other")
    urgent = handled(await one(store, now, 2), now, reply("Willkommen"), reply("110", Lane.EMERGENCY))
    await store.journey.finish(urgent)
    items = await store.journey.claim_outbox(1, now, LEASE)
    assert [item.outbound.text for item in items] == ["110"]
    assert items[0].outbound.lane is Lane.EMERGENCY
    await store.journey.retry(items[0].outbound.id, now, "retry")
    assert await delivered(store, now) == ["110", "Guten Tag", "Willkommen"]


async def test_an_emergency_does_not_wait_for_an_ordinary_reply_in_flight(store: Store, now: datetime) -> None:
    """A platform that hangs on one message must not hold back the numbers."""
    await talk(store, now, 1)
    assert len(await store.journey.claim_outbox(10, now, LEASE)) == 1
    await store.journey.finish(handled(await one(store, now, 2), now, reply("110", Lane.EMERGENCY)))
    assert [item.outbound.text for item in await store.journey.claim_outbox(10, now, LEASE)] == ["110"]


async def test_a_crash_while_sending_repeats_under_the_same_id(store: Store, now: datetime) -> None:
    """The id is the idempotency key where a platform takes one."""
    await talk(store, now)
    (first,) = await store.journey.claim_outbox(10, now, LEASE)
    (again,) = await store.journey.claim_outbox(10, now + LEASE, LEASE)
    assert (again.outbound.id, again.attempt) == (first.outbound.id, 2)
    await store.journey.release(now)
    (once_more,) = await store.journey.claim_outbox(10, now, LEASE)
    assert (once_more.outbound.id, once_more.attempt) == (first.outbound.id, 3)


async def test_concurrent_claims_hand_out_each_row_once(store: Store, now: datetime) -> None:
    """Any number of delivery loops, one attempt."""
    for number in range(12):
        await talk(store, now, number, f"citizen-{number}")
    claims = await asyncio.gather(*(store.journey.claim_outbox(3, now, LEASE) for _ in range(10)))
    ids = [item.outbound.id for items in claims for item in items]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) + len(await store.journey.claim_outbox(50, now, LEASE)) == 12


async def test_a_paused_account_is_left_alone(store: Store, now: datetime) -> None:
    """A platform that refuses the whole account stops nobody else."""
    await talk(store, now)
    assert await store.journey.claim_outbox(10, now, LEASE, paused={ACCOUNT}) == []
    assert len(await store.journey.claim_outbox(10, now, LEASE, paused={"telegram"})) == 1


async def test_a_retry_waits_and_holds_back_only_its_own_conversation(store: Store, now: datetime) -> None:
    """A throttled conversation never delays another's."""
    await store.journey.finish(handled(await one(store, now), now, reply("eins"), reply("zwei")))
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await store.journey.retry(item.outbound.id, now + timedelta(seconds=9), "retry")
    await talk(store, now, 2, "other")
    assert await delivered(store, now) == ["Guten Tag"]
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 1)
    assert [(line.delivery, line.refusal) for line in lines] == [("queued", "retry"), ("queued", "")]
    assert await delivered(store, now + timedelta(seconds=9)) == ["eins", "zwei"]


async def test_giving_up_opens_a_case_and_lets_the_next_reply_go(store: Store, now: datetime) -> None:
    """People see what did not arrive, and why."""
    user = await store.write(users.create, "petra", "hash", "press", now)
    await store.journey.finish(handled(await one(store, now), now, reply("eins"), reply("zwei")))
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await store.journey.give_up(item.outbound.id, "recipient_gone", now)
    await store.journey.give_up(item.outbound.id, "recipient_gone", now)
    (case,) = await store.read(cases.open_cases, user)
    assert (case.reason, case.undelivered, case.severity) == ("undelivered", True, Severity.RAISED)
    assert case.first_words == "eins"
    assert await delivered(store, now) == ["zwei"]
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 1)
    assert [(line.delivery, line.refusal) for line in lines] == [("given_up", "recipient_gone"), ("sent", "")]


async def test_an_undelivered_staff_reply_wakes_its_case(store: Store, now: datetime) -> None:
    """The case is not "waiting for the citizen" when the citizen never got the answer."""
    user = await store.write(users.create, "petra", "hash", "press", now)
    await store.journey.finish(handled(await one(store, now), now, reply("110", Lane.EMERGENCY)))
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await store.journey.give_up(item.outbound.id, "rejected", now)
    (case,) = await store.read(cases.open_cases, user)
    assert case.severity is Severity.ALARM
    await store.write(cases.reply, case.id, user, "Wir melden uns", 99, now)
    assert not (await store.read(cases.case, case.id, user)).undelivered
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await store.journey.give_up(item.outbound.id, "window_closed", now)
    after = await store.read(cases.case, case.id, user)
    assert (after.state, after.undelivered, after.severity) == (cases.CaseState.CLAIMED, True, Severity.ALARM)


async def test_a_moved_conversation_is_found_under_its_new_address(store: Store, now: datetime) -> None:
    """Replies go to the new address, and what comes from there belongs to the same person."""
    await talk(store, now)
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await store.journey.move(item.outbound.id, "new-home")
    (again,) = await store.journey.claim_outbox(10, now, LEASE)
    assert again.outbound.address == "new-home"
    assert (await one(store, now, 2, "new-home")).conversation_id == item.conversation_id


async def test_a_move_onto_a_known_address_keeps_both_conversations(store: Store, now: datetime) -> None:
    """Nothing is merged by machine; the reply still goes where the platform says."""
    await talk(store, now, 1, "old-home")
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await talk(store, now, 2, "new-home")
    await store.journey.move(item.outbound.id, "new-home")
    await store.journey.move(987, "nowhere")
    items = await store.journey.claim_outbox(10, now, LEASE)
    assert [each.outbound.address for each in items] == ["new-home", "new-home"]


async def test_what_was_sent_keeps_no_readable_platform_id(store: Store, now: datetime) -> None:
    """Platforms build telephone numbers into their message ids."""
    await talk(store, now)
    (item,) = await store.journey.claim_outbox(10, now, LEASE)
    await store.journey.sent(item.outbound.id, "wamid-49170123", now)
    (row,) = await store.read(lambda c: c.execute(sa.select(outbox)).all())
    assert row.sent_at == now
    assert "49170123" not in str(row)


async def test_an_address_that_cannot_be_opened_holds_back_nobody(store: Store, now: datetime) -> None:
    """An altered row is given up and shown to people; the others in the batch are sent."""
    user = await store.write(users.create, "petra", "hash", "press", now)
    await talk(store, now, 1, "altered")
    await talk(store, now, 2, "sound", text="Hallo")
    first = sa.select(sa.func.min(conversations.c.id)).scalar_subquery()
    change = sa.update(conversations).where(conversations.c.id == first).values(address=b"\x01" + b"altered" * 9)
    await store.write(lambda c: c.execute(change))
    assert await delivered(store, now) == ["Guten Tag"]
    (case,) = await store.read(cases.open_cases, user)
    assert case.undelivered
