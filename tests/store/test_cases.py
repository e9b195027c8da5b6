import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.errors import Conflict, NotVisible
from bot.message import Author, Owner, Severity
from bot.store import Store, audit, cases, notes, sessions, users
from bot.store.cases import CaseState, CaseView
from bot.store.messages import conversation_messages
from tests.store.letters import ACCOUNT, DANGER, QUESTION, delivered, handled, one, reply, talk

Staff = Callable[[str], Awaitable[int]]


@pytest.fixture
def staff(store: Store, now: datetime) -> Staff:
    """Accounts by name."""

    async def create(name: str) -> int:
        return await store.write(users.create, name, "hash", "press", now)

    return create


async def _case(store: Store, now: datetime, user: int) -> CaseView:
    await talk(store, now, 1, case=QUESTION, text="Wo ist das Ministerium?")
    (found,) = await store.read(cases.open_cases, user)
    return found


async def test_fifty_people_claim_a_case_and_one_gets_it(store: Store, now: datetime, staff: Staff) -> None:
    """The others learn who was first."""
    people = [await staff(f"person {number}") for number in range(50)]
    case = await _case(store, now, people[0])
    results = await asyncio.gather(
        *(store.write(cases.claim, case.id, user, now) for user in people), return_exceptions=True
    )
    (winner,) = [result for result in results if isinstance(result, CaseView)]
    losers = [result for result in results if isinstance(result, Conflict)]
    assert len(losers) == 49
    assert {str(loser) for loser in losers} == {f"{winner.claimed_name} bearbeitet diese Anfrage."}
    assert (winner.state, winner.owner) == (CaseState.CLAIMED, Owner.HUMAN)


async def test_claiming_again_changes_nothing(store: Store, now: datetime, staff: Staff) -> None:
    """A second click on the same button is no event."""
    petra = await staff("petra")
    case = await _case(store, now, petra)
    first = await store.write(cases.claim, case.id, petra, now)
    assert await store.write(cases.claim, case.id, petra, now) == first


