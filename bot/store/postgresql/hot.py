"""The journey's few statements on PostgreSQL, through asyncpg. Rows travel as one array per column (`unnest`)."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar

import asyncpg

from bot.errors import StoreBusy
from bot.store.faults import fault, translated
from bot.store.rows import AcceptRow, ClaimRow, FinishRow, LeaseLost, OutboxRow, Stored, one_per_conversation, written

Row = TypeVar("Row")
Result = TypeVar("Result")

_ACCEPT = """
INSERT INTO inbound (account, event_key, peer, payload, received_at, due_at, forget_at)
SELECT account, event_key, peer, payload, $5, $5, $6
FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) AS v (account, event_key, peer, payload)
ON CONFLICT DO NOTHING RETURNING account, event_key"""

# The oldest open message of each conversation of which none is being worked on; an expired lease counts as its
# conversation's turn again. SKIP LOCKED keeps claimers apart; where two snapshots disagree about which message is
# the oldest, the unique index on leased peers stops the second.
_CLAIM = """
WITH heads AS (
    SELECT i.id FROM inbound i
    WHERE i.state < 2 AND i.due_at <= $1 AND NOT EXISTS (
        SELECT 1 FROM inbound o
        WHERE o.peer = i.peer AND o.state < 2 AND o.id <> i.id AND (o.state = 1 OR (i.state = 0 AND o.id < i.id)))
    ORDER BY i.urgency DESC, i.id LIMIT $2 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE inbound SET state = 1, worker = $3, due_at = $4, attempts = attempts + 1
    FROM heads WHERE inbound.id = heads.id RETURNING inbound.*
)
SELECT t.id, t.account, t.payload, t.attempts, t.received_at, c.id, c.authority, c.channel, c.owner, c.dialogue,
       EXISTS (SELECT 1 FROM cases k WHERE k.conversation_id = c.id AND k.state <> 'closed')
FROM taken t LEFT JOIN conversations c ON c.account = t.account AND c.lookup = t.peer
ORDER BY t.urgency DESC, t.id"""

_QUARANTINE = """
INSERT INTO quarantine (inbound_id, account, peer, payload, error, at, forget_at)
SELECT id, account, peer, payload, $1, $2, $3 FROM inbound WHERE id = $4 AND state = 1 AND worker = $5"""
_DONE = """
UPDATE inbound SET state = 2, payload = NULL, worker = ''
WHERE id = ANY($2::bigint[]) AND state = 1 AND worker = $1 RETURNING id"""
_CONVERSATIONS = """
INSERT INTO conversations (account, lookup, address, channel, authority, pseudonym, language, dialogue, last_seq,
                           vanish_seconds, last_message_at, forget_at, heard_at)
SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                     $9::int[], $10::int[], $11::timestamptz[], $12::timestamptz[], $13::timestamptz[])
ON CONFLICT (account, lookup) DO UPDATE SET
    last_seq = conversations.last_seq + excluded.last_seq,
    language = CASE excluded.language WHEN '' THEN conversations.language ELSE excluded.language END,
    dialogue = CASE excluded.dialogue WHEN '' THEN conversations.dialogue ELSE excluded.dialogue END,
    vanish_seconds = CASE excluded.vanish_seconds WHEN -1 THEN conversations.vanish_seconds
                     ELSE excluded.vanish_seconds END,
    last_message_at = excluded.last_message_at,
    forget_at = greatest(conversations.forget_at, excluded.forget_at),
    heard_at = greatest(conversations.heard_at, excluded.heard_at)
RETURNING lookup, id, last_seq, owner"""
_MESSAGES = """
INSERT INTO messages (conversation_id, seq, author, kind, text, language, choices, alert, intent, level, reasons,
                      content_version, at, forget_at, public, vanishes)
SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[],
                     $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[],
                     $15::bool[], $16::bool[])"""
_OUTBOX = """
INSERT INTO outbox (conversation_id, seq, account, lane, queued_at, due_at)
SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::smallint[], $5::timestamptz[],
                     $6::timestamptz[])"""
_CASES_HEARD = """
UPDATE cases SET version = version + 1,
    last_citizen_at = (SELECT last_message_at FROM conversations c WHERE c.id = cases.conversation_id),
    state = CASE WHEN state <> 'waiting' THEN state WHEN claimed_by IS NULL THEN 'new' ELSE 'claimed' END
WHERE state <> 'closed' AND conversation_id = ANY($1::bigint[]) RETURNING id"""
_CASES = """
INSERT INTO cases (conversation_id, severity, reason, opened_seq, opened_at, last_citizen_at)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::int[], $5::timestamptz[],
                     $6::timestamptz[])
ON CONFLICT (conversation_id) WHERE state <> 'closed' DO UPDATE SET
    reason = CASE WHEN excluded.severity > cases.severity THEN excluded.reason ELSE cases.reason END,
    severity = greatest(cases.severity, excluded.severity), version = cases.version + 1"""

# The first open row of each conversation and lane; ordinary waits while an emergency of its conversation is unsent.
_CLAIM_OUTBOX = """
WITH heads AS (
    SELECT o.id FROM outbox o
    WHERE o.state < 2 AND o.lane BETWEEN $6 AND $7 AND o.due_at <= $1 AND o.account <> ALL($2::text[])
      AND NOT EXISTS (
        SELECT 1 FROM outbox p
        WHERE p.conversation_id = o.conversation_id AND p.state < 2
          AND (p.lane < o.lane OR (p.lane = o.lane AND p.id < o.id)))
    ORDER BY o.lane, o.id LIMIT $3 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE outbox SET state = 1, worker = $4, due_at = $5, attempts = attempts + 1
    FROM heads WHERE outbox.id = heads.id RETURNING outbox.*
)
SELECT t.id, t.conversation_id, t.account, c.address, m.text, m.language, m.author, m.choices, t.lane, t.attempts,
       t.queued_at, c.heard_at
