"""Who did what, in a chain that shows when an entry was changed or taken out.

Each entry's digest covers the one before it and is keyed, so nobody without the secret can mend the chain.
A sealed end mark (in `properties`) shows when the newest entries were cut off. No text of a citizen enters.
"""

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.context import context
from bot.store.moments import to_micros
from bot.store.tables import audit, properties

_END = "audit-end"
_START = b"\0" * 32


def record(c: Connection, user_id: int | None, action: str, subject: str, now: datetime) -> None:
    """Add an entry. `action` like "case.claim", `subject` like "case:17"; `user_id` None is the program itself."""
    end = sa.select(properties.c.value).where(properties.c.name == _END).with_for_update()
    stored = c.execute(end).scalar()
    previous = bytes(stored)[:32] if stored else _START
    digest = context(c).keys.chain(previous, _entry(now, user_id, action, subject))
    id_ = c.execute(
        sa.insert(audit)
        .values(at=now, user_id=user_id, action=action, subject=subject, digest=digest)
        .returning(audit.c.id)
    ).scalar_one()
    mark = _mark(c, digest, id_)
    if stored is None:
        c.execute(sa.insert(properties).values(name=_END, value=mark))
    else:
        c.execute(sa.update(properties).where(properties.c.name == _END).values(value=mark))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `user_id` None is the program itself."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    subject: str


def newest(c: Connection, most: int) -> list[Entry]:
    """The newest entries, oldest of them first."""
    rows = c.execute(sa.select(audit).order_by(audit.c.id.desc()).limit(most)).all()
    return [Entry(row.id, row.at, row.user_id, row.action, row.subject) for row in reversed(rows)]


def count(c: Connection) -> int:
    """How many entries there are."""
    return int(c.execute(sa.select(sa.func.count()).select_from(audit)).scalar_one())


def verify(c: Connection) -> int | None:
    """The id of the first entry that does not fit the chain, or None when all do.

    When entries are missing at the end, the id after the last one present.
    """
    keys = context(c).keys
    previous, last = _START, 0
    for row in c.execute(sa.select(audit).order_by(audit.c.id)):
        digest = keys.chain(previous, _entry(row.at, row.user_id, row.action, row.subject))
        if digest != bytes(row.digest):
            return int(row.id)
        previous, last = digest, int(row.id)
    stored = c.execute(sa.select(properties.c.value).where(properties.c.name == _END)).scalar()
    if last == 0 and stored is None:
        return None
    return None if stored is not None and bytes(stored) == _mark(c, previous, last) else last + 1


def _entry(at: datetime, user_id: int | None, action: str, subject: str) -> bytes:
    return json.dumps([to_micros(at), user_id, action, subject]).encode()


def _mark(c: Connection, digest: bytes, id_: int) -> bytes:
    return digest + context(c).keys.chain(digest, f"end {id_}".encode())
