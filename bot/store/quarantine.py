"""Messages that could not be handled; their bytes stay sealed until they are forgotten."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.message import Event
from bot.store.context import context
from bot.store.rows import opened_event
from bot.store.tables import quarantine


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One entry, without the message itself."""

    id: int
    account: str
    error: str
    at: datetime


def entries(c: Connection, limit: int = 100) -> list[Quarantined]:
    """The newest entries."""
    query = sa.select(quarantine).order_by(quarantine.c.id.desc()).limit(limit)
    return [Quarantined(row.id, row.account, row.error, row.at) for row in c.execute(query)]


def event(c: Connection, quarantine_id: int) -> Event | None:
    """The event as it came, for the developer who repairs what it broke; None where there is none.

    Raises StoreError if it cannot be opened.
    """
    row = c.execute(sa.select(quarantine).where(quarantine.c.id == quarantine_id)).one_or_none()
    return None if row is None else opened_event(row.account, bytes(row.payload), context(c).keys)
