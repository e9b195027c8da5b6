"""The journey's few statements on SQLite, run inside the writer."""

import json
import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

from bot.errors import StoreBusy
from bot.store.faults import fault
from bot.store.moments import from_micros, to_micros
from bot.store.rows import AcceptRow, ClaimRow, FinishRow, LeaseLost, OutboxRow, Stored, one_per_conversation, written
from bot.store.sqlite.many import execute_many, id_list
from bot.store.sqlite.writer import Writer

Row = TypeVar("Row")
Result = TypeVar("Result")

_ACCEPT = """
INSERT INTO inbound (account, event_key, peer, payload, received_at, due_at, forget_at) VALUES {values}
ON CONFLICT DO NOTHING"""

# The oldest open message of each conversation of which none is being worked on; an expired lease counts as its
# conversation's turn again. All rows come as one JSON text: one step instead of one per row (many.py).
_CLAIM = """
SELECT json_group_array(json_array(
    id, account, hex(payload), attempts + 1, received_at,
    conversation_id, authority, channel, owner, dialogue, has_case
)) FROM (
SELECT i.id, i.account, i.payload, i.attempts, i.received_at, c.id AS conversation_id, c.authority, c.channel,
       c.owner, c.dialogue,
       EXISTS (SELECT 1 FROM cases k WHERE k.conversation_id = c.id AND k.state != 'closed') AS has_case
FROM inbound i INDEXED BY ix_inbound_queue
LEFT JOIN conversations c ON c.account = i.account AND c.lookup = i.peer
WHERE i.state < 2 AND i.due_at <= ? AND NOT EXISTS (
    SELECT 1 FROM inbound o INDEXED BY ix_inbound_peer
    WHERE o.peer = i.peer AND o.state < 2 AND o.id != i.id AND (o.state = 1 OR (i.state = 0 AND o.id < i.id)))
ORDER BY i.urgency DESC, i.id LIMIT ?)"""
_LEASE = """
UPDATE inbound SET state = 1, worker = ?, due_at = ?, attempts = attempts + 1
WHERE id IN (SELECT value FROM json_each(?))"""

_QUARANTINE = """
INSERT INTO quarantine (inbound_id, account, peer, payload, error, at, forget_at)
SELECT id, account, peer, payload, ?, ?, ? FROM inbound WHERE id = ? AND state = 1 AND worker = ?"""
_DONE = """
UPDATE inbound SET state = 2, payload = NULL, worker = ''
WHERE state = 1 AND worker = ? AND id IN (SELECT value FROM json_each(?))"""
_CONVERSATIONS = """
INSERT INTO conversations (account, lookup, address, channel, authority, pseudonym, language, dialogue, last_seq,
                           vanish_seconds, last_message_at, forget_at, heard_at) VALUES {values}
ON CONFLICT (account, lookup) DO UPDATE SET
    last_seq = conversations.last_seq + excluded.last_seq,
    language = CASE excluded.language WHEN '' THEN conversations.language ELSE excluded.language END,
    dialogue = CASE excluded.dialogue WHEN '' THEN conversations.dialogue ELSE excluded.dialogue END,
    vanish_seconds = CASE excluded.vanish_seconds WHEN -1 THEN conversations.vanish_seconds
                     ELSE excluded.vanish_seconds END,
    last_message_at = excluded.last_message_at,
    forget_at = max(conversations.forget_at, excluded.forget_at),
    heard_at = coalesce(max(conversations.heard_at, excluded.heard_at), excluded.heard_at, conversations.heard_at)"""
_FOUND = """
SELECT json_group_array(json_array(hex(lookup), id, last_seq, owner)) FROM conversations
WHERE (account, lookup) IN (VALUES {values})"""
_MESSAGES = """
INSERT INTO messages (conversation_id, seq, author, kind, text, language, choices, alert, intent, level, reasons,
                      content_version, at, forget_at, public, vanishes) VALUES {values}"""