async def test_two_people_reply_at_once_and_the_citizen_gets_one_answer(
    store: Store, now: datetime, staff: Staff
) -> None:
    """The second is refused and nothing of it is stored."""
    petra, paul = await staff("petra"), await staff("paul")
    case = await _case(store, now, petra)
    await delivered(store, now)
    results = await asyncio.gather(
        store.write(cases.reply, case.id, petra, "Von Petra", 2, now),
        store.write(cases.reply, case.id, paul, "Von Paul", 2, now),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    assert len(await delivered(store, now)) == 1


async def test_a_reply_to_what_was_answered_meanwhile_is_refused(store: Store, now: datetime, staff: Staff) -> None:
    """Also one's own answer from another window."""
    petra = await staff("petra")
    case = await _case(store, now, petra)
    seq = await store.write(cases.reply, case.id, petra, "Die Antwort", 2, now)
    with pytest.raises(Conflict):
        await store.write(cases.reply, case.id, petra, "Noch eine", 2, now)
    await store.write(cases.reply, case.id, petra, "Mit Kenntnis der ersten", seq, now)


async def test_a_reply_is_message_outbox_row_audit_entry_and_claim(store: Store, now: datetime, staff: Staff) -> None:
    """All in one transaction; the citizen gets it through the channel."""
    petra = await staff("petra")
    case = await _case(store, now, petra)
    await delivered(store, now)
    seq = await store.write(cases.reply, case.id, petra, "Friedrichstraße \0 62", 2, now)
    after = await store.read(cases.case, case.id, petra)
    assert (after.state, after.claimed_name, after.owner) == (CaseState.WAITING, "petra", Owner.HUMAN)
    assert after.version > case.version
    last = (await store.read(conversation_messages, case.conversation_id))[-1]
    assert (last.seq, last.author, last.staff_name, last.delivery) == (seq, Author.STAFF, "petra", "queued")
    assert await delivered(store, now) == ["Friedrichstraße \ufffd 62"]
    assert (await store.read(conversation_messages, case.conversation_id, 2))[0].delivery == "sent"
    assert await store.read(audit.verify) is None


async def test_a_released_case_is_free_and_the_bot_stays_silent(store: Store, now: datetime, staff: Staff) -> None:
    """Only closing or handing back lets the bot speak again."""
    petra, paul = await staff("petra"), await staff("paul")
    case = await _case(store, now, petra)
    await store.write(cases.claim, case.id, petra, now)
    with pytest.raises(Conflict, match="petra"):
        await store.write(cases.release, case.id, paul, now)
    await store.write(cases.release, case.id, petra, now)
    free = await store.read(cases.case, case.id, paul)
    assert (free.state, free.claimed_by, free.owner) == (CaseState.NEW, None, Owner.HUMAN)
    await store.write(cases.claim, case.id, paul, now)


async def test_closing_gives_the_conversation_back_to_the_bot(store: Store, now: datetime, staff: Staff) -> None:
    """A citizen who writes after that is answered again, and may open a new case."""
    petra = await staff("petra")
    case = await _case(store, now, petra)
    await store.write(cases.claim, case.id, petra, now)
    await store.write(cases.close, case.id, petra, now)
    await store.write(cases.close, case.id, petra, now)
    claimed = await one(store, now, 2)
    assert claimed.conversation is not None
    assert (claimed.conversation.owner, claimed.conversation.has_case) == (Owner.BOT, False)
    await store.journey.finish(handled(claimed, now, case=QUESTION))
    (newer,) = await store.read(cases.open_cases, petra)
    assert newer.id != case.id
    with pytest.raises(Conflict, match=str(newer.id)):
        await store.write(cases.reopen, case.id, petra, now)


async def test_a_closed_case_can_be_reopened(store: Store, now: datetime, staff: Staff) -> None:
    """Then it is claimed by the one who did it, and nobody can reply to it before."""
    petra, paul = await staff("petra"), await staff("paul")
    case = await _case(store, now, petra)
    await store.write(cases.close, case.id, petra, now)
    for refused in (
        lambda c: cases.claim(c, case.id, petra, now),
        lambda c: cases.release(c, case.id, petra, now),
        lambda c: cases.reply(c, case.id, petra, "zu spät", 99, now),
        lambda c: cases.hand_back(c, case.id, petra, "zu spät", "de", now),
    ):
        with pytest.raises(Conflict, match="geschlossen"):
            await store.write(refused)
    assert [closed.id for closed in await store.read(cases.closed_cases, petra, 10)] == [case.id]
    await store.write(cases.reopen, case.id, paul, now)
    again = await store.read(cases.case, case.id, petra)
    assert (again.state, again.claimed_name, again.owner) == (CaseState.CLAIMED, "paul", Owner.HUMAN)
    with pytest.raises(Conflict, match="offen"):
        await store.write(cases.reopen, case.id, paul, now)


async def test_handing_back_tells_the_citizen_so(store: Store, now: datetime, staff: Staff) -> None:
    """The approved sentence goes out, the case is closed, the bot answers again."""
    petra = await staff("petra")
    case = await _case(store, now, petra)
    await delivered(store, now)
    await store.write(cases.hand_back, case.id, petra, "Jetzt antwortet wieder ein Programm.", "de", now)
    assert await delivered(store, now) == ["Jetzt antwortet wieder ein Programm."]
    after = await store.read(cases.case, case.id, petra)
    assert (after.state, after.owner) == (CaseState.CLOSED, Owner.BOT)


async def test_open_cases_show_danger_first_and_then_the_oldest(store: Store, now: datetime, staff: Staff) -> None:
    """The list's order is the order of work."""
    petra = await staff("petra")
    for minute, request in enumerate((QUESTION, DANGER, QUESTION, DANGER)):
        await talk(
            store, now + timedelta(minutes=minute), minute, f"citizen-{minute}", case=request, text=f"{minute}"
        )
    found = await store.read(cases.open_cases, petra)
    assert [view.first_words for view in found] == ["1", "3", "0", "2"]
    assert found[0].severity is Severity.ALARM
    assert await store.read(cases.counts) == {"new": 4, "claimed": 0, "waiting": 0, "alarm": 2}


async def test_first_words_are_cut(store: Store, now: datetime, staff: Staff) -> None:
    """A list is no place for a novel."""
    petra = await staff("petra")
    await talk(store, now, case=QUESTION, text="ä" * 5000)
    assert (await store.read(cases.open_cases, petra))[0].first_words == "ä" * 80


async def test_what_is_not_there_and_what_is_not_yours_look_the_same(
    store: Store, now: datetime, staff: Staff
) -> None:
    """A stranger and a locked-out colleague see nothing, and learn nothing."""
    petra, paul = await staff("petra"), await staff("paul")
    case = await _case(store, now, petra)
    await store.write(users.disable, paul, now)
    for case_id, user in ((case.id, paul), (case.id, 999), (999, petra)):
        for refused in (
            lambda c, i=case_id, u=user: cases.case(c, i, u),
            lambda c, i=case_id, u=user: cases.claim(c, i, u, now),
            lambda c, i=case_id, u=user: cases.reply(c, i, u, "Text", 99, now),
            lambda c, i=case_id, u=user: notes.add(c, i, u, "Notiz", now),
            lambda c, i=case_id, u=user: notes.of_case(c, i, u),
        ):
            with pytest.raises(NotVisible):
                await store.write(refused)
    for lists in (lambda c: cases.open_cases(c, paul), lambda c: cases.closed_cases(c, paul, 9)):
        with pytest.raises(NotVisible):
            await store.read(lists)


async def test_notes_stay_inside(store: Store, now: datetime, staff: Staff) -> None:
    """Colleagues read them in order; they are no message."""
    petra, paul = await staff("petra"), await staff("paul")
    case = await _case(store, now, petra)
    await store.write(notes.add, case.id, petra, "Bitte \ud800 prüfen", now)
    await store.write(notes.add, case.id, paul, "Erledigt", now)
    found = await store.read(notes.of_case, case.id, petra)
    assert [(note.author_name, note.text) for note in found] == [
        ("petra", "Bitte \ufffd prüfen"),
        ("paul", "Erledigt"),
    ]
    assert len(await store.read(conversation_messages, case.conversation_id)) == 2


async def test_a_disabled_colleague_leaves_nothing_locked(store: Store, now: datetime, staff: Staff) -> None:
    """Claims are free again and every session has ended."""
    petra, paul = await staff("petra"), await staff("paul")
    case = await _case(store, now, petra)
    await store.write(cases.claim, case.id, petra, now)
    await store.write(sessions.create, b"token", petra, now)
    await store.write(users.disable, petra, now)
    assert (await store.write(cases.claim, case.id, paul, now)).claimed_name == "paul"
    await store.write(users.enable, petra)
    day = timedelta(days=1)
    assert await store.read(sessions.current, b"token", now, day, day) is None


async def test_case_changes_ring(store: Store, now: datetime, staff: Staff) -> None:
    """The inbox and the citizen's page hear of a reply after its commit, and of nothing when it was refused."""
    petra = await staff("petra")
    case = await _case(store, now, petra)
    lookup = store.journey._keys.lookup(ACCOUNT, "citizen").hex()
    with store.bell.listen("cases") as inbox, store.bell.listen(f"conversation:{lookup}") as page:
        await store.write(cases.reply, case.id, petra, "Gern", 99, now)
        assert await inbox.wait(0)
        assert await page.wait(0)
        with pytest.raises(Conflict):
            await store.write(cases.reply, case.id, petra, "Zu spät", 0, now)
        assert not await inbox.wait(0)


async def test_a_case_of_an_emergency_keeps_its_words_after_more_replies(
    store: Store, now: datetime, staff: Staff
) -> None:
    """First words are those of the message that made it a case."""
    petra = await staff("petra")
    await talk(store, now, 1, text="Hallo")
    await store.journey.finish(handled(await one(store, now, 2), now, reply(), reply(), text="Hilfe!", case=DANGER))
    await talk(store, now, 3, text="Danke")
    assert (await store.read(cases.open_cases, petra))[0].first_words == "Hilfe!"
