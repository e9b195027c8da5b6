"""Who is logged in, and who tried too often. The database knows only the hashes of tokens."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.context import announce
from bot.store.tables import login_failures, sessions, users

_FREE_TRIES = 3
_LONGEST_BLOCK = timedelta(minutes=15)
_FORGIVEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SessionView:
    """A running session and whose it is."""

    user_id: int
    user_name: str
    role: str
    csrf: str


def create(c: Connection, token_hash: bytes, user_id: int, now: datetime) -> SessionView | None:
    """Begin a session under the hash of its token; its secret against forged requests is made here."""
    values = {"token_hash": token_hash, "user_id": user_id, "created_at": now, "seen_at": now}
    c.execute(sa.insert(sessions).values(**values, csrf=secrets.token_urlsafe(24)))
    return current(c, token_hash, now, timedelta.max, timedelta.max)


def current(
    c: Connection, token_hash: bytes, now: datetime, idle: timedelta, absolute: timedelta
) -> SessionView | None:
    """The session, unless it has ended: unused for `idle`, older than `absolute`, or its user disabled."""
    row = c.execute(
        sa.select(sessions, users.c.name, users.c.role)
        .join(users, users.c.id == sessions.c.user_id)
        .where(sessions.c.token_hash == token_hash, users.c.disabled_at.is_(None))
    ).one_or_none()
    if row is None or now - row.seen_at > idle or now - row.created_at > absolute:
        return None
    return SessionView(row.user_id, row.name, row.role, row.csrf)


def touch(c: Connection, token_hash: bytes, now: datetime) -> None:
    """The session was used."""
    c.execute(sa.update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def end(c: Connection, token_hash: bytes) -> None:
    c.execute(sa.delete(sessions).where(sessions.c.token_hash == token_hash))
    announce(c, "sessions")


def end_all(c: Connection, user_id: int) -> None:
    """End every session of a person."""
    c.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))
    announce(c, "sessions")


def record_failure(c: Connection, key: bytes, now: datetime) -> None:
    """A login failed. `key` stands for account and address together, so that nobody locks out another.

    Three tries are free; after that each failure doubles the wait, from one second to a quarter of an hour.
    """
    seen = login_failures.c
    row = c.execute(sa.select(login_failures).where(seen.key == key).with_for_update()).one_or_none()
    before = row.failures if row is not None and now - row.last_at < _FORGIVEN_AFTER else 0
    wait = timedelta(seconds=2 ** min(before - _FREE_TRIES, 20)) if before >= _FREE_TRIES else timedelta()
    values = {"failures": before + 1, "last_at": now, "blocked_until": now + min(wait, _LONGEST_BLOCK)}
    if row is None:
        c.execute(sa.insert(login_failures).values(key=key, **values))
    else:
        c.execute(sa.update(login_failures).where(seen.key == key).values(values))


def blocked_until(c: Connection, key: bytes, now: datetime) -> datetime | None:
    """When the next try is allowed; None when it is allowed now."""
    query = sa.select(login_failures.c.blocked_until).where(login_failures.c.key == key)
    until: datetime | None = c.execute(query).scalar()
    return until if until is not None and until > now else None


def clear(c: Connection, key: bytes) -> None:
    """The login succeeded."""
    c.execute(sa.delete(login_failures).where(login_failures.c.key == key))
