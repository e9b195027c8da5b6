"""Messages that citizens let disappear, and public posts that concern nobody."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.message import CaseRequest, Dialogue, Inbound, Kind, Said
from bot.store import Keys, Store, cases, retention, users
from bot.store.tables import conversations, messages
from tests.conftest import SECRET
from tests.store.letters import ACCOUNT, DANGER, LEASE, delivered, handled, one, outcome, talk

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def whispered(text: str = "geheim", lives: timedelta | None = HOUR) -> Inbound:
    return Inbound(Kind.TEXT, "citizen", text, expires_in=lives)


async def texts(store: Store) -> list[str]:
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 0)
    return [line.text for line in lines]


async def test_question_and_answer_go_when_the_citizen_wants_them_gone(store: Store, now: datetime) -> None:
    """An hour after it came; what others wrote stays."""
    await talk(store, now, 1, inbound=whispered())
    await talk(store, now, 2, "other", text="bleibt")
    await delivered(store, now)
    assert not await store.read(retention.vanishing, now + HOUR - MINUTE)
    assert await store.write(retention.vanish, now + HOUR - MINUTE) == 0
    assert await store.read(retention.vanishing, now + HOUR)
    assert await store.write(retention.vanish, now + HOUR) == 2
    assert await texts(store) == []
    lines, _, _ = await store.journey.transcript(ACCOUNT, "other", 0)
    assert lines[0].text == "bleibt"


async def test_the_wish_counts_from_the_message_not_from_the_answer(store: Store, now: datetime) -> None:
    """A message that waited an hour lives no longer for that."""
    claimed = await one(store, now)
    await store.journey.finish(handled(claimed, now + HOUR, inbound=whispered()))
    await delivered(store, now + HOUR)
    assert await store.write(retention.vanish, now + HOUR) == 2


async def test_an_answer_that_is_not_sent_yet_does_not_vanish(store: Store, now: datetime) -> None:
    """Nothing is lost, however short the wish."""
    await talk(store, now, 1, inbound=whispered(lives=timedelta(seconds=1)))
    assert await store.write(retention.vanish, now + MINUTE) == 1
    assert await delivered(store, now + MINUTE) == ["Guten Tag"]
    assert await store.write(retention.vanish, now + MINUTE) == 1


async def test_what_belongs_to_an_open_case_stays_until_it_is_closed(store: Store, now: datetime) -> None:
    """People may have to act on it; then it goes at once."""
    await talk(store, now, 1, inbound=whispered("er hat ein messer"), case=DANGER)
    await delivered(store, now)
    later = now + 2 * HOUR
    assert await store.write(retention.vanish, later) == 0
    user = await store.write(users.create, "petra", "hash", "press", now)
    (case,) = await store.read(cases.open_cases, user)
    assert case.first_words == "er hat ein messer"
    await store.write(cases.close, case.id, user, later)
    assert await store.write(retention.vanish, later) == 2


async def test_an_open_case_keeps_nothing_beyond_the_usual_period(store: Store, now: datetime) -> None:
    """A forgotten case is no way around retention."""
    await talk(store, now, 1, inbound=whispered(), case=DANGER)
    await delivered(store, now)
    assert await store.write(retention.vanish, now + timedelta(days=90)) == 2


async def test_a_reply_of_staff_vanishes_as_soon(store: Store, now: datetime) -> None:
    """The wish is the conversation's, whoever speaks in it; switched off, the usual period holds again."""
    await talk(store, now, 1, inbound=whispered(), case=DANGER)
    user = await store.write(users.create, "petra", "hash", "press", now)
    (case,) = await store.read(cases.open_cases, user)
    await store.write(cases.reply, case.id, user, "Wir sind da.", 99, now + HOUR)
    await store.write(cases.close, case.id, user, now + HOUR)
    await delivered(store, now + HOUR)
    await store.write(retention.vanish, now + HOUR)
    assert await texts(store) == ["Wir sind da."]
    await store.write(retention.vanish, now + 2 * HOUR)
    assert await texts(store) == []
    await talk(store, now, 2, inbound=whispered("bleibt", lives=None))
    await delivered(store, now)
    assert await store.write(retention.vanish, now + timedelta(days=30)) == 0


async def test_no_words_stay_behind_in_the_conversation(store: Store, now: datetime) -> None:
    """Short messages are kept beside it to be judged together; these go too."""
    claimed = await one(store, now)
    remembered = Dialogue(language="de", recent=(Said(now, "geheim"),))
    answered = outcome(dialogue=remembered)
    await store.journey.finish(handled(claimed, now, inbound=whispered(), outcome=answered))
    await store.write(retention.vanish, now + HOUR)
    (row,) = await store.read(lambda c: c.execute(sa.select(conversations)).all())
    assert "geheim" not in row.dialogue
    assert '"de"' in row.dialogue


