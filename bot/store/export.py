"""What is stored about one person, complete, for that person (Art. 15 GDPR)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.errors import NotVisible
from bot.message import Author
from bot.store.keys import Keys
from bot.store.messages import conversation_messages
from bot.store.rows import opened_event
from bot.store.tables import cases, conversations, inbound, notes, quarantine
from bot.store.values import MessageRow


def export(c: Connection, keys: Keys, account: str, address: str) -> dict[str, Any]:
    """Plain values, ready for JSON; times as ISO 8601 in UTC. Names of staff are not this person's data.

    Raises NotVisible when nothing is stored about this address.
    """
    lookup = keys.lookup(account, address)
    of_person = sa.and_(conversations.c.account == account, conversations.c.lookup == lookup)
    found = c.execute(sa.select(conversations).where(of_person)).one_or_none()
    waiting = _events(c, keys, lookup)
    if found is None:
        if not waiting:
            raise NotVisible("Nothing is stored about this address.")
        return {"account": account, "address": address, "waiting_messages": waiting}
    return {
        "account": account,
        "address": keys.open(bytes(found.address)).decode("utf-8", "surrogatepass"),
        "channel": found.channel,
        "authority": found.authority,
        "pseudonym": found.pseudonym,
        "language": found.language,
        "answered_by": found.owner,
        "dialogue": found.dialogue,
        "last_message_at": _iso(found.last_message_at),
        "forgotten_at": _iso(found.forget_at),
        "messages": [_message(row) for row in conversation_messages(c, found.id)],
        "cases": _cases(c, found.id),
        "waiting_messages": waiting,
    }


def export_pseudonym(c: Connection, keys: Keys, pseudonym: str) -> dict[str, Any]:
    """The same, for the name under which the inbox shows the person. Raises NotVisible when nobody has it."""
    query = sa.select(conversations.c.account, conversations.c.address).where(conversations.c.pseudonym == pseudonym)
    found = c.execute(query).one_or_none()
    if found is None:
        raise NotVisible("Nobody has this pseudonym.")
    return export(c, keys, found.account, keys.open(bytes(found.address)).decode("utf-8", "surrogatepass"))


def _message(row: MessageRow) -> dict[str, Any]:
    return {
        "at": _iso(row.at),
        "author": row.author.value,
        "kind": row.kind.value,
        "text": row.text,
        "language": row.language,
        "choices": [choice.label for choice in row.choices],
        "intent": row.intent,
        "level": row.level,
        "reasons": [reason.text for reason in row.reasons],
        "delivery": row.delivery if row.author is not Author.CITIZEN else "",
    }


def _cases(c: Connection, conversation_id: int) -> list[dict[str, Any]]:
    rows = c.execute(sa.select(cases).where(cases.c.conversation_id == conversation_id).order_by(cases.c.id)).all()
    return [
        {
            "reason": row.reason,
            "severity": row.severity,
            "state": row.state,
            "opened_at": _iso(row.opened_at),
            "closed_at": _iso(row.closed_at),
            "notes": [
                {"at": _iso(note.at), "text": note.text}
                for note in c.execute(sa.select(notes).where(notes.c.case_id == row.id).order_by(notes.c.id))
            ],
        }
        for row in rows
    ]


def _events(c: Connection, keys: Keys, lookup: bytes) -> list[str]:
    """Raw events that still wait or lie in quarantine, as the platform sent them."""
    sealed = [
        *c.execute(
            sa.select(inbound.c.account, inbound.c.payload).where(inbound.c.peer == lookup, inbound.c.state < 2)
        ),
        *c.execute(sa.select(quarantine.c.account, quarantine.c.payload).where(quarantine.c.peer == lookup)),
    ]
    return [opened_event(row.account, bytes(row.payload), keys).payload.decode("utf-8", "replace") for row in sealed]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
