"""Erasing a person: the rows, and every trace of them in the database's files.

SQLite overwrites what is deleted (`secure_delete`) and the write-ahead log is emptied after the commit.
PostgreSQL keeps dead rows until its autovacuum passes; `deploy/` says how to hurry it.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.errors import NotVisible
from bot.message import Owner
from bot.store import audit
from bot.store.bell import conversation_topic
from bot.store.context import announce, context
from bot.store.keys import Keys
from bot.store.messages import append
from bot.store.rows import FinishRow, new_pseudonym
from bot.store.tables import cases, conversations, inbound, messages, notes, outbox, quarantine
from bot.store.tombstones import Tombstone

_FAREWELL_KEPT = timedelta(days=1)
"""How long the sentence "everything is deleted" itself remains, so that it can be delivered and read."""


def erase(c: Connection, keys: Keys, account: str, address: str, now: datetime) -> dict[str, int]:
    """Erase everything of the person at this address; returns how many rows of what went.

    Zeros when nothing is known of the address.
    """
    return _erase(c, account, keys.lookup(account, address), now)


def erase_pseudonym(c: Connection, pseudonym: str, now: datetime) -> dict[str, int]:
    """The same, for the name under which the inbox shows the person. Raises NotVisible when nobody has it."""
    query = sa.select(conversations.c.account, conversations.c.lookup).where(conversations.c.pseudonym == pseudonym)
    found = c.execute(query).one_or_none()
    if found is None:
        raise NotVisible("Nobody has this pseudonym.")
    return _erase(c, found.account, bytes(found.lookup), now)


def erase_again(c: Connection, now: datetime | None = None) -> int:
    """Erase what a restored backup has brought back of people erased since it was made; returns of how many."""
    here = context(c)
    now = now or datetime.now(UTC)
    stones = here.tombstones.since(now - here.retention) if here.tombstones is not None else []
    back = [stone for stone in stones if _is_back(c, stone)]
    for stone in back:
        _erase(c, stone.account, stone.lookup, now)
    return len(back)


def _is_back(c: Connection, stone: Tombstone) -> bool:
    """Whether anything is older than the erasure. What waits to be answered is not: it may be what came after it."""
    of_person = sa.and_(conversations.c.account == stone.account, conversations.c.lookup == stone.lookup)
    said = sa.select(messages.c.seq).join(conversations).where(of_person, messages.c.at < stone.at)
    event = sa.select(inbound.c.id).where(
        inbound.c.peer == stone.lookup, inbound.c.state >= 2, inbound.c.received_at < stone.at
    )
    return any(c.execute(query.limit(1)).first() is not None for query in (said, event))


def _note(c: Connection, account: str, lookup: bytes, now: datetime) -> None:
    tombstones = context(c).tombstones
    if tombstones is not None:
        tombstones.add(Tombstone(now, account, lookup))


def _erase(c: Connection, account: str, lookup: bytes, now: datetime) -> dict[str, int]:
    _note(c, account, lookup, now)
    of_person = sa.and_(conversations.c.account == account, conversations.c.lookup == lookup)
    # Locked: the worker may be about to store an answer; it finds the message done and stores nothing.
    conversation_id = c.execute(sa.select(conversations.c.id).where(of_person).with_for_update()).scalar()
    gone = _forget_events(c, lookup, everything=True)
    if conversation_id is not None:
        gone |= _delete_conversation(c, conversation_id)
    audit.record(c, None, "erase", f"conversation:{conversation_id or 'none'}", now)
    announce(c, "cases", "outbox", conversation_topic(lookup))
    context(c).wipe = True
    return gone


def farewell(c: Connection, row: FinishRow) -> bool:
    """The second commit of a message that asked for deletion: all earlier is erased, only the reply remains.

    The conversation begins anew under another id and pseudonym, so that nothing links it to what was.
    Returns False, having stored nothing, when the message is no longer this worker's.
    """
    here = context(c)
    mine = sa.and_(inbound.c.id == row.inbound_id, inbound.c.state == 1, inbound.c.worker == here.worker)
    done = c.execute(sa.update(inbound).where(mine).values(state=2, payload=None, worker=""))
    if done.rowcount != 1:
        return False
    of_person = sa.and_(conversations.c.account == row.account, conversations.c.lookup == row.lookup)
    old = c.execute(sa.select(conversations).where(of_person).with_for_update()).one_or_none()
    _note(c, row.account, row.lookup, row.now)
    _forget_events(c, row.lookup, everything=False)
    if old is not None:
        _delete_conversation(c, old.id)
    forget_at = row.now + _FAREWELL_KEPT
    new_id = c.execute(
        sa.insert(conversations)
        .values(
            account=row.account,
            lookup=row.lookup,
            address=row.address,
            channel=row.channel,
            authority=old.authority if old else row.authority,
            pseudonym=new_pseudonym(),
            owner=Owner.BOT.value,
            language=row.language,
            dialogue=row.dialogue or "{}",
            # Counting goes on, so that a page resuming after the last line it showed sees the reply.
            last_seq=old.last_seq if old else 0,
            last_message_at=row.now,
            forget_at=forget_at,
            heard_at=row.heard_at,
            vanish_seconds=row.vanish_seconds,
        )
        .returning(conversations.c.id)
    ).scalar_one()
    for line in row.lines:
        if line.lane is not None:
            append(c, new_id, line, row.now, forget_at=forget_at)
    audit.record(c, None, "erase", f"conversation:{old.id if old else 'none'}", row.now)
    announce(c, "cases", conversation_topic(row.lookup))
    here.wipe = True
    return True


def _forget_events(c: Connection, lookup: bytes, *, everything: bool) -> dict[str, int]:
    """Raw events and quarantine. What recognises a redelivery stays, but no longer says whose it was."""
    kept = c.execute(sa.delete(quarantine).where(quarantine.c.peer == lookup)).rowcount
    of_person = inbound.c.peer == lookup
    if not everything:
        of_person = sa.and_(of_person, inbound.c.state >= 2)
    events = c.execute(
        sa.update(inbound).where(of_person).values(state=2, payload=None, worker="", peer=inbound.c.event_key)
    ).rowcount
    return {"events": events, "quarantine": kept}


def _delete_conversation(c: Connection, conversation_id: int) -> dict[str, int]:
    of_it = {table.name: table.c.conversation_id == conversation_id for table in (messages, cases, outbox)}
    note = notes.c.case_id.in_(sa.select(cases.c.id).where(of_it["cases"]))
    gone = {}
    for table, condition in (
        (notes, note),
        (outbox, of_it["outbox"]),
        (cases, of_it["cases"]),
        (messages, of_it["messages"]),
        (conversations, conversations.c.id == conversation_id),
    ):
        gone[table.name] = c.execute(sa.delete(table).where(condition)).rowcount
    return gone
