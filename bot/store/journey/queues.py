"""The cooler steps of the journey: delays, refusals, takeovers, figures."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.errors import Refusal
from bot.message import Lane, Owner, Severity
from bot.store import cases, topics
from bot.store.context import announce, context
from bot.store.messages import conversation_messages
from bot.store.tables import conversations, inbound, outbox, quarantine
from bot.store.values import Backlog, MessageRow

_PENDING, _LEASED, _SET_ASIDE = 0, 1, 3
_QUEUED, _SENDING, _SENT, _GIVEN_UP = 0, 1, 2, 3


def postpone(c: Connection, inbound_id: int, due_at: datetime) -> None:
    mine = sa.and_(inbound.c.id == inbound_id, inbound.c.state == _LEASED, inbound.c.worker == context(c).worker)
    c.execute(sa.update(inbound).where(mine).values(state=_PENDING, worker="", due_at=due_at))


def set_aside(c: Connection, inbound_id: int, now: datetime) -> None:
    """Move an event that our key does not open to quarantine, so that its conversation goes on."""
    row = c.execute(sa.select(inbound).where(inbound.c.id == inbound_id)).one()
    c.execute(
        sa.insert(quarantine).values(
            inbound_id=row.id,
            account=row.account,
            peer=row.peer,
            payload=row.payload,
            error="StoreError: cannot be opened",
            at=now,
            forget_at=now + context(c).retention,
        )
    )
    c.execute(sa.update(inbound).where(inbound.c.id == inbound_id).values(state=_SET_ASIDE, payload=None, worker=""))


def unrated(c: Connection, limit: int) -> list[tuple[int, str, bytes]]:
    """Id, account and sealed event of waiting messages nobody has glanced at, oldest first."""
    query = (
        sa.select(inbound.c.id, inbound.c.account, inbound.c.payload)
        .where(inbound.c.state < 2, inbound.c.state == _PENDING, inbound.c.rated.is_(False))
        .order_by(inbound.c.id)
        .limit(limit)
    )
    return [(row.id, row.account, bytes(row.payload)) for row in c.execute(query)]


def rate(c: Connection, urgencies: Mapping[int, Severity]) -> None:
    c.execute(sa.update(inbound).where(inbound.c.id.in_(list(urgencies))).values(rated=True))
    this, earlier = inbound.alias(), inbound
    for id_, urgency in sorted(urgencies.items()):
        if urgency is Severity.NORMAL:
            continue
        peer = sa.select(this.c.peer).where(this.c.id == id_).scalar_subquery()
        lower = sa.and_(earlier.c.peer == peer, earlier.c.state < 2, earlier.c.id <= id_, earlier.c.urgency < urgency)
        c.execute(sa.update(earlier).where(lower).values(urgency=int(urgency)))


def retry(c: Connection, outbox_id: int, at: datetime, refusal: str) -> None:
    if _arrived_after_all(c, outbox_id, refusal):
        return
    sending = sa.and_(outbox.c.id == outbox_id, outbox.c.state == _SENDING)
    c.execute(sa.update(outbox).where(sending).values(state=_QUEUED, worker="", due_at=at, refusal=refusal))


def give_up(c: Connection, outbox_id: int, refusal: str, now: datetime) -> None:
    if _arrived_after_all(c, outbox_id, refusal):
        return
    failed(c, outbox_id, refusal, now, among=(_QUEUED, _SENDING))


def _arrived_after_all(c: Connection, outbox_id: int, refusal: str) -> bool:
    """No answer came to the call, but the platform's word on the message itself was quicker: it has it."""
    if refusal != Refusal.UNKNOWN_OUTCOME:
        return False
    known = sa.and_(
        outbox.c.id == outbox_id, outbox.c.state == _SENDING, outbox.c.fate.in_(("sent", "delivered", "read"))
    )
    return c.execute(sa.update(outbox).where(known).values(state=_SENT, worker="", refusal="")).rowcount == 1


def failed(c: Connection, outbox_id: int, refusal: str, now: datetime, *, among: Collection[int]) -> None:
    """Give a row up, if it is in one of these states, and tell people by a case."""
    open_row = sa.and_(outbox.c.id == outbox_id, outbox.c.state.in_(among))
    row = c.execute(
        sa.update(outbox)
        .where(open_row)
        .values(state=_GIVEN_UP, worker="", refusal=refusal)
        .returning(outbox.c.conversation_id, outbox.c.seq, outbox.c.lane)
    ).one_or_none()
    if row is None:
        return
    severity = Severity.ALARM if row.lane == Lane.EMERGENCY else Severity.RAISED
    cases.undelivered(c, row.conversation_id, row.seq, severity, now)
    announce(c, "outbox", topics.of_conversation(c, row.conversation_id))


def move(c: Connection, outbox_id: int, new_address: str) -> None:
    row = c.execute(
        sa.select(conversations.c.id, conversations.c.account)
        .join(outbox, outbox.c.conversation_id == conversations.c.id)
        .where(outbox.c.id == outbox_id)
    ).one_or_none()
    if row is None:
        return
    keys = context(c).keys
    lookup = keys.lookup(row.account, new_address)
    # Somebody may have written from the new address before we heard of the move: two conversations of one person.
    # They stay two; this one keeps its old lookup and only sends to where the platform says.
    same = sa.and_(conversations.c.account == row.account, conversations.c.lookup == lookup)
    values: dict[str, object] = {"address": keys.seal(new_address.encode("utf-8", "surrogatepass"))}
    if c.execute(sa.select(conversations.c.id).where(same)).first() is None:
        values["lookup"] = lookup
    c.execute(sa.update(conversations).where(conversations.c.id == row.id).values(values))
    sending = sa.and_(outbox.c.id == outbox_id, outbox.c.state == _SENDING)
    c.execute(sa.update(outbox).where(sending).values(state=_QUEUED, worker="", due_at=outbox.c.queued_at))
    announce(c, "outbox")


def release(c: Connection, now: datetime) -> None:
    worker = context(c).worker
    for table, free, held in ((inbound, _PENDING, _LEASED), (outbox, _QUEUED, _SENDING)):
        mine = sa.and_(table.c.state == held, table.c.worker == worker)
        c.execute(sa.update(table).where(mine).values(state=free, worker="", due_at=now))
    announce(c, "inbound", "outbox")


def backlog(c: Connection, now: datetime) -> Backlog:
    count = sa.func.count()
    waiting = c.execute(sa.select(count, sa.func.min(inbound.c.received_at)).where(inbound.c.state < 2)).one()
    unsent = c.execute(sa.select(count, sa.func.min(outbox.c.queued_at)).where(outbox.c.state < 2)).one()
    kept = c.execute(sa.select(count).select_from(quarantine)).scalar_one()
    return Backlog(waiting[0], _age(waiting[1], now), unsent[0], _age(unsent[1], now), kept)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def transcript(c: Connection, account: str, lookup: bytes, after: int) -> tuple[list[MessageRow], Owner, bool]:
    found = c.execute(
        sa.select(conversations.c.id, conversations.c.owner).where(
            conversations.c.account == account, conversations.c.lookup == lookup
        )
    ).one_or_none()
    working = c.execute(sa.select(sa.exists().where(inbound.c.peer == lookup, inbound.c.state < 2))).scalar_one()
    if found is None:
        return [], Owner.BOT, bool(working)
    return conversation_messages(c, found.id, after), Owner(found.owner), bool(working)
