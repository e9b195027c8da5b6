import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import NotVisible
from bot.message import Command, Dialogue, Event, Owner, Said
from bot.store import (
    Keys,
    Quarantine,
    Store,
    audit,
    cases,
    content_versions,
    erasure,
    export,
    notes,
    retention,
    users,
)
from bot.store.messages import conversation_messages
from bot.store.tables import conversations, metadata
from bot.store.tombstones import Tombstone, Tombstones
from tests.store.letters import ACCOUNT, LEASE, QUESTION, delivered, event, handled, one, outcome, reply, talk

SECRET_WORDS = "Kanarienvogel im Keller"


async def _everywhere(store: Store, now: datetime) -> int:
    """Words and address of one citizen in every place that can hold them; returns the press officer."""
    petra = await store.write(users.create, "petra", "hash", "press", now)
    said = Dialogue(recent=(Said(now, SECRET_WORDS),))
    for number in range(40):
        claimed = await one(store, now, number)
        about = outcome(reply(SECRET_WORDS), dialogue=said, case=QUESTION)
        kept = Quarantine("ValueError") if number % 7 == 0 else None
        await store.journey.finish(handled(claimed, now, text=SECRET_WORDS, outcome=about, quarantine=kept))
    (case,) = await store.read(cases.open_cases, petra)
    await store.write(notes.add, case.id, petra, SECRET_WORDS, now)
    await store.write(cases.reply, case.id, petra, SECRET_WORDS, 99, now)
    await store.write(cases.close, case.id, petra, now)
    await talk(store, now, 50, case=QUESTION, text=SECRET_WORDS)
    await store.journey.accept([event(51, payload=SECRET_WORDS.encode())], now)
    return petra


async def _texts(store: Store) -> str:
    def dump(c: sa.Connection) -> str:
        return "\n".join(str(row) for table in metadata.sorted_tables for row in c.execute(sa.select(table)))

    return await store.read(dump)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def test_no_byte_of_an_erased_person_remains_in_the_files(tmp_path: Path, keys: Keys, now: datetime) -> None:
    """Database, log and all: words, pseudonym and sealed address are gone, also while somebody was reading."""
    file = tmp_path / "lotse.db"
    store = await Store.open(f"sqlite:///{file}", keys, worker="test")
    await talk(store, now, 90, "neighbour", text="Nachbarin bleibt")
    await _everywhere(store, now)

    def of_citizen(c: sa.Connection) -> Any:
        lookup = keys.lookup(ACCOUNT, "citizen")
        return c.execute(sa.select(conversations).where(conversations.c.lookup == lookup)).one()

    person = await store.read(of_citizen)
    traces = [SECRET_WORDS.encode(), person.pseudonym.encode(), person.address, person.lookup]
    assert all(trace in _bytes(tmp_path) for trace in traces)
    gone = await store.write(erasure.erase, keys, ACCOUNT, "citizen", now)
    assert gone["messages"] == 83
    assert (gone["notes"], gone["cases"], gone["conversations"], gone["quarantine"]) == (1, 2, 1, 6)
    left = _bytes(tmp_path)
    assert [trace for trace in traces if trace in left] == []
    assert b"Nachbarin bleibt" in left
    await store.close()
    assert [trace for trace in traces if trace in _bytes(tmp_path)] == []


async def test_the_log_is_emptied_as_soon_as_the_last_reader_is_done(
    tmp_path: Path, keys: Keys, now: datetime
) -> None:
    """A reader with an older view delays it; no further write is needed to make it happen."""
    file = tmp_path / "lotse.db"
    store = await Store.open(f"sqlite:///{file}", keys, worker="test")
    await talk(store, now, text=SECRET_WORDS)
    reader = sa.create_engine(f"sqlite:///{file}").connect()
    reader.exec_driver_sql("BEGIN")
    reader.exec_driver_sql("SELECT count(*) FROM messages")
    await store.write(erasure.erase, keys, ACCOUNT, "citizen", now)
    assert SECRET_WORDS.encode() in _bytes(tmp_path)
    reader.close()
    reader.engine.dispose()
    async with asyncio.timeout(10):
        while SECRET_WORDS.encode() in _bytes(tmp_path):
            await store.read(lambda c: c.execute(sa.text("SELECT 1")))
    await store.close()