_OUTBOX = """
INSERT INTO outbox (conversation_id, seq, account, lane, queued_at, due_at) VALUES {values}"""
_CASES_HEARD = """
UPDATE cases SET version = version + 1,
    last_citizen_at = (SELECT last_message_at FROM conversations c WHERE c.id = cases.conversation_id),
    state = CASE WHEN state != 'waiting' THEN state WHEN claimed_by IS NULL THEN 'new' ELSE 'claimed' END
WHERE state != 'closed' AND conversation_id IN (SELECT value FROM json_each(?))"""
_CASES = """
INSERT INTO cases (conversation_id, severity, reason, opened_seq, opened_at, last_citizen_at) VALUES {values}
ON CONFLICT (conversation_id) WHERE state != 'closed' DO UPDATE SET
    reason = CASE WHEN excluded.severity > cases.severity THEN excluded.reason ELSE cases.reason END,
    severity = max(cases.severity, excluded.severity), version = cases.version + 1"""

# The first open row of each conversation and lane; ordinary waits while an emergency of its conversation is unsent.
_CLAIM_OUTBOX = """
SELECT json_group_array(json_array(
    id, conversation_id, account, hex(address), text, language, author, choices, lane, attempts + 1, queued_at,
    heard_at
)) FROM (
SELECT o.id, o.conversation_id, o.account, c.address, m.text, m.language, m.author, m.choices, o.lane, o.attempts,
       o.queued_at, c.heard_at
FROM outbox o INDEXED BY ix_outbox_queue
JOIN conversations c ON c.id = o.conversation_id
JOIN messages m ON m.conversation_id = o.conversation_id AND m.seq = o.seq
WHERE o.state < 2 AND o.lane BETWEEN ? AND ? AND o.due_at <= ?
  AND o.account NOT IN (SELECT value FROM json_each(?)) AND NOT EXISTS (
    SELECT 1 FROM outbox p INDEXED BY ix_outbox_lane
    WHERE p.conversation_id = o.conversation_id AND p.state < 2
      AND (p.lane < o.lane OR (p.lane = o.lane AND p.id < o.id)))
ORDER BY o.lane, o.id LIMIT ?)"""
_ATTEMPT = """
UPDATE outbox SET state = 1, worker = ?, due_at = ?, attempts = attempts + 1
WHERE id IN (SELECT value FROM json_each(?))"""
_SENT = """
UPDATE outbox SET state = 2, worker = '', platform_key = v.column2, sent_at = v.column3
FROM (VALUES {values}) AS v WHERE outbox.id = v.column1
  AND (outbox.state = 1 OR (outbox.state = 0 AND outbox.fate != 'failed'))"""


class SqliteHot:
    """The hot path on SQLite. Rows in, rows out; results come in the order of what was given."""

    def __init__(self, writer: Writer, worker: str) -> None:
        self._writer = writer
        self._worker = worker

    async def accept(self, rows: Sequence[AcceptRow], now: datetime, forget_at: datetime) -> list[bool | Exception]:
        """True for each row that is new."""
        at, forget = to_micros(now), to_micros(forget_at)

        def insert(connection: sqlite3.Connection, some: Sequence[AcceptRow]) -> list[bool]:
            values = [(row.account, row.event_key, row.peer, row.payload, at, at, forget) for row in some]
            count = execute_many(connection, _ACCEPT, values)
            if 0 < count < len(some):
                raise LeaseLost  # some are repeats; one by one it shows which
            return [count > 0] * len(some)

        return await self._writer.submit(lambda connection: _batch(connection, rows, insert))

    async def claim(self, limit: int, now: datetime, until: datetime) -> list[ClaimRow]:
        def job(connection: sqlite3.Connection) -> list[ClaimRow]:
            found = _rows(connection, _CLAIM, to_micros(now), limit)
            if found:
                connection.execute(_LEASE, (self._worker, to_micros(until), id_list(row[0] for row in found)))
            return [ClaimRow(*_read(row, sealed=2, moments=(4,))) for row in found]

        return await self._writer.submit(job)

    async def finish(self, rows: Sequence[FinishRow]) -> list[Stored | Exception]:
        def job(connection: sqlite3.Connection) -> list[Stored | Exception]:
            results: list[Stored | Exception] = [Stored()] * len(rows)
            for turn in one_per_conversation(rows):
                stored = _batch(connection, [rows[index] for index in turn], self._finish)
                for index, result in zip(turn, stored, strict=True):
                    results[index] = Stored(lost=True) if isinstance(result, LeaseLost) else result
            return results

        return await self._writer.submit(job)

    def _finish(self, connection: sqlite3.Connection, rows: Sequence[FinishRow]) -> list[Stored]:
        for row in rows:
            if row.error is not None:
                about = (row.error, to_micros(row.now), to_micros(row.forget_at), row.inbound_id, self._worker)
                connection.execute(_QUARANTINE, about)
        done = connection.execute(_DONE, (self._worker, id_list(row.inbound_id for row in rows))).rowcount
        if done != len(rows):
            raise LeaseLost
        full = [row for row in rows if not row.bare]
        if not full:
            return [Stored()] * len(rows)
        execute_many(connection, _CONVERSATIONS, [_conversation(row) for row in full])
        new = written(full, _conversations_of(connection, full))
        execute_many(connection, _MESSAGES, [_stored(values) for values in new.messages])
        execute_many(connection, _OUTBOX, [_stored(values) for values in new.outbox])
        changed = connection.execute(_CASES_HEARD, (id_list(new.heard),)).rowcount if new.heard else 0
        execute_many(connection, _CASES, [_stored(values) for values in new.cases])
        return [Stored(case=bool(changed or new.cases))] * len(rows)

    async def claim_outbox(
        self, limit: int, now: datetime, until: datetime, paused: Collection[str], lanes: tuple[int, int]
    ) -> list[OutboxRow]:
        def job(connection: sqlite3.Connection) -> list[OutboxRow]:
            found = _rows(connection, _CLAIM_OUTBOX, *lanes, to_micros(now), json.dumps(list(paused)), limit)
            if found:
                connection.execute(_ATTEMPT, (self._worker, to_micros(until), id_list(row[0] for row in found)))
            return [OutboxRow(*_read(row, sealed=3, moments=(10, 11))) for row in found]

        return await self._writer.submit(job)

    async def sent(self, rows: Sequence[tuple[int, bytes, datetime]]) -> list[Exception | None]:
        def job(connection: sqlite3.Connection) -> list[Exception | None]:
            execute_many(connection, _SENT, [(id_, key, to_micros(at)) for id_, key, at in rows])
            return [None] * len(rows)

        return await self._writer.submit(job)


