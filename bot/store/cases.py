"""Cases: conversations that need people. Every look at one goes through `_visible`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from bot.errors import Conflict, NotVisible
from bot.message import Author, Owner, Severity
from bot.store import audit
from bot.store.bell import conversation_topic
from bot.store.context import announce
from bot.store.messages import append, spoken
from bot.store.scrub import scrub
from bot.store.tables import cases, conversations, messages, users


class CaseState(StrEnum):
    """Where a case stands."""

    NEW = "new"
    CLAIMED = "claimed"
    WAITING = "waiting"
    """Answered; waiting for the citizen."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the inbox shows it. `first_words` are of the message that made it a case, at most 80 characters.

    `version` rises with every change; what was shown can thereby be compared with what is.
    """

    id: int
    conversation_id: int
    severity: Severity
    state: CaseState
    reason: str
    opened_at: datetime
    last_citizen_at: datetime
    channel: str
    account: str
    authority: str
    language: str
    pseudonym: str
    first_words: str
    claimed_by: int | None
    claimed_name: str
    version: int
    undelivered: bool
    owner: Owner
    heard_at: datetime | None
    """When the citizen last wrote in private."""


def _views() -> sa.Select[Any]:
    return (
        sa.select(
            cases,
            conversations.c.channel,
            conversations.c.account,
            conversations.c.authority,
            conversations.c.language,
            conversations.c.pseudonym,
            conversations.c.owner,
            conversations.c.heard_at,
            sa.func.substr(messages.c.text, 1, 80).label("first_words"),
            users.c.name.label("claimed_name"),
        )
        .join(conversations, conversations.c.id == cases.c.conversation_id)
        .outerjoin(
            messages,
            sa.and_(messages.c.conversation_id == cases.c.conversation_id, messages.c.seq == cases.c.opened_seq),
        )
        .outerjoin(users, users.c.id == cases.c.claimed_by)
    )


def _view(row: Row[Any]) -> CaseView:
    return CaseView(
        id=row.id,
        conversation_id=row.conversation_id,
        severity=Severity(row.severity),
        state=CaseState(row.state),
        reason=row.reason,
        opened_at=row.opened_at,
        last_citizen_at=row.last_citizen_at,
        channel=row.channel,
        account=row.account,
        authority=row.authority,
        language=row.language,
        pseudonym=row.pseudonym,
        first_words=row.first_words or "",
        claimed_by=row.claimed_by,
        claimed_name=row.claimed_name or "",
        version=row.version,
        undelivered=row.undelivered,
        owner=Owner(row.owner),
        heard_at=row.heard_at,
    )


def _visible(c: Connection, user_id: int) -> None:
    # Today every person with an account sees every case; a narrower rule has this one place.
    active = sa.select(users.c.id).where(users.c.id == user_id, users.c.disabled_at.is_(None))
    if c.execute(active).first() is None:
        raise NotVisible("There is no such case.")


def open_cases(c: Connection, user_id: int) -> list[CaseView]:
    """Most severe first, then the longest open."""
    _visible(c, user_id)
    query = _views().where(cases.c.state != CaseState.CLOSED)
    return [_view(row) for row in c.execute(query.order_by(cases.c.severity.desc(), cases.c.opened_at, cases.c.id))]


def closed_cases(c: Connection, user_id: int, limit: int) -> list[CaseView]:
    """The last closed first."""
    _visible(c, user_id)
    query = _views().where(cases.c.state == CaseState.CLOSED).limit(limit)
    return [_view(row) for row in c.execute(query.order_by(cases.c.closed_at.desc(), cases.c.id.desc()))]


def case(c: Connection, case_id: int, user_id: int) -> CaseView:
    """Raises NotVisible when there is none for this person."""
    _visible(c, user_id)
    row = c.execute(_views().where(cases.c.id == case_id)).one_or_none()
    if row is None:
        raise NotVisible("There is no such case.")
    return _view(row)


def counts(c: Connection) -> dict[str, int]:
    """Open cases by state, and "alarm": how many of them are alarms."""
    query = (
        sa.select(cases.c.state, cases.c.severity, sa.func.count().label("number"))
        .where(cases.c.state != CaseState.CLOSED)
        .group_by(cases.c.state, cases.c.severity)
    )
    found = {"new": 0, "claimed": 0, "waiting": 0, "alarm": 0}
    for row in c.execute(query):
        found[row.state] += row.number
        if row.severity == Severity.ALARM:
            found["alarm"] += row.number
    return found


def claim(c: Connection, case_id: int, user_id: int, now: datetime) -> CaseView:
    """Take the case; the person now owns the conversation. Raises Conflict, naming who was first."""
    seen = _locked(c, case_id, user_id)
    _free_for(seen, user_id)
    _still_open(seen)
    if seen.claimed_by != user_id:
        _change(c, seen, state=CaseState.CLAIMED, claimed_by=user_id)
        _own(c, seen, Owner.HUMAN)
        audit.record(c, user_id, "case.claim", f"case:{case_id}", now)
    return case(c, case_id, user_id)


def release(c: Connection, case_id: int, user_id: int, now: datetime) -> None:
    """Give the claim back to colleagues. The conversation stays with people; the bot stays silent."""
    seen = _locked(c, case_id, user_id)
    _free_for(seen, user_id)
    _still_open(seen)
    _change(c, seen, state=CaseState.NEW, claimed_by=None)
    audit.record(c, user_id, "case.release", f"case:{case_id}", now)


def reply(c: Connection, case_id: int, user_id: int, text: str, seen_seq: int, now: datetime) -> int:
    """Answer the citizen; claims an unclaimed case. Returns the message's sequence number.

    Message, audit entry and outbox row are one transaction. `seen_seq` is the last message the writer had seen.
    Raises Conflict when a colleague answered after that, or holds the case; the text is then not stored.
    """
    seen = _locked(c, case_id, user_id)
    _free_for(seen, user_id)
    _still_open(seen)
    later = sa.select(sa.func.max(messages.c.seq)).where(
        messages.c.conversation_id == seen.conversation_id,
        messages.c.author == Author.STAFF,
        messages.c.seq > seen_seq,
    )
    if c.execute(later).scalar() is not None:
        raise Conflict("Diese Anfrage wurde inzwischen beantwortet.")
    line = spoken(Author.STAFF, scrub(text), seen.language, now)
    seq = append(c, seen.conversation_id, line, now, user_id=user_id)
    _change(c, seen, state=CaseState.WAITING, claimed_by=user_id, undelivered=False)
    _own(c, seen, Owner.HUMAN)
    audit.record(c, user_id, "case.reply", f"case:{case_id}#{seq}", now)
    return seq


def close(c: Connection, case_id: int, user_id: int, now: datetime) -> None:
    """Done; the bot answers again."""
    seen = _locked(c, case_id, user_id)
    _free_for(seen, user_id)
    if seen.state == CaseState.CLOSED:
        return
    _change(c, seen, state=CaseState.CLOSED, closed_at=now)
    _own(c, seen, Owner.BOT)
    audit.record(c, user_id, "case.close", f"case:{case_id}", now)


def reopen(c: Connection, case_id: int, user_id: int, now: datetime) -> None:
    """Take a closed case up again. Raises Conflict when the conversation has a newer open one."""
    seen = _locked(c, case_id, user_id)
    if seen.state != CaseState.CLOSED:
        raise Conflict("Diese Anfrage ist bereits offen.")
    other = sa.select(cases.c.id).where(
        cases.c.conversation_id == seen.conversation_id, cases.c.state != CaseState.CLOSED
    )
    if (newer := c.execute(other).scalar()) is not None:
        raise Conflict(f"Zu diesem Gespräch ist schon Anfrage {newer} offen.")
    _change(c, seen, state=CaseState.CLAIMED, claimed_by=user_id, closed_at=None)
    _own(c, seen, Owner.HUMAN)
    audit.record(c, user_id, "case.reopen", f"case:{case_id}", now)


def hand_back(c: Connection, case_id: int, user_id: int, text: str, language: str, now: datetime) -> None:
    """Close the case, let the bot answer again, and tell the citizen so with the approved `text`."""
    seen = _locked(c, case_id, user_id)
    _free_for(seen, user_id)
    _still_open(seen)
    append(c, seen.conversation_id, spoken(Author.BOT, scrub(text), language, now), now)
    _change(c, seen, state=CaseState.CLOSED, closed_at=now)
    _own(c, seen, Owner.BOT)
    audit.record(c, user_id, "case.hand-back", f"case:{case_id}", now)


def undelivered(c: Connection, conversation_id: int, seq: int, severity: Severity, now: datetime) -> None:
    """A message could not be sent: open the conversation's case, or mark and raise the open one."""
    c.execute(sa.select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update())
    query = sa.select(cases).where(cases.c.conversation_id == conversation_id, cases.c.state != CaseState.CLOSED)
    seen = c.execute(query).one_or_none()
    if seen is None:
        c.execute(
            sa.insert(cases).values(
                conversation_id=conversation_id,
                severity=int(severity),
                reason="undelivered",
                opened_seq=seq,
                opened_at=now,
                last_citizen_at=now,
                undelivered=True,
            )
        )
        announce(c, "cases")
        return
    state = CaseState.CLAIMED if seen.state == CaseState.WAITING else seen.state
    reason = "undelivered" if severity > seen.severity else seen.reason
    _change(c, seen, state=state, severity=max(seen.severity, int(severity)), reason=reason, undelivered=True)


