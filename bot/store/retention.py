"""Forgetting by rule: whatever holds text carries the date on which it goes."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store import topics
from bot.store.context import announce, context
from bot.store.jsons import DIALOGUE, to_json
from bot.store.rows import dialogue_of
from bot.store.tables import (
    account_states,
    bulletins,
    cases,
    conversations,
    inbound,
    login_failures,
    messages,
    notes,
    outbox,
    quarantine,
    sessions,
)

_SESSION_KEPT = timedelta(days=7)
"""Longer than any session lives (sessions.current decides that)."""
_FAILURE_KEPT = timedelta(days=1)
_STATE_KEPT = timedelta(days=1)


def preview(c: Connection, now: datetime) -> dict[str, int]:
    """How many rows of each table `forget` would delete at this moment."""
    count = sa.func.count()
    return {
        table.name: int(c.execute(sa.select(count).select_from(table).where(due)).scalar_one())
        for table, due in _due(c, now)
    }


def forget(c: Connection, now: datetime) -> dict[str, int]:
    """Delete what is due; returns how many rows of each table. The audit trail holds no text and stays."""
    gone = {table.name: c.execute(sa.delete(table).where(due)).rowcount for table, due in _due(c, now)}
    if any(gone.values()):
        context(c).wipe = True
    return gone


def vanishing(c: Connection, now: datetime) -> bool:
    """Whether `vanish` would find something at this moment."""
    return bool(c.execute(sa.select(sa.exists().where(_vanished(c, now)))).scalar_one())


def vanish(c: Connection, now: datetime) -> int:
    """Forget the messages that citizens let disappear; returns how many. To be called every few seconds.

    What belongs to an open case stays until it is closed: people may still have to act on it, and nobody must be
    misled about a message that seemed never to have come. Then it goes at the next call.
    """
    due = _vanished(c, now)
    touched = list(c.execute(sa.select(messages.c.conversation_id).where(due).distinct()).scalars())
    for conversation_id in touched:
        _forget_recent(c, conversation_id)
        announce(c, topics.of_conversation(c, conversation_id))
    gone = c.execute(sa.delete(messages).where(due)).rowcount
    if gone:
        context(c).wipe = True
    return gone


def _forget_recent(c: Connection, conversation_id: int) -> None:
    """The words kept beside the conversation, for judging short messages together, go with the message."""
    this = conversations.c.id == conversation_id
    stored = c.execute(sa.select(conversations.c.dialogue).where(this).with_for_update()).scalar_one()
    dialogue = replace(dialogue_of(stored), recent=())
    c.execute(sa.update(conversations).where(this).values(dialogue=to_json(DIALOGUE, dialogue)))


def _vanished(c: Connection, now: datetime) -> sa.ColumnElement[bool]:
    of_case = cases.c.conversation_id == messages.c.conversation_id
    open_case = sa.exists().where(of_case, cases.c.state != "closed")
    of_row = sa.and_(outbox.c.conversation_id == messages.c.conversation_id, outbox.c.seq == messages.c.seq)
    unsent = sa.exists().where(of_row, outbox.c.state < 2)
    overdue = messages.c.at <= now - context(c).retention
    return sa.and_(messages.c.vanishes, messages.c.forget_at <= now, ~unsent, sa.or_(~open_case, overdue))


def _due(c: Connection, now: datetime) -> tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...]:
    # Conversations last: with them go their remaining messages, cases and outbox rows.
    return (
        (notes, notes.c.forget_at <= now),
        (bulletins, bulletins.c.forget_at <= now),
        (quarantine, quarantine.c.forget_at <= now),
        # Never a message that still waits for its answer.
        (inbound, sa.and_(inbound.c.forget_at <= now, inbound.c.state >= 2)),
        (messages, sa.or_(sa.and_(~messages.c.vanishes, messages.c.forget_at <= now), _vanished(c, now))),
        (conversations, conversations.c.forget_at <= now),
        (sessions, sessions.c.created_at <= now - _SESSION_KEPT),
        (login_failures, login_failures.c.last_at <= now - _FAILURE_KEPT),
        (account_states, account_states.c.told_at <= now - _STATE_KEPT),
    )
