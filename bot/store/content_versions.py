"""Which versions of the content answered, and when."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.tables import content_versions


def record(c: Connection, version: str, now: datetime) -> None:
    """This version is in force from now on."""
    same = content_versions.c.version == version
    seen = c.execute(sa.update(content_versions).where(same).values(last_used_at=now))
    if seen.rowcount == 0:
        c.execute(sa.insert(content_versions).values(version=version, first_used_at=now, last_used_at=now))


def latest(c: Connection) -> str | None:
    """The version last put in force, None before the first."""
    newest = content_versions.c.last_used_at.desc()
    return c.execute(sa.select(content_versions.c.version).order_by(newest).limit(1)).scalar()
