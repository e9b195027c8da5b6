"""What a platform reports of our messages afterwards: taken, delivered, read, or failed after all.

A report may come before the call that sent the message has returned, twice, out of order, or for a message that
nobody knows. So nothing here is ever an error, and what is settled stays settled. Reports come three for each
message and are worth little, so they are settled many at a time, with few statements.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.errors import Refusal
from bot.store import topics
from bot.store.context import announce, context
from bot.store.journey import queues
from bot.store.tables import inbound, outbox
from bot.store.values import Settlement

_QUEUED, _SENDING, _SENT, _GIVEN_UP = 0, 1, 2, 3
_FAILED = "failed"
_RANK = {"": 0, "sent": 1, "delivered": 2, "read": 3}


@dataclass(slots=True)
class _Row:
    """A message of ours while reports about it are taken in."""

    id: int
    account: str
    platform_key: bytes
    conversation_id: int
    state: int
    fate: str
    refusal: str
    changed: bool = False

    def arrived(self, fate: str) -> None:
        if self.fate == _FAILED or _RANK[fate] <= _RANK[self.fate]:
            return  # a late word on the first attempt says nothing of the second
        # While it is being sent only the call knows whether all of it is out; should its answer be lost, this counts.
        if self.state in {_QUEUED, _GIVEN_UP}:
            if self.refusal != Refusal.UNKNOWN_OUTCOME:
                return
            self.state, self.refusal = _SENT, ""
        self.fate, self.changed = fate, True


def settle(c: Connection, reports: Sequence[Settlement]) -> None:
    """Take the reports in their order, and mark their events as done.

    Those whose event another worker has by now are left to it.
    """
    mine = done(c, [told.inbound_id for told in reports])
    reports = [told for told in reports if told.inbound_id in mine]
    rows = _meant(c, reports)
    for told in reports:
        row = rows.get(_name(c, told))
        # Of its own account only: whoever signs for one account speaks for no other.
        if row is None or row.account != told.account:
            continue
        if told.fate == _FAILED:
            _failed(c, row, told)
        else:
            row.arrived(told.fate)
    _write(c, list({row.id: row for row in rows.values() if row.changed}.values()), reports)


def done(c: Connection, inbound_ids: Sequence[int]) -> set[int]:
    """Mark events as handled; those of them that are still this worker's."""
    mine = sa.and_(inbound.c.id.in_(inbound_ids), inbound.c.state == 1, inbound.c.worker == context(c).worker)
    handled = sa.update(inbound).where(mine).values(state=2, payload=None, worker="").returning(inbound.c.id)
    return set(c.execute(handled).scalars())


def _name(c: Connection, told: Settlement) -> int | bytes:
    """What a report calls the message: its id with us, else the platform's; 0 where it names neither."""
    if told.outbox_id or not told.platform_id:
        return told.outbox_id
    return context(c).keys.lookup("platform", told.platform_id)


def _meant(c: Connection, reports: Iterable[Settlement]) -> dict[int | bytes, _Row]:
    """The messages that are meant, by what the reports call them."""
    names = {_name(c, told) for told in reports}
    ids = [name for name in names if isinstance(name, int) and 0 < name < 2**63]
    keys = [name for name in names if isinstance(name, bytes)]
    if not ids and not keys:
        return {}
    # In one order for all processes, so that two batches cannot wait for each other.
    named = sa.or_(outbox.c.id.in_(ids), outbox.c.platform_key.in_(keys))
    found: dict[int | bytes, _Row] = {}
    for one in c.execute(sa.select(outbox).where(named).order_by(outbox.c.id).with_for_update()):
        key = bytes(one.platform_key or b"")
        row = _Row(one.id, one.account, key, one.conversation_id, one.state, one.fate, one.refusal)
        found[row.id] = row
        if key:
            found[key] = row
    return found


def _failed(c: Connection, row: _Row, told: Settlement) -> None:
    if row.state not in {_SENDING, _SENT}:
        return  # it is known, and people too
    if told.again_at is None or row.fate == _FAILED:
        queues.failed(c, row.id, told.refusal, told.now, among=(_SENDING, _SENT))
        row.state, row.refusal = _GIVEN_UP, told.refusal
        return
    again = {"state": _QUEUED, "worker": "", "due_at": told.again_at, "refusal": told.refusal, "fate": _FAILED}
    c.execute(sa.update(outbox).where(outbox.c.id == row.id).values(again))
    row.state, row.refusal, row.fate, row.changed = _QUEUED, told.refusal, _FAILED, False
    announce(c, "outbox", *topics.of_conversations(c, [row.conversation_id]))


def _write(c: Connection, rows: Sequence[_Row], reports: Sequence[Settlement]) -> None:
    if not rows:
        return
    this = sa.update(outbox).where(outbox.c.id == sa.bindparam("of"))
    # Not `in_`: its list cannot be spelled out for many rows at once.
    settled = this.where(sa.or_(outbox.c.state == _QUEUED, outbox.c.state == _GIVEN_UP))
    late = [row for row in rows if row.state == _SENT]
    if late:
        # Nothing where it was sent in the ordinary way.
        values = {"state": _SENT, "worker": "", "refusal": "", "sent_at": reports[-1].now}
        c.execute(settled.values(values), [{"of": row.id} for row in late])
    c.execute(this.values(fate=sa.bindparam("word")), [{"of": row.id, "word": row.fate} for row in rows])
    announce(c, "outbox", *topics.of_conversations(c, [row.conversation_id for row in rows]))
