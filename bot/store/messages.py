"""What was said in a conversation, by whom, and whether it arrived."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.message import Author, Kind, Lane
from bot.store.bell import conversation_topic
from bot.store.context import announce, context
from bot.store.rows import LineRow, choices_of, reasons_of
from bot.store.tables import conversations, messages, outbox, users
from bot.store.values import MessageRow

_DELIVERY = {None: "", 0: "queued", 1: "sending", 2: "sent", 3: "given_up"}


def conversation_messages(c: Connection, conversation_id: int, after: int = 0) -> list[MessageRow]:
    """The messages of a conversation in order, from those after the sequence number `after`."""
    query = (
        sa.select(messages, outbox.c.state, outbox.c.refusal, outbox.c.fate, users.c.name)
        .outerjoin(
            outbox,
            sa.and_(outbox.c.conversation_id == messages.c.conversation_id, outbox.c.seq == messages.c.seq),
        )
        .outerjoin(users, users.c.id == messages.c.user_id)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
        .order_by(messages.c.seq)
    )
    return [
        MessageRow(
            seq=row.seq,
            at=row.at,
            author=Author(row.author),
            text=row.text,
            language=row.language,
            choices=choices_of(row.choices),
            alert=row.alert,
            intent=row.intent,
            level=row.level,
            reasons=reasons_of(row.reasons),
            delivery=_DELIVERY[row.state],
            refusal=row.refusal or "",
            staff_name=row.name or "",
            kind=Kind(row.kind),
            fate=row.fate or "",
            public=row.public,
        )
        for row in c.execute(query)
    ]


def append(
    c: Connection,
    conversation_id: int,
    line: LineRow,
    now: datetime,
    *,
    user_id: int | None = None,
    forget_at: datetime | None = None,
) -> int:
    """Add one message to a conversation, queue it where it has a lane, and return its sequence number.

    Where the citizen lets messages disappear, this one disappears as soon.
    """
    forget_at = forget_at or now + context(c).retention
    conversation = c.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(last_seq=conversations.c.last_seq + 1, last_message_at=now, forget_at=forget_at)
        .returning(
            conversations.c.account, conversations.c.lookup, conversations.c.last_seq, conversations.c.vanish_seconds
        )
    ).one()
    vanishes = conversation.vanish_seconds > 0
    lives_until = now + timedelta(seconds=conversation.vanish_seconds) if vanishes else forget_at
    c.execute(
        sa.insert(messages).values(
            conversation_id=conversation_id,
            seq=conversation.last_seq,
            author=line.author,
            kind=line.kind,
            text=line.text,
            language=line.language,
            choices=line.choices,
            alert=line.alert,
            intent=line.intent,
            level=line.level,
            reasons=line.reasons,
            user_id=user_id,
            at=now,
            forget_at=min(forget_at, lives_until),
            vanishes=vanishes,
        )
    )
    if line.lane is not None:
        c.execute(
            sa.insert(outbox).values(
                conversation_id=conversation_id,
                seq=conversation.last_seq,
                account=conversation.account,
                lane=line.lane,
                queued_at=now,
                due_at=now,
            )
        )
        announce(c, "outbox")
    announce(c, conversation_topic(bytes(conversation.lookup)))
    return int(conversation.last_seq)


def spoken(author: Author, text: str, language: str, now: datetime) -> LineRow:
    """A plain line to be sent to the citizen."""
    return LineRow(author.value, Kind.TEXT.value, text, language, "[]", False, "", "", "[]", now, int(Lane.ORDINARY))
