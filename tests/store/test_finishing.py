import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.errors import Conflict, StoreError
from bot.message import (
    Author,
    CaseRequest,
    Choice,
    Dialogue,
    Inbound,
    Kind,
    Lane,
    Level,
    Owner,
    Reason,
    Said,
    Severity,
)
from bot.store import Claimed, Handled, Quarantine, Store, cases, quarantine, users
from bot.store import rows as store_rows
from bot.store.messages import conversation_messages
from bot.store.tables import conversations, inbound, messages
from tests.store.letters import ACCOUNT, DANGER, LEASE, QUESTION, event, handled, one, outcome, reply, talk


async def test_everything_that_follows_from_a_message_is_stored_together(store: Store, now: datetime) -> None:
    """Words, reasons, replies, dialogue and case, in order and as they were."""
    claimed = await one(store, now)
    dialogue = Dialogue(language="uk", pending=(Choice("i:a", "Так"),), recent=(Said(now, "ой"),), alarmed_at=now)
    reasons = (Reason("lexicon", "Das Wort „Messer“ steht für Gefahr.", "Messer"),)
    replies = (
        reply("Willkommen"),
        replace(reply("Rufen Sie 110 an", Lane.EMERGENCY), choices=(Choice("i:b", "Ja"), Choice("i:c", "Nein"))),
    )
    result = outcome(
        *replies, level=Level.ACUTE, dialogue=dialogue, language="uk", case=DANGER, intent="danger", reasons=reasons
    )
    later = now + timedelta(seconds=1)
    await store.journey.finish(handled(claimed, later, text="ніж", outcome=result))

    lines, owner, working = await store.journey.transcript(ACCOUNT, "citizen", 0)
    assert [(line.seq, line.author, line.text, line.alert) for line in lines] == [
        (1, Author.CITIZEN, "ніж", False),
        (2, Author.BOT, "Willkommen", False),
        (3, Author.BOT, "Rufen Sie 110 an", True),
    ]
    assert (lines[0].intent, lines[0].level, lines[0].reasons) == ("danger", "acute", reasons)
    assert (lines[0].at, lines[1].at) == (now, later)
    assert [choice.label for choice in lines[2].choices] == ["Ja", "Nein"]
    assert [line.delivery for line in lines] == ["", "queued", "queued"]
    assert (owner, working) == (Owner.BOT, False)

    again = await one(store, now, 2)
    assert again.conversation is not None
    assert again.conversation.dialogue == dialogue
    assert (again.conversation.channel, again.conversation.authority) == ("webchat", "nrw-im")
    assert again.conversation.has_case


async def test_the_first_contact_has_no_conversation(store: Store, now: datetime) -> None:
    """The answer can tell a newcomer from somebody it knows."""
    assert (await one(store, now)).conversation is None


async def test_a_handled_message_keeps_no_raw_event(store: Store, now: datetime) -> None:
    """What was read is stored as text with a date to forget it; the platform's bytes are not kept besides."""
    await talk(store, now)
    assert await store.read(lambda c: c.execute(sa.select(inbound.c.payload)).scalars().all()) == [None]


async def test_sequence_numbers_run_on_without_gaps(store: Store, now: datetime) -> None:
    """They are the resume point of the citizen's page."""
    await talk(store, now, 1)
    await talk(store, now, 2)
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 1)
    assert [line.seq for line in lines] == [2, 3, 4]


async def test_a_transcript_says_that_an_answer_is_on_its_way(store: Store, now: datetime) -> None:
    """Also for somebody who has no conversation yet; and nothing of it is anybody else's."""
    await store.journey.accept([event(1)], now)
    assert await store.journey.transcript(ACCOUNT, "citizen", 0) == ([], Owner.BOT, True)
    assert await store.journey.transcript(ACCOUNT, "stranger", 0) == ([], Owner.BOT, False)


async def test_a_second_finish_stores_nothing(store: Store, now: datetime) -> None:
    """Also not a hundred at once: one message, one reply."""
    done = handled(await one(store, now), now)
    await asyncio.gather(*(store.journey.finish(done) for _ in range(100)))
    assert len((await store.journey.transcript(ACCOUNT, "citizen", 0))[0]) == 2