def outside(c: Connection, conversation_id: int, seq: int, now: datetime) -> None:
    """A colleague answered on the platform itself: the open case is answered, else one says who speaks there."""
    query = sa.select(cases).where(cases.c.conversation_id == conversation_id, cases.c.state != CaseState.CLOSED)
    seen = c.execute(query).one_or_none()
    if seen is not None:
        _change(c, seen, state=CaseState.WAITING, undelivered=False)
        return
    c.execute(
        sa.insert(cases).values(
            conversation_id=conversation_id,
            severity=int(Severity.NORMAL),
            state=CaseState.WAITING.value,
            reason="outside",
            opened_seq=seq,
            opened_at=now,
            last_citizen_at=now,
        )
    )
    announce(c, "cases")


def _locked(c: Connection, case_id: int, user_id: int) -> Row[Any]:
    """The case with its conversation, both locked until the transaction ends; first the conversation, as all do."""
    _visible(c, user_id)
    of_case = sa.select(cases.c.conversation_id).where(cases.c.id == case_id).scalar_subquery()
    c.execute(sa.select(conversations.c.id).where(conversations.c.id == of_case).with_for_update())
    row = c.execute(
        sa.select(cases, conversations.c.lookup, conversations.c.language, users.c.name.label("claimed_name"))
        .join(conversations, conversations.c.id == cases.c.conversation_id)
        .outerjoin(users, users.c.id == cases.c.claimed_by)
        .where(cases.c.id == case_id)
    ).one_or_none()
    if row is None:
        raise NotVisible("There is no such case.")
    return row


def _free_for(seen: Row[Any], user_id: int) -> None:
    if seen.claimed_by not in {None, user_id} and seen.state != CaseState.CLOSED:
        raise Conflict(f"{seen.claimed_name} bearbeitet diese Anfrage.")


def _still_open(seen: Row[Any]) -> None:
    if seen.state == CaseState.CLOSED:
        raise Conflict("Diese Anfrage ist geschlossen.")


def _change(c: Connection, seen: Row[Any], **values: object) -> None:
    c.execute(sa.update(cases).where(cases.c.id == seen.id).values(**values, version=cases.c.version + 1))
    announce(c, "cases")


def _own(c: Connection, seen: Row[Any], owner: Owner) -> None:
    c.execute(sa.update(conversations).where(conversations.c.id == seen.conversation_id).values(owner=owner.value))
    announce(c, conversation_topic(bytes(seen.lookup)))