async def test_erasing_leaves_no_row_that_names_or_quotes_the_person(store: Store, keys: Keys, now: datetime) -> None:
    """On both databases; the audit trail stays whole and says that something was erased."""
    petra = await _everywhere(store, now)
    await store.write(erasure.erase, keys, ACCOUNT, "citizen", now)
    texts = await _texts(store)
    assert SECRET_WORDS not in texts
    assert str(keys.lookup(ACCOUNT, "citizen")) not in texts
    assert await store.read(audit.verify) is None
    assert await store.read(cases.open_cases, petra) == []
    backlog = await store.journey.backlog(now)
    assert (backlog.pending, backlog.outbox, backlog.quarantine) == (0, 0, 0)


async def test_an_erased_person_who_writes_again_is_somebody_new(store: Store, keys: Keys, now: datetime) -> None:
    """New number, new pseudonym, no dialogue; but an old event delivered again stays a repeat."""
    await talk(store, now)
    before = await store.read(export.export, keys, ACCOUNT, "citizen")
    await store.write(erasure.erase_pseudonym, before["pseudonym"], now)
    assert await store.journey.accept([event(1)], now) == 0
    claimed = await one(store, now, 2)
    assert claimed.conversation is None
    await store.journey.finish(handled(claimed, now))
    after = await store.read(export.export, keys, ACCOUNT, "citizen")
    assert after["pseudonym"] != before["pseudonym"]


async def test_an_answer_in_the_making_does_not_bring_an_erased_person_back(
    store: Store, keys: Keys, now: datetime
) -> None:
    """Erased between claim and finish: the finish stores nothing."""
    await talk(store, now)
    claimed = await one(store, now, 2)
    await store.write(erasure.erase, keys, ACCOUNT, "citizen", now)
    await store.journey.finish(handled(claimed, now, text=SECRET_WORDS))
    assert SECRET_WORDS not in await _texts(store)


async def test_erasing_nobody_is_no_error_but_an_unknown_pseudonym_is(
    store: Store, keys: Keys, now: datetime
) -> None:
    """Who mistypes a name must not believe that it was done."""
    assert set((await store.write(erasure.erase, keys, ACCOUNT, "nobody", now)).values()) == {0}
    with pytest.raises(NotVisible):
        await store.write(erasure.erase_pseudonym, "Bürger XXXXX", now)


