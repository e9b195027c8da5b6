"""Which versions of the content answered, and when."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.tables import content_versions


@dataclass(frozen=True, slots=True)
class Version:
    """One state of the content, by the name that is kept with every answer, and when it first and last answered."""

    name: str
    first: datetime
    last: datetime


def record(c: Connection, version: str, now: datetime) -> None:
    """This version is in force."""
    same = content_versions.c.version == version
    seen = c.execute(sa.update(content_versions).where(same).values(last_used_at=now))
    if seen.rowcount == 0:
        c.execute(sa.insert(content_versions).values(version=version, first_used_at=now, last_used_at=now))


def newest(c: Connection, most: int = 50) -> list[Version]:
    """The versions that were in force last, the latest first."""
    query = sa.select(content_versions).order_by(content_versions.c.last_used_at.desc()).limit(most)
    return [Version(row.version, row.first_used_at, row.last_used_at) for row in c.execute(query)]