async def test_who_lost_the_lease_stores_nothing(store: Store, now: datetime) -> None:
    """The one who took over answers, and only that one."""
    slow = await one(store, now)
    await store.journey.postpone(slow.inbound_id, now, timedelta())
    await store.journey.finish(handled(slow, now))
    assert (await store.journey.transcript(ACCOUNT, "citizen", 0))[0] == []
    assert len(await store.journey.claim(1, now, LEASE)) == 1


async def test_a_row_that_cannot_be_stored_costs_only_itself(store: Store, now: datetime) -> None:
    """Its neighbours in the batch are committed; the error names no words of the citizen."""
    await store.journey.accept([event(n, f"citizen-{n}") for n in range(5)], now)
    batch = [handled(claimed, now, text="Geheimes") for claimed in await store.journey.claim(5, now, LEASE)]
    wrong = outcome(reply(), case=CaseRequest(99, "impossible"))  # type: ignore[arg-type]
    batch[2] = replace(batch[2], outcome=wrong)
    results = await asyncio.gather(*map(store.journey.finish, batch), return_exceptions=True)
    assert [result for result in results if result is not None] == [results[2]]
    assert isinstance(results[2], StoreError)
    assert "Geheimes" not in str(results[2])
    backlog = await store.journey.backlog(now)
    assert (backlog.pending, backlog.outbox) == (1, 4)


async def test_two_messages_of_one_conversation_fit_into_one_batch(store: Store, now: datetime) -> None:
    """Should it ever come to that, both are stored."""
    await store.journey.accept([event(1), event(2)], now)

    def lease_both(c: sa.Connection) -> None:
        # The index forbids it; as a takeover in flight would, the second gets its lease after the first.
        c.execute(sa.text("DROP INDEX uq_inbound_leased"))
        c.execute(sa.update(inbound).values(state=1, worker="test"))

    await store.write(lease_both)
    both = [Claimed(number, event(number), 1, now, None, None) for number in (1, 2)]
    await asyncio.gather(*(store.journey.finish(handled(each, now)) for each in both))
    assert len((await store.journey.transcript(ACCOUNT, "citizen", 0))[0]) == 4
    (index,) = [index for index in inbound.indexes if index.name == "uq_inbound_leased"]
    await store.write(index.create)


@pytest.mark.parametrize("text", ["lone \ud83d surrogate", "NUL \0 inside", "not \uffff a character"])
async def test_text_that_no_database_keeps_is_stored_cleaned(store: Store, now: datetime, text: str) -> None:
    """In words, dialogue, reasons, choices and errors alike; a citizen's odd bytes never stop an answer."""
    said = Dialogue(recent=(Said(now, text),), pending=(Choice(text, text),))
    replies = replace(reply(text), choices=(Choice(text, text),))
    result = outcome(replies, dialogue=said, reasons=(Reason("code", text, text),))
    claimed = await one(store, now)
    await store.journey.finish(handled(claimed, now, text=text, outcome=result, quarantine=Quarantine(text)))
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 0)
    clean = text.replace("\ud83d", "\ufffd").replace("\0", "\ufffd").replace("\uffff", "\ufffd")
    assert [line.text for line in lines] == [clean, clean]
    assert (lines[1].choices[0].label, lines[0].reasons[0].evidence) == (clean, clean)
    again = await one(store, now, 2)
    assert again.conversation is not None
    assert again.conversation.dialogue.recent[0].text == clean


@pytest.mark.parametrize("text", ["\u202eevil", "e" + "\u0301" * 10_000, "👩‍👩‍👧", "a\r\nb\tc"])
async def test_text_that_is_only_odd_is_kept_as_it_is(store: Store, now: datetime, text: str) -> None:
    """Showing it safely is the pages' business."""
    await talk(store, now, text=text)
    assert (await store.journey.transcript(ACCOUNT, "citizen", 0))[0][0].text == text