FROM taken t
JOIN conversations c ON c.id = t.conversation_id
JOIN messages m ON m.conversation_id = t.conversation_id AND m.seq = t.seq
ORDER BY t.lane, t.id"""
_SENT = """
UPDATE outbox SET state = 2, worker = '', platform_key = v.key, sent_at = v.at
FROM unnest($1::bigint[], $2::bytea[], $3::timestamptz[]) AS v (id, key, at)
WHERE outbox.id = v.id AND (outbox.state = 1 OR (outbox.state = 0 AND outbox.fate <> 'failed'))"""

Connection = Any
"""An asyncpg connection; the driver ships no types."""


class PostgresqlHot:
    """The hot path on PostgreSQL. Rows in, rows out; results come in the order of what was given."""

    def __init__(self, pool: "asyncpg.Pool[Any]", worker: str) -> None:
        self._pool = pool
        self._worker = worker

    async def accept(self, rows: Sequence[AcceptRow], now: datetime, forget_at: datetime) -> list[bool | Exception]:
        """True for each row that is new."""

        async def insert(connection: Connection, some: Sequence[AcceptRow]) -> list[bool]:
            columns = (
                [row.account for row in some],
                [row.event_key for row in some],
                [row.peer for row in some],
                [row.payload for row in some],
            )
            new = {(account, key) for account, key in await connection.fetch(_ACCEPT, *columns, now, forget_at)}
            if len(new) == len(some):
                return [True] * len(some)
            news = []
            for row in some:  # the first of several equal rows is the new one
                key = (row.account, row.event_key)
                news.append(key in new)
                new.discard(key)
            return news

        return await self._batch(rows, insert, transaction=False)

    async def claim(self, limit: int, now: datetime, until: datetime) -> list[ClaimRow]:
        try:
            with translated(but=asyncpg.UniqueViolationError):
                found = await self._pool.fetch(_CLAIM, now, limit, self._worker, until)
        except asyncpg.UniqueViolationError:
            return []  # another claimer was first; the next look sees it
        return [ClaimRow(*row) for row in found]

    async def finish(self, rows: Sequence[FinishRow]) -> list[Stored | Exception]:
        results: list[Stored | Exception] = [Stored()] * len(rows)
        for turn in one_per_conversation(rows):
            # One order of locking for all processes, so that two batches cannot wait for each other.
            turn.sort(key=lambda index: rows[index].lookup)
            stored = await self._batch([rows[index] for index in turn], self._finish, transaction=True)
            for index, result in zip(turn, stored, strict=True):
                results[index] = Stored(lost=True) if isinstance(result, LeaseLost) else result
        return results

    async def _finish(self, connection: Connection, rows: Sequence[FinishRow]) -> list[Stored]:
        for row in rows:
            if row.error is not None:
                about = (row.error, row.now, row.forget_at, row.inbound_id, self._worker)
                await connection.execute(_QUARANTINE, *about)
        done = await connection.fetch(_DONE, self._worker, [row.inbound_id for row in rows])
        if len(done) != len(rows):
            raise LeaseLost
        full = [row for row in rows if not row.bare]
        if not full:
            return [Stored()] * len(rows)
        upserted = await connection.fetch(_CONVERSATIONS, *_columns([_conversation(row) for row in full]))
        found = {lookup: (id_, last_seq, owner) for lookup, id_, last_seq, owner in upserted}
        new = written(full, found)
        for statement, values in ((_MESSAGES, new.messages), (_OUTBOX, new.outbox)):
            if values:
                await connection.execute(statement, *_columns(values))
        changed = await connection.fetch(_CASES_HEARD, new.heard) if new.heard else ()
        if new.cases:
            await connection.execute(_CASES, *_columns(new.cases))
        return [Stored(case=bool(changed or new.cases))] * len(rows)

    async def claim_outbox(
        self, limit: int, now: datetime, until: datetime, paused: Collection[str], lanes: tuple[int, int]
    ) -> list[OutboxRow]:
        try:
            with translated(but=asyncpg.UniqueViolationError):
                found = await self._pool.fetch(_CLAIM_OUTBOX, now, list(paused), limit, self._worker, until, *lanes)
        except asyncpg.UniqueViolationError:
            return []
        return [OutboxRow(*row) for row in found]

    async def sent(self, rows: Sequence[tuple[int, bytes, datetime]]) -> list[Exception | None]:
        with translated():
            await self._pool.execute(_SENT, *_columns(sorted(rows)))
        return [None] * len(rows)

    async def _batch(
        self,
        rows: Sequence[Row],
        work: Callable[[Connection, Sequence[Row]], Awaitable[Sequence[Result]]],
        *,
        transaction: bool,
    ) -> list[Result | Exception]:
        """All rows at once, or, if that fails, each on its own, so that a bad one costs only itself."""
        try:
            async with self._pool.acquire() as connection:
                if not transaction:
                    return list(await work(connection, rows))
                async with connection.transaction():
                    return list(await work(connection, rows))
        except Exception as error:  # noqa: BLE001 - told to the row it belongs to
            ours = fault(error)
            if isinstance(ours, StoreBusy):
                raise ours from None
            if len(rows) == 1:
                return [ours]
        results: list[Result | Exception] = []
        for row in rows:
            results += await self._batch([row], work, transaction=transaction)
        return results


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _conversation(row: FinishRow) -> tuple[object, ...]:
    return (*row.columns(), row.now, row.forget_at, row.heard_at)
