"""Forgetting by rule: whatever holds text carries the date on which it goes."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.context import context
from bot.store.tables import bulletins, conversations, inbound, login_failures, messages, notes, quarantine, sessions

_SESSION_KEPT = timedelta(days=7)
"""Longer than any session lives (sessions.current decides that)."""
_FAILURE_KEPT = timedelta(days=1)


def preview(c: Connection, now: datetime) -> dict[str, int]:
    """How many rows of each table `forget` would delete at this moment."""
    count = sa.func.count()
    return {
        table.name: int(c.execute(sa.select(count).select_from(table).where(due)).scalar_one())
        for table, due in _due(now)
    }


def forget(c: Connection, now: datetime) -> dict[str, int]:
    """Delete what is due; returns how many rows of each table. The audit trail holds no text and stays."""
    gone = {table.name: c.execute(sa.delete(table).where(due)).rowcount for table, due in _due(now)}
    if any(gone.values()):
        context(c).wipe = True
    return gone


def _due(now: datetime) -> tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...]:
    # Conversations last: with them go their remaining messages, cases and outbox rows.
    return (
        (notes, notes.c.forget_at <= now),
        (bulletins, bulletins.c.forget_at <= now),
        (quarantine, quarantine.c.forget_at <= now),
        # Never a message that still waits for its answer.
        (inbound, sa.and_(inbound.c.forget_at <= now, inbound.c.state >= 2)),
        (messages, messages.c.forget_at <= now),
        (conversations, conversations.c.forget_at <= now),
        (sessions, sessions.c.created_at <= now - _SESSION_KEPT),
        (login_failures, login_failures.c.last_at <= now - _FAILURE_KEPT),
    )
