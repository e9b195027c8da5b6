"""Bulletins: dated notices of the press office. Each ends by itself; whoever knows them is told of every change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from bot.errors import Conflict, NotVisible
from bot.message import Bulletin
from bot.store import audit
from bot.store.context import announce, context
from bot.store.jsons import NAMES, TEXTS, to_json
from bot.store.scrub import scrub
from bot.store.tables import bulletins, users

AHEAD = timedelta(days=30)
"""How far ahead an end may lie: nothing stays in force because somebody forgot it."""
_OVER_SHOWN = 50


class BulletinState(StrEnum):
    """Where a bulletin stands at a moment."""

    COMING = "coming"
    IN_FORCE = "in-force"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to put in force."""

    authority: str
    texts: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    region: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BulletinView:
    """A bulletin as the inbox shows it."""

    bulletin: Bulletin
    created_name: str
    ended_at: datetime | None
    """When somebody ended it before its time."""
    ended_name: str

    def state(self, now: datetime) -> BulletinState:
        """Where it stands now."""
        if self.ended_at is not None or now >= self.bulletin.ends_at:
            return BulletinState.OVER
        return BulletinState.IN_FORCE if now >= self.bulletin.starts_at else BulletinState.COMING


def put(c: Connection, draft: Draft, user_id: int, now: datetime) -> int:
    """Put a bulletin in force, now or when it starts; returns its id. Raises ValueError for an impossible one."""
    values = _values(c, draft, now) | {"created_at": now, "created_by": user_id}
    id_ = int(c.execute(sa.insert(bulletins).values(values).returning(bulletins.c.id)).scalar_one())
    _changed(c, user_id, "bulletin.put", id_, now)
    return id_


def change(c: Connection, id_: int, draft: Draft, version: int, user_id: int, now: datetime) -> None:
    """Say it otherwise, elsewhere or longer. `version` is the one that the writer had seen.

    Raises NotVisible, ValueError, and Conflict when somebody changed it meanwhile or it is over.
    """
    seen = _locked(c, id_)
    if seen.state(now) is BulletinState.OVER:
        raise Conflict("Dieser Hinweis ist schon beendet.")
    if seen.bulletin.version != version:
        raise Conflict("Diesen Hinweis hat inzwischen jemand geändert.")
    values = _values(c, draft, now) | {"version": version + 1}
    c.execute(sa.update(bulletins).where(bulletins.c.id == id_).values(values))
    _changed(c, user_id, "bulletin.change", id_, now)


def end(c: Connection, id_: int, user_id: int, now: datetime) -> None:
    """End it now. What is over stays as it is. Raises NotVisible."""
    if _locked(c, id_).state(now) is BulletinState.OVER:
        return
    c.execute(sa.update(bulletins).where(bulletins.c.id == id_).values(ended_at=now, ended_by=user_id))
    _changed(c, user_id, "bulletin.end", id_, now)


def one(c: Connection, id_: int) -> BulletinView:
    """Raises NotVisible when there is none."""
    row = c.execute(_views().where(bulletins.c.id == id_)).one_or_none()
    if row is None:
        raise NotVisible("There is no such bulletin.")
    return _view(row)


def listed(c: Connection, now: datetime) -> list[BulletinView]:
    """All that are not over, by their end, then the last that are, the latest first."""
    standing = c.execute(_views().where(_stands(now)).order_by(bulletins.c.ends_at, bulletins.c.id))
    over = _views().where(sa.not_(_stands(now))).order_by(bulletins.c.ends_at.desc(), bulletins.c.id.desc())
    return [_view(row) for row in (*standing, *c.execute(over.limit(_OVER_SHOWN)))]


def standing(c: Connection, now: datetime) -> tuple[Bulletin, ...]:
    """Those in force and those to come, oldest first: enough to know without asking again which lead an answer."""
    query = sa.select(bulletins).where(_stands(now)).order_by(bulletins.c.id)
    return tuple(_bulletin(row) for row in c.execute(query))


def _stands(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(bulletins.c.ends_at > now, bulletins.c.ended_at.is_(None))


def _values(c: Connection, draft: Draft, now: datetime) -> dict[str, Any]:
    texts = {language: scrub(text) for language, text in draft.texts.items() if text.strip()}
    if "de" not in texts:
        raise ValueError("a bulletin needs a German text")
    if not max(now, draft.starts_at) < draft.ends_at <= now + AHEAD:
        raise ValueError("a bulletin ends after it has begun and within thirty days")
    return {
        "authority": draft.authority,
        "region": scrub(draft.region),
        "texts": to_json(TEXTS, texts),
        "topics": to_json(NAMES, tuple(scrub(name) for name in draft.topics)),
        "starts_at": draft.starts_at,
        "ends_at": draft.ends_at,
        "forget_at": draft.ends_at + context(c).retention,
    }


def _locked(c: Connection, id_: int) -> BulletinView:
    c.execute(sa.select(bulletins.c.id).where(bulletins.c.id == id_).with_for_update())
    return one(c, id_)


def _changed(c: Connection, user_id: int, action: str, id_: int, now: datetime) -> None:
    audit.record(c, user_id, action, f"bulletin:{id_}", now)
    announce(c, "bulletins")


def _views() -> sa.Select[Any]:
    created, ended = users.alias("created"), users.alias("ended")
    return (
        sa.select(bulletins, created.c.name.label("created_name"), ended.c.name.label("ended_name"))
        .outerjoin(created, created.c.id == bulletins.c.created_by)
        .outerjoin(ended, ended.c.id == bulletins.c.ended_by)
    )


def _view(row: Row[Any]) -> BulletinView:
    return BulletinView(_bulletin(row), row.created_name or "", row.ended_at, row.ended_name or "")


def _bulletin(row: Row[Any]) -> Bulletin:
    return Bulletin(
        row.id,
        row.version,
        row.authority,
        TEXTS.validate_json(row.texts),
        row.starts_at,
        row.ends_at,
        row.region,
        NAMES.validate_json(row.topics),
    )