async def test_the_files_hold_no_trace(tmp_path: Path, now: datetime) -> None:
    """Neither the database nor its log."""
    url = f"sqlite:///{tmp_path / 'lotse.db'}"
    store = await Store.open(url, Keys.derive(SECRET), worker="test")
    await talk(store, now, 1, inbound=whispered("verschwindibus"))
    await delivered(store, now)
    await store.write(retention.vanish, now + HOUR)
    assert not any(b"verschwindibus" in file.read_bytes() for file in tmp_path.iterdir())
    await store.close()


async def test_the_wish_cannot_be_longer_than_the_usual_period(store: Store, now: datetime) -> None:
    """However long somebody's timer runs."""
    await talk(store, now, 1, inbound=whispered(lives=timedelta(days=40_000)))
    latest = await store.read(lambda c: c.execute(sa.select(sa.func.max(messages.c.forget_at))).scalar_one())
    assert latest == now + timedelta(days=90)


async def post(store: Store, now: datetime, number: int, *, case: CaseRequest | None = None) -> None:
    claimed = await one(store, now, number)
    seen = Inbound(Kind.TEXT, "citizen", f"Kommentar {number}", public=True)
    await store.journey.finish(handled(claimed, now, inbound=seen, outcome=outcome(case=case)))


async def test_a_public_post_that_concerns_nobody_goes_after_a_day(store: Store, now: datetime) -> None:
    """The shortest period there is; with it the conversation, if there was nothing else."""
    await post(store, now, 1)
    assert [line.public for line in (await store.journey.transcript(ACCOUNT, "citizen", 0))[0]] == [True]
    await store.write(retention.forget, now + timedelta(hours=23))
    assert await texts(store) == ["Kommentar 1"]
    await store.write(retention.forget, now + timedelta(hours=24))
    assert await store.read(lambda c: c.execute(sa.select(conversations)).all()) == []


async def test_a_public_post_takes_no_private_words_with_it(store: Store, now: datetime) -> None:
    """What was said in private keeps its own period."""
    await talk(store, now, 1)
    await post(store, now, 2)
    await delivered(store, now)
    await store.write(retention.forget, now + timedelta(days=1))
    assert await texts(store) == ["Hallo", "Guten Tag"]
    await store.write(retention.forget, now + timedelta(days=90))
    assert await texts(store) == []


async def test_a_public_post_that_worries_is_kept_like_any_case(store: Store, now: datetime) -> None:
    """People look at it in their own time."""
    await post(store, now, 1, case=DANGER)
    await store.write(retention.forget, now + timedelta(days=80))
    assert await texts(store) == ["Kommentar 1"]


async def test_a_public_post_does_not_call_staff_back_to_an_answered_case(store: Store, now: datetime) -> None:
    """A comment elsewhere is no answer to the press office's reply."""
    await talk(store, now, 1, case=DANGER)
    user = await store.write(users.create, "petra", "hash", "press", now)
    (case,) = await store.read(cases.open_cases, user)
    await store.write(cases.reply, case.id, user, "Guten Tag", 99, now)
    await post(store, now, 2)
    assert (await store.read(cases.case, case.id, user)).state is cases.CaseState.WAITING


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        (Inbound(Kind.TEXT, "citizen", "Hallo"), True),
        (Inbound(Kind.VOICE, "citizen"), True),
        (Inbound(Kind.EDIT, "citizen", "Hallo!"), False),
        (Inbound(Kind.DELETION, "citizen"), False),
        (Inbound(Kind.TEXT, "citizen", "Kommentar", public=True), False),
    ],
)
async def test_the_reply_window_begins_with_what_was_written_in_private(
    store: Store, now: datetime, said: Inbound, *, opens: bool
) -> None:
    """Changing an old message or commenting in public opens none."""
    await talk(store, now - HOUR, 1)
    (await store.journey.claim_outbox(1, now, LEASE))  # the first answer is on its way
    await talk(store, now, 2, inbound=said)
    row = await store.read(lambda c: c.execute(sa.select(conversations)).one())
    assert row.heard_at == (now if opens else now - HOUR)


async def test_the_channel_is_told_when_the_citizen_last_wrote(store: Store, now: datetime) -> None:
    """By the platform's own clock, but never later than we heard of it."""
    sent_at = now - timedelta(hours=3)
    await talk(store, now, 1, inbound=Inbound(Kind.TEXT, "citizen", "Hallo", sent_at=sent_at))
    await talk(store, now, 2, "ahead", inbound=Inbound(Kind.TEXT, "ahead", "Hallo", sent_at=now + HOUR))
    items = await store.journey.claim_outbox(10, now, LEASE)
    assert [item.outbound.heard_at for item in items] == [sent_at, now]


async def test_an_old_message_that_comes_late_does_not_shorten_the_window(store: Store, now: datetime) -> None:
    """Platforms deliver out of order."""
    await talk(store, now, 1)
    late = Inbound(Kind.TEXT, "citizen", "Hallo", sent_at=now - 5 * HOUR)
    await talk(store, now, 2, inbound=late)
    items = await store.journey.claim_outbox(10, now, LEASE)
    assert [item.outbound.heard_at for item in items] == [now]
