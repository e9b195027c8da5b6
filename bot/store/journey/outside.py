"""A colleague answered on the platform itself, past our inbox."""

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.message import Author, Kind, Owner
from bot.store import cases
from bot.store.context import context
from bot.store.journey.receipts import done
from bot.store.messages import append
from bot.store.rows import LineRow, new_pseudonym
from bot.store.scrub import scrub
from bot.store.tables import conversations, outbox
from bot.store.values import TakenOver


def taken_over(c: Connection, taken: TakenOver) -> None:
    """People own the conversation, their words stand in it, and a case says so.

    Nothing happens where another worker has the event by now, nor for what another of our processes sent: not every
    platform says which app has written.
    """
    if not done(c, [taken.inbound_id]) or not taken.address or _sent_by_us(c, taken):
        return
    conversation_id = _conversation(c, taken)
    line = LineRow(
        Author.STAFF.value, Kind.TEXT.value, scrub(taken.text), "", "[]", False, "", "", "[]", taken.now, None
    )
    seq = append(c, conversation_id, line, taken.now)
    owned = sa.update(conversations).where(conversations.c.id == conversation_id)
    c.execute(owned.values(owner=Owner.HUMAN.value))
    cases.outside(c, conversation_id, seq, taken.now)


def _sent_by_us(c: Connection, taken: TakenOver) -> bool:
    if not taken.platform_id:
        return False
    key = context(c).keys.lookup("platform", taken.platform_id)
    ours = sa.and_(outbox.c.platform_key == key, outbox.c.account == taken.account)
    return c.execute(sa.select(outbox.c.id).where(ours).limit(1)).first() is not None


def _conversation(c: Connection, taken: TakenOver) -> int:
    here = context(c)
    lookup = here.keys.lookup(taken.account, taken.address)
    theirs = sa.and_(conversations.c.account == taken.account, conversations.c.lookup == lookup)
    found = c.execute(sa.select(conversations.c.id).where(theirs).with_for_update()).scalar()
    if found is not None:
        return int(found)
    new = sa.insert(conversations).values(
        account=taken.account,
        lookup=lookup,
        address=here.keys.seal(taken.address.encode("utf-8", "surrogatepass")),
        channel=taken.channel,
        authority=taken.authority,
        pseudonym=new_pseudonym(),
        last_message_at=taken.now,
        forget_at=taken.now + here.retention,
    )
    return int(c.execute(new.returning(conversations.c.id)).scalar_one())