async def test_a_citizen_who_says_delete_keeps_only_the_reply(store: Store, keys: Keys, now: datetime) -> None:
    """Everything earlier is gone in the same commit, the reply is delivered, the page's numbering runs on."""
    petra = await _everywhere(store, now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    before = await store.read(export.export, keys, ACCOUNT, "citizen")
    last_seq = len(before["messages"])
    gone = outcome(reply("Alles ist gelöscht."), command=Command.DELETE)
    farewell = handled(claimed, now, text="löschen " + SECRET_WORDS, outcome=gone)
    await asyncio.gather(store.journey.finish(farewell), store.journey.finish(farewell))
    assert SECRET_WORDS not in await _texts(store)
    lines, owner, _ = await store.journey.transcript(ACCOUNT, "citizen", last_seq)
    assert [(line.seq, line.text) for line in lines] == [(last_seq + 1, "Alles ist gelöscht.")]
    assert owner is Owner.BOT
    assert await delivered(store, now) == ["Alles ist gelöscht."]
    after = await store.read(export.export, keys, ACCOUNT, "citizen")
    assert after["pseudonym"] != before["pseudonym"]
    assert after["cases"] == []
    assert await store.read(cases.open_cases, petra) == []
    counts = await store.write(retention.forget, now + timedelta(days=1))
    assert counts["conversations"] == 1
    assert await store.read(audit.verify) is None


async def test_delete_as_the_very_first_word_is_answered(store: Store, now: datetime) -> None:
    """There is nothing to delete, and the citizen is told so all the same."""
    claimed = await one(store, now)
    gone = outcome(reply("Alles ist gelöscht."), command=Command.DELETE)
    await store.journey.finish(handled(claimed, now, outcome=gone))
    assert await delivered(store, now) == ["Alles ist gelöscht."]


async def test_an_export_is_complete_and_about_one_person(store: Store, keys: Keys, now: datetime) -> None:
    """Words, notes, cases, raw events; no neighbour, no colleague's name."""
    await talk(store, now, 90, "neighbour", text="Nachbarin")
    await _everywhere(store, now)
    found = await store.read(export.export, keys, ACCOUNT, "citizen")
    assert found["address"] == "citizen"
    assert len(found["messages"]) == 83
    assert len(found["cases"]) == 2
    assert [note["text"] for case in found["cases"] for note in case["notes"]] == [SECRET_WORDS]
    assert SECRET_WORDS in found["waiting_messages"]
    assert "Nachbarin" not in str(found)
    assert "petra" not in str(found)
    with pytest.raises(NotVisible):
        await store.read(export.export, keys, ACCOUNT, "nobody")
    await store.journey.accept([Event(ACCOUNT, "x", "newcomer", b"raw")], now)
    assert (await store.read(export.export, keys, ACCOUNT, "newcomer"))["waiting_messages"] == ["raw"]


async def test_everything_is_forgotten_on_its_day_and_not_before(store: Store, keys: Keys, now: datetime) -> None:
    """The preview says exactly what the run then does; what still waits for an answer stays."""
    await _everywhere(store, now)
    almost = now + timedelta(days=90) - timedelta(seconds=1)
    assert set((await store.write(retention.forget, almost)).values()) <= {0}
    due = now + timedelta(days=90)
    expected = await store.read(retention.preview, due)
    assert await store.write(retention.forget, due) == expected
    assert (expected["messages"], expected["conversations"], expected["notes"], expected["quarantine"]) == (
        83,
        1,
        1,
        6,
    )
    assert SECRET_WORDS not in await _texts(store)
    assert (await store.journey.backlog(due)).pending == 1


async def test_a_conversation_that_goes_on_forgets_its_oldest_messages(store: Store, now: datetime) -> None:
    """Each message has its own day."""
    await talk(store, now, 1, text="alt")
    await talk(store, now + timedelta(days=60), 2, text="neu")
    await store.write(retention.forget, now + timedelta(days=100))

    def left(c: sa.Connection) -> list[str]:
        (conversation_id,) = c.execute(sa.select(conversations.c.id)).scalars()
        return [line.text for line in conversation_messages(c, conversation_id)]

    assert await store.read(left) == ["neu", "Guten Tag"]


async def test_content_versions_are_remembered(store: Store, now: datetime) -> None:
    """Which texts were in force can be told later; a version put back in force is the latest again."""
    for hours, version in enumerate(("v1", "v2", "v1")):
        await store.write(content_versions.record, version, now + timedelta(hours=hours))
    latest, before = await store.read(content_versions.newest)
    assert (latest.name, latest.first, latest.last) == ("v1", now, now + timedelta(hours=2))
    assert before.name == "v2"


async def test_an_answer_without_replies_still_belongs_to_the_conversation(store: Store, now: datetime) -> None:
    """While a person owns it, the bot may have nothing to say."""
    claimed = await one(store, now)
    silent = replace(handled(claimed, now), outcome=outcome())
    await store.journey.finish(silent)
    lines, _, _ = await store.journey.transcript(ACCOUNT, "citizen", 0)
    assert [line.text for line in lines] == ["Hallo"]


async def test_a_backup_brings_no_erased_person_back(tmp_path: Path, keys: Keys) -> None:
    """Erased by the office or by their own word; who was not erased is still there."""
    now = datetime.now(UTC)
    file, erased = tmp_path / "lotse.db", tmp_path / "erased.txt"

    async def opened() -> Store:
        return await Store.open(f"sqlite:///{file}", keys, worker="test", erased=erased)

    store = await opened()
    for number, person in enumerate(("citizen", "other", "third")):
        await talk(store, now, number, person, text=SECRET_WORDS)
    await store.close()
    backup = file.read_bytes()

    store = await opened()
    later = now + timedelta(minutes=5)
    await store.write(erasure.erase, keys, ACCOUNT, "citizen", later)
    claimed = await one(store, later, 7, "other")
    gone = outcome(reply("Alles ist gelöscht."), command=Command.DELETE)
    await store.journey.finish(handled(claimed, later, text="löschen", outcome=gone))
    await store.close()
    file.write_bytes(backup)

    store = await opened()
    kept = [await store.journey.transcript(ACCOUNT, person, 0) for person in ("citizen", "other", "third")]
    assert [len(lines) for lines, _, _ in kept] == [0, 0, 2]
    await talk(store, later + timedelta(minutes=1), 8)
    await store.close()
    store = await opened()
    assert (await store.journey.transcript(ACCOUNT, "citizen", 0))[0], "who came back afterwards stays"
    await store.close()


async def test_nobody_is_remembered_as_erased_for_longer_than_anything_is_kept(
    tmp_path: Path, keys: Keys, now: datetime
) -> None:
    """And a line cut off by a full disk does no harm."""
    erased = tmp_path / "erased.txt"
    old = Tombstone(now - timedelta(days=100), ACCOUNT, b"x" * 16)
    young = Tombstone(now, ACCOUNT, b"y" * 16)
    erased.write_text(f"{old}\n{young}\n{str(old)[:-3]}")
    Tombstones(erased).add(young)
    assert Tombstones(erased).since(now - timedelta(days=90)) == [young, young]
    assert old.lookup.hex() not in erased.read_text()