async def test_an_unreadable_event_goes_to_quarantine_with_its_bytes(store: Store, now: datetime) -> None:
    """A developer can open it; the queue behind it moves on."""
    await store.journey.accept([event(1, "", b"\xff not json")], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    unread = handled(claimed, now, inbound=None, outcome=None, quarantine=Quarantine("UnreadableEvent telegram"))
    await store.journey.finish(unread)
    (entry,) = await store.read(quarantine.entries)
    kept = await store.read(quarantine.event, entry.id)
    assert kept is not None
    assert (entry.error, kept.payload) == ("UnreadableEvent telegram", b"\xff not json")
    assert (await store.journey.backlog(now)).quarantine == 1


async def test_an_event_that_needs_no_answer_makes_no_conversation(store: Store, now: datetime) -> None:
    """Echoes and receipts pass without a trace."""
    await store.journey.finish(handled(await one(store, now), now, inbound=None, outcome=None))
    assert await store.read(lambda c: c.execute(sa.select(conversations)).all()) == []
    assert (await store.journey.backlog(now)).pending == 0


async def test_one_case_per_conversation_which_only_rises(store: Store, now: datetime) -> None:
    """A second request raises the open case; a calmer one lowers nothing."""
    user = await store.write(users.create, "petra", "hash", "press", now)
    await talk(store, now, 1, case=QUESTION, text="Wie bitte?")
    (first,) = await store.read(cases.open_cases, user)
    assert (first.severity, first.reason, first.first_words) == (Severity.NORMAL, "not-understood", "Wie bitte?")
    await talk(store, now, 2, case=DANGER)
    await talk(store, now, 3, case=QUESTION)
    (raised,) = await store.read(cases.open_cases, user)
    assert (raised.id, raised.severity, raised.reason) == (first.id, Severity.ALARM, "danger")
    assert raised.version > first.version


async def test_a_citizen_who_writes_again_wakes_a_waiting_case(store: Store, now: datetime) -> None:
    """An answered case is somebody's again as soon as there is something new in it."""
    user = await store.write(users.create, "petra", "hash", "press", now)
    await talk(store, now, 1, case=QUESTION)
    (case,) = await store.read(cases.open_cases, user)
    await store.write(cases.reply, case.id, user, "Gern", 99, now)
    later = now + timedelta(minutes=5)
    await talk(store, later, 2)
    after = await store.read(cases.case, case.id, user)
    assert (after.state, after.last_citizen_at) == (cases.CaseState.CLAIMED, later)


async def test_an_answer_made_for_the_bot_is_refused_once_a_person_owns_the_conversation(
    store: Store, now: datetime
) -> None:
    """No bot speaks into a conversation that a person took between claim and finish."""
    user = await store.write(users.create, "petra", "hash", "press", now)
    await talk(store, now, 1, case=QUESTION)
    claimed = await one(store, now, 2)
    (case,) = await store.read(cases.open_cases, user)
    await store.write(cases.claim, case.id, user, now)
    neighbour = await one(store, now, 3, "neighbour")
    results = await asyncio.gather(
        store.journey.finish(handled(claimed, now, owner=Owner.BOT)),
        store.journey.finish(handled(neighbour, now, owner=Owner.BOT)),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [Conflict, type(None)]
    await store.journey.finish(handled(claimed, now, owner=Owner.HUMAN))
    assert len((await store.journey.transcript(ACCOUNT, "citizen", 0))[0]) == 4


async def test_a_pseudonym_that_is_taken_is_drawn_again(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names for citizens are unique, and chance may take its time."""
    drawn = iter(["Bürger AAAAA", "Bürger AAAAA", "Bürger BBBBB"])
    monkeypatch.setattr(store_rows, "new_pseudonym", lambda: next(drawn))
    monkeypatch.setattr("bot.store.journey.journey.new_pseudonym", lambda: next(drawn))
    await talk(store, now, 1, "a")
    await talk(store, now, 2, "b")
    names = await store.read(lambda c: c.execute(sa.select(conversations.c.pseudonym)).scalars().all())
    assert sorted(names) == ["Bürger AAAAA", "Bürger BBBBB"]


async def test_media_keep_their_kind(store: Store, now: datetime) -> None:
    """The inbox can say "Sprachnachricht" where there are no words."""
    claimed = await one(store, now)
    await store.journey.finish(handled(claimed, now, inbound=Inbound(Kind.VOICE, "citizen")))

    def first_kind(c: sa.Connection) -> Kind:
        (conversation_id,) = c.execute(sa.select(messages.c.conversation_id).distinct()).scalars()
        return conversation_messages(c, conversation_id)[0].kind

    assert await store.read(first_kind) is Kind.VOICE


def test_a_handled_message_names_every_part_it_needs() -> None:
    """The contract with flow: these and no others."""
    assert Handled.__match_args__[:10] == (
        "inbound_id",
        "account",
        "address",
        "channel",
        "authority",
        "inbound",
        "outcome",
        "content_version",
        "received_at",
        "now",
    )
