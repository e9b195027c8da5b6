"""Internal notes on a case; citizens never see them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store import audit, cases
from bot.store.context import announce, context
from bot.store.scrub import scrub
from bot.store.tables import notes, users


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note."""

    at: datetime
    author_name: str
    text: str


def add(c: Connection, case_id: int, user_id: int, text: str, now: datetime) -> None:
    """Raises NotVisible when there is no such case for this person."""
    cases.case(c, case_id, user_id)
    c.execute(
        sa.insert(notes).values(
            case_id=case_id, user_id=user_id, text=scrub(text), at=now, forget_at=now + context(c).retention
        )
    )
    audit.record(c, user_id, "case.note", f"case:{case_id}", now)
    announce(c, "cases")


def of_case(c: Connection, case_id: int, user_id: int) -> list[NoteRow]:
    """The notes of a case, oldest first. Raises NotVisible when there is no such case for this person."""
    cases.case(c, case_id, user_id)
    query = (
        sa.select(notes.c.at, users.c.name, notes.c.text)
        .outerjoin(users, users.c.id == notes.c.user_id)
        .where(notes.c.case_id == case_id)
        .order_by(notes.c.id)
    )
    return [NoteRow(row.at, row.name or "", row.text) for row in c.execute(query)]
