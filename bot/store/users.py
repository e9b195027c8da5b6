"""The people who log in. Roles: "press" answers citizens, "admin" also manages accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from bot.errors import Conflict, NotVisible
from bot.store import sessions
from bot.store.cases import CaseState
from bot.store.context import announce
from bot.store.scrub import scrub
from bot.store.tables import cases, users

ROLES = ("press", "admin")


@dataclass(frozen=True, slots=True)
class UserView:
    """One account. `password_hash` is argon2's whole string, salt and cost included."""

    id: int
    name: str
    password_hash: str
    role: str
    disabled: bool
    created_at: datetime


def _view(row: Row[Any]) -> UserView:
    return UserView(row.id, row.name, row.password_hash, row.role, row.disabled_at is not None, row.created_at)


def create(c: Connection, name: str, password_hash: str, role: str, now: datetime) -> int:
    """A new account; returns its id. Raises Conflict when the name, in whatever case, is taken."""
    if role not in ROLES:
        raise ValueError(f"unknown role {role!r}")
    name = scrub(name.strip())
    if by_name(c, name) is not None:
        raise Conflict(f"Den Namen {name} gibt es schon.")
    values = {"name": name, "password_hash": password_hash, "role": role, "created_at": now}
    return int(c.execute(sa.insert(users).values(values).returning(users.c.id)).scalar_one())


def by_name(c: Connection, name: str) -> UserView | None:
    """The account of this name, case ignored (in Python: SQLite's own lower() knows only ASCII)."""
    wanted = name.strip().casefold()
    return next((user for user in all_users(c) if user.name.casefold() == wanted), None)


def by_id(c: Connection, user_id: int) -> UserView:
    """Raises NotVisible when there is none."""
    row = c.execute(sa.select(users).where(users.c.id == user_id)).one_or_none()
    if row is None:
        raise NotVisible("There is no such account.")
    return _view(row)


def all_users(c: Connection) -> list[UserView]:
    """Every account by name, the disabled ones too."""
    return [_view(row) for row in c.execute(sa.select(users).order_by(users.c.name))]


def count(c: Connection) -> int:
    """How many accounts there are, the disabled ones too."""
    return int(c.execute(sa.select(sa.func.count()).select_from(users)).scalar_one())


def set_password(c: Connection, user_id: int, password_hash: str) -> None:
    """Change the password; all sessions of the person end."""
    c.execute(sa.update(users).where(users.c.id == user_id).values(password_hash=password_hash))
    sessions.end_all(c, user_id)


def disable(c: Connection, user_id: int, now: datetime) -> None:
    """Lock the person out at once; sessions end, and what they had claimed is free for colleagues."""
    c.execute(sa.update(users).where(users.c.id == user_id).values(disabled_at=now))
    held = sa.and_(cases.c.claimed_by == user_id, cases.c.state != CaseState.CLOSED)
    free = {"state": CaseState.NEW.value, "claimed_by": None, "version": cases.c.version + 1}
    c.execute(sa.update(cases).where(held).values(free))
    sessions.end_all(c, user_id)
    announce(c, "cases")


def enable(c: Connection, user_id: int) -> None:
    """Let the person in again."""
    c.execute(sa.update(users).where(users.c.id == user_id).values(disabled_at=None))
