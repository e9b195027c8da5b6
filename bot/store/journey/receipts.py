"""What a platform reports of our messages afterwards: taken, delivered, read, or failed after all.

A report may come before the call that sent the message has returned, twice, out of order, or for a message that
nobody knows. So nothing here is ever an error, and what is settled stays settled.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from bot.errors import Refusal
from bot.store import topics
from bot.store.context import announce, context
from bot.store.journey import queues
from bot.store.tables import inbound, outbox
from bot.store.values import Settlement

_QUEUED, _SENDING, _SENT, _GIVEN_UP = 0, 1, 2, 3
_FAILED = "failed"
_RANK = {"": 0, "sent": 1, "delivered": 2, "read": 3}


def settle(c: Connection, told: Settlement) -> None:
    """Take the report, and mark its event as done; nothing where another worker has the event by now."""
    if not done(c, told.inbound_id):
        return
    row = _meant(c, told)
    if row is None:
        return
    if told.fate == _FAILED:
        _failed(c, row, told)
    else:
        _arrived(c, row, told)


def done(c: Connection, inbound_id: int) -> bool:
    """Mark an event of ours as handled; False where it is no longer this worker's."""
    mine = sa.and_(inbound.c.id == inbound_id, inbound.c.state == 1, inbound.c.worker == context(c).worker)
    return c.execute(sa.update(inbound).where(mine).values(state=2, payload=None, worker="")).rowcount == 1


def _meant(c: Connection, told: Settlement) -> Row[Any] | None:
    if 0 < told.outbox_id < 2**63:
        named = outbox.c.id == told.outbox_id
    elif told.platform_id:
        named = outbox.c.platform_key == context(c).keys.lookup("platform", told.platform_id)
    else:
        return None
    # Of this account only: a report names rows, and whoever signs for one account speaks for no other.
    query = (
        sa.select(outbox)
        .where(named, outbox.c.account == told.account)
        .order_by(outbox.c.id.desc())
        .limit(1)
        .with_for_update()
    )
    return c.execute(query).one_or_none()


def _arrived(c: Connection, row: Row[Any], told: Settlement) -> None:
    if row.fate == _FAILED or _RANK[told.fate] <= _RANK[row.fate]:
        return  # a late word on the first attempt says nothing of the second
    values: dict[str, object] = {"fate": told.fate}
    # While it is being sent only the call knows whether all of it is out; should its answer be lost, this counts.
    if row.state in {_QUEUED, _GIVEN_UP}:
        if row.refusal != Refusal.UNKNOWN_OUTCOME:
            return
        values |= {"state": _SENT, "worker": "", "refusal": "", "sent_at": told.now}
    c.execute(sa.update(outbox).where(outbox.c.id == row.id).values(values))
    announce(c, "outbox", topics.of_conversation(c, row.conversation_id))


def _failed(c: Connection, row: Row[Any], told: Settlement) -> None:
    if row.state not in {_SENDING, _SENT}:
        return  # it is known, and people too
    if told.again_at is None or row.fate == _FAILED:
        queues.failed(c, row.id, told.refusal, told.now, among=(_SENDING, _SENT))
        return
    again = {"state": _QUEUED, "worker": "", "due_at": told.again_at, "refusal": told.refusal, "fate": _FAILED}
    c.execute(sa.update(outbox).where(outbox.c.id == row.id).values(again))
    announce(c, "outbox", topics.of_conversation(c, row.conversation_id))