def _batch(
    connection: sqlite3.Connection,
    rows: Sequence[Row],
    work: Callable[[sqlite3.Connection, Sequence[Row]], Sequence[Result]],
) -> list[Result | Exception]:
    """All rows at once, or, if that fails, each on its own, so that a bad one costs only itself."""
    try:
        return list(_guarded(connection, rows, work))
    except Exception as error:
        ours = fault(error)
        if not connection.in_transaction or isinstance(ours, StoreBusy):
            raise
        if len(rows) == 1:
            return [ours]
    results: list[Result | Exception] = []
    for row in rows:
        results += _batch(connection, [row], work)
    return results


def _guarded(
    connection: sqlite3.Connection,
    rows: Sequence[Row],
    work: Callable[[sqlite3.Connection, Sequence[Row]], Sequence[Result]],
) -> Sequence[Result]:
    connection.execute("SAVEPOINT batch")
    try:
        result = work(connection, rows)
    except Exception:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO batch")
            connection.execute("RELEASE batch")
        raise
    connection.execute("RELEASE batch")
    return result


def _conversation(row: FinishRow) -> tuple[object, ...]:
    heard_at = to_micros(row.heard_at) if row.heard_at is not None else None
    return (*row.columns(), to_micros(row.now), to_micros(row.forget_at), heard_at)


def _stored(values: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(to_micros(value) if isinstance(value, datetime) else value for value in values)


def _rows(connection: sqlite3.Connection, statement: str, *parameters: object) -> list[list[Any]]:
    (text,) = connection.execute(statement, parameters).fetchone()
    rows: list[list[Any]] = json.loads(text)
    return rows


def _read(row: list[Any], *, sealed: int, moments: Sequence[int]) -> list[Any]:
    row[sealed] = bytes.fromhex(row[sealed])
    for moment in moments:
        row[moment] = None if row[moment] is None else from_micros(row[moment])
    return row


def _conversations_of(connection: sqlite3.Connection, rows: Sequence[FinishRow]) -> dict[bytes, tuple[int, int, str]]:
    values = ",".join(["(?,?)"] * len(rows))
    keys = [part for row in rows for part in (row.account, row.lookup)]
    found = _rows(connection, _FOUND.replace("{values}", values), *keys)
    return {bytes.fromhex(lookup): (id_, last_seq, owner) for lookup, id_, last_seq, owner in found}
