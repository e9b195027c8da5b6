"""A colleague answered on the platform itself."""

from datetime import datetime, timedelta

import pytest

from bot.errors import Conflict
from bot.message import Author, Owner, Severity
from bot.store import Store, TakenOver, cases, users
from bot.store.cases import CaseState
from tests.store.letters import ACCOUNT, DANGER, LEASE, delivered, event, handled, one, talk


async def answers_outside(
    store: Store, now: datetime, number: int, text: str = "Wir kümmern uns.", platform_id: str = ""
) -> None:
    await store.journey.accept([event(number)], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    taken = TakenOver(claimed.inbound_id, ACCOUNT, "citizen", "messenger", "nrw-im", text, now, platform_id)
    await store.journey.taken_over(taken)


async def only_case(store: Store, now: datetime) -> cases.CaseView:
    user = await store.write(users.create, f"petra-{now}", "hash", "press", now)
    (case,) = await store.read(cases.open_cases, user)
    return case


async def test_the_words_stand_in_the_conversation_and_a_case_says_who_speaks(store: Store, now: datetime) -> None:
    """The bot is silent from then on, and nothing is sent out twice."""
    await talk(store, now)
    await answers_outside(store, now, 2)
    lines, owner, _ = await store.journey.transcript(ACCOUNT, "citizen", 0)
    assert (lines[-1].author, lines[-1].text, lines[-1].staff_name) == (Author.STAFF, "Wir kümmern uns.", "")
    assert lines[-1].delivery == ""
    assert owner is Owner.HUMAN
    case = await only_case(store, now)
    assert (case.state, case.reason, case.severity) == (CaseState.WAITING, "outside", Severity.NORMAL)
    assert (await store.journey.backlog(now)).pending == 0


async def test_what_another_of_our_processes_sent_is_no_colleagues_answer(store: Store, now: datetime) -> None:
    """Some platforms show our own messages again without saying whose they are; the id is known to all processes."""
    await talk(store, now)
    await delivered(store, now)
    await answers_outside(store, now, 2, "Guten Tag", "platform-1")
    lines, owner, _ = await store.journey.transcript(ACCOUNT, "citizen", 0)
    assert owner is Owner.BOT
    assert [line.author for line in lines] == [Author.CITIZEN, Author.BOT]
    await answers_outside(store, now, 3, "Guten Tag", "platform-77")
    assert (await store.journey.transcript(ACCOUNT, "citizen", 0))[1] is Owner.HUMAN


async def test_an_open_case_is_answered_by_it(store: Store, now: datetime) -> None:
    """There is one case, still an alarm, and it waits for the citizen."""
    await talk(store, now, case=DANGER)
    await answers_outside(store, now, 2)
    case = await only_case(store, now)
    assert (case.state, case.reason, case.severity) == (CaseState.WAITING, "danger", Severity.ALARM)


async def test_the_citizens_next_message_brings_the_case_back(store: Store, now: datetime) -> None:
    """Nobody in the inbox has it, so it is new for all."""
    await answers_outside(store, now, 1)
    await store.journey.finish(handled(await one(store, now, 2), now, owner=Owner.HUMAN))
    assert (await only_case(store, now)).state is CaseState.NEW


async def test_closing_the_case_hands_the_conversation_back(store: Store, now: datetime) -> None:
    """As with every case; a later answer outside opens the next."""
    await answers_outside(store, now, 1)
    case = await only_case(store, now)
    user = await store.write(users.create, "omar", "hash", "press", now)
    await store.write(cases.close, case.id, user, now)
    assert (await store.journey.transcript(ACCOUNT, "citizen", 0))[1] is Owner.BOT
    await answers_outside(store, now, 2)
    assert (await only_case(store, now + timedelta(seconds=1))).id != case.id


async def test_whoever_is_just_writing_is_told(store: Store, now: datetime) -> None:
    """A reply from the inbox meets the answer given outside as it meets a colleague's."""
    await talk(store, now, case=DANGER)
    case = await only_case(store, now)
    await answers_outside(store, now, 2)
    user = await store.write(users.create, "omar", "hash", "press", now)
    with pytest.raises(Conflict):
        await store.write(cases.reply, case.id, user, "Guten Tag", 2, now)


async def test_an_answer_that_was_being_made_is_not_given(store: Store, now: datetime) -> None:
    """The bot had claimed a message under its own ownership; then people took over."""
    await talk(store, now)
    await store.journey.accept([event(5, "")], now)
    (of_colleague,) = await store.journey.claim(1, now, LEASE)
    of_citizen = await one(store, now, 6)
    taken = TakenOver(of_colleague.inbound_id, ACCOUNT, "citizen", "messenger", "nrw-im", "Hallo", now)
    await store.journey.taken_over(taken)
    with pytest.raises(Conflict):
        await store.journey.finish(handled(of_citizen, now, owner=Owner.BOT))
