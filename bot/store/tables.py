"""The tables, declared once for both databases; the migrations are proved to make exactly these.

Small numbers stand for states, because the hot path filters on them in partial indexes:
`inbound.state` 0 pending, 1 leased, 2 done, 3 set aside (cannot be opened with our key);
`outbox.state`  0 queued, 1 sending, 2 sent, 3 given up.
In both, `due_at` is one thing: when the row may be taken next. For a waiting row that is its delay,
for a taken one the end of its lease; a dead worker's rows are thereby taken over by themselves.

Columns named `forget_at` carry the date on which retention deletes the row. A message that `vanishes` goes on the
minute, but not while a case of its conversation is open (retention.py).
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table

from bot.store.moments import Moment

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts only an INTEGER primary key up by itself."""


def _id() -> Column[Any]:
    return Column("id", BIG, primary_key=True, autoincrement=True)


def _table(name: str, *items: Any) -> Table:
    # AUTOINCREMENT: an id is never given twice, not even after erasure. An outbox id is an idempotency
    # key towards the platform, and an audit entry names conversations by id.
    return Table(name, metadata, *items, sqlite_autoincrement="id" in {getattr(item, "name", "") for item in items})


def _text(name: str, default: str | None = None) -> Column[Any]:
    return Column(name, sa.Text, nullable=False, server_default=default)


def _number(name: str, default: str | None = "0") -> Column[Any]:
    return Column(name, sa.SmallInteger, nullable=False, server_default=default)


def _moment(name: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    return Column(name, Moment, nullable=nullable, index=index)


def _flag(name: str) -> Column[Any]:
    return Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _conversation(*, unique: bool = False) -> Column[Any]:
    return Column(
        "conversation_id", BIG, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, unique=unique
    )


def _user(name: str) -> Column[Any]:
    return Column(name, BIG, ForeignKey("users.id"), nullable=True)


def _partial(name: str, *columns: Any, where: sa.ColumnElement[bool], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


inbound = _table(
    "inbound",
    _id(),
    _text("account"),
    # Keyed hashes: some platforms build the telephone number into their message ids.
    Column("event_key", sa.LargeBinary, nullable=False),
    Column("peer", sa.LargeBinary, nullable=False),
    Column("payload", sa.LargeBinary),
    _number("state"),
    _number("urgency"),
    _flag("rated"),
    _number("attempts"),
    _text("worker", ""),
    _moment("received_at"),
    _moment("due_at"),
    _moment("forget_at", index=True),
    sa.UniqueConstraint("account", "event_key"),
)
_partial("ix_inbound_queue", inbound.c.urgency.desc(), inbound.c.id, where=inbound.c.state < 2)
_partial("ix_inbound_peer", inbound.c.peer, inbound.c.id, where=inbound.c.state < 2)
_partial("uq_inbound_leased", inbound.c.peer, where=inbound.c.state == 1, unique=True)

conversations = _table(
    "conversations",
    _id(),
    _text("account"),
    Column("lookup", sa.LargeBinary, nullable=False),
    Column("address", sa.LargeBinary, nullable=False),
    _text("channel"),
    _text("authority"),
    Column("pseudonym", sa.Text, nullable=False, unique=True),
    _text("owner", "bot"),
    _text("language", ""),
    _text("dialogue", "{}"),
    Column("last_seq", sa.Integer, nullable=False, server_default="0"),
    _moment("last_message_at"),
    _moment("forget_at", index=True),
    # When the citizen last wrote in private: platforms with a reply window count from there.
    _moment("heard_at", nullable=True),
    # How long messages live where the citizen lets them disappear; 0 or less where not.
    Column("vanish_seconds", sa.Integer, nullable=False, server_default="0"),
    sa.UniqueConstraint("account", "lookup"),
)

messages = _table(
    "messages",
    Column("conversation_id", BIG, ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    _text("author"),
    _text("kind", "text"),
    _text("text"),
    _text("language", ""),
    _text("choices", "[]"),
    _flag("alert"),
    _text("intent", ""),
    _text("level", ""),
    _text("reasons", "[]"),
    _text("content_version", ""),
    _user("user_id"),
    _moment("at"),
    _moment("forget_at", index=True),
    _flag("public"),
    _flag("vanishes"),
)

outbox = _table(
    "outbox",
    _id(),
    Column("conversation_id", BIG, nullable=False),
    Column("seq", sa.Integer, nullable=False),
    _text("account"),
    _number("lane", None),
    _number("state"),
    Column("attempts", sa.Integer, nullable=False, server_default="0"),
    _text("worker", ""),
    _text("refusal", ""),
    # Keyed hash of the platform's message id, for receipts that name it.
    Column("platform_key", sa.LargeBinary),
    _moment("queued_at"),
    _moment("due_at"),
    _moment("sent_at", nullable=True),
    # What the platform reported afterwards: "", "failed" (and was queued once more), "sent", "delivered", "read".
    _text("fate", ""),
    sa.ForeignKeyConstraint(
        ["conversation_id", "seq"], ["messages.conversation_id", "messages.seq"], ondelete="CASCADE"
    ),
    sa.UniqueConstraint("conversation_id", "seq"),
)
_partial("ix_outbox_queue", outbox.c.lane, outbox.c.id, where=outbox.c.state < 2)
_partial("ix_outbox_lane", outbox.c.conversation_id, outbox.c.lane, outbox.c.id, where=outbox.c.state < 2)
_partial("ix_outbox_platform", outbox.c.platform_key, where=outbox.c.platform_key.is_not(None))
_partial("uq_outbox_sending", outbox.c.conversation_id, outbox.c.lane, where=outbox.c.state == 1, unique=True)

users = _table(
    "users",
    _id(),
    Column("name", sa.Text, nullable=False, unique=True),
    _text("password_hash"),
    _text("role"),
    _moment("created_at"),
    _moment("disabled_at", nullable=True),
)

cases = _table(
    "cases",
    _id(),
    _conversation(),
    _number("severity", None),
    _text("state", "new"),
    _text("reason"),
    # The message that made it a case; its words are read from there and kept nowhere twice.
    Column("opened_seq", sa.Integer, nullable=False),
    _moment("opened_at"),
    _moment("last_citizen_at"),
    _moment("closed_at", nullable=True),
    _user("claimed_by"),
    _flag("undelivered"),
    Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("severity BETWEEN 0 AND 2", name="severity"),
    sa.CheckConstraint("state IN ('new', 'claimed', 'waiting', 'closed')", name="state"),
)
Index("ix_cases_conversation", cases.c.conversation_id)
_partial("uq_cases_open", cases.c.conversation_id, where=cases.c.state != "closed", unique=True)

notes = _table(
    "notes",
    _id(),
    Column("case_id", BIG, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    _user("user_id"),
    _text("text"),
    _moment("at"),
    _moment("forget_at", index=True),
)

sessions = _table(
    "sessions",
    Column("token_hash", sa.LargeBinary, primary_key=True),
    Column("user_id", BIG, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    _text("csrf"),
    _moment("created_at"),
    _moment("seen_at"),
)

login_failures = _table(
    "login_failures",
    Column("key", sa.LargeBinary, primary_key=True),
    Column("failures", sa.Integer, nullable=False),
    _moment("last_at"),
    _moment("blocked_until"),
)

bulletins = _table(
    "bulletins",
    _id(),
    _text("authority"),
    _text("region", ""),
    # JSON: the text by language, and the names of the intents it leads.
    _text("texts"),
    _text("topics", "[]"),
    _moment("starts_at"),
    _moment("ends_at", index=True),
    _moment("created_at"),
    _user("created_by"),
    _moment("ended_at", nullable=True),
    _user("ended_by"),
    Column("version", sa.Integer, nullable=False, server_default="1"),
    _moment("forget_at", index=True),
    sa.CheckConstraint("ends_at > starts_at", name="span"),
)

audit = _table(
    "audit",
    _id(),
    _moment("at"),
    _user("user_id"),
    _text("action"),
    _text("subject"),
    Column("digest", sa.LargeBinary, nullable=False),
)

quarantine = _table(
    "quarantine",
    _id(),
    Column("inbound_id", BIG, nullable=False),
    _text("account"),
    Column("peer", sa.LargeBinary, nullable=False, index=True),
    Column("payload", sa.LargeBinary, nullable=False),
    _text("error"),
    _moment("at"),
    _moment("forget_at", index=True),
)

content_versions = _table(
    "content_versions",
    Column("version", sa.Text, primary_key=True),
    _moment("first_used_at"),
    _moment("last_used_at"),
)

properties = _table(
    "properties",
    Column("name", sa.Text, primary_key=True),
    Column("value", sa.LargeBinary, nullable=False),
)
"""Facts about this database itself: which key it was made with, how long the audit chain is."""

account_states = _table(
    "account_states",
    Column("account", sa.Text, primary_key=True),
    Column("worker", sa.Text, primary_key=True),
    _text("channel"),
    _text("state"),
    _moment("last_event_at", nullable=True),
    Column("lag_seconds", sa.Float, nullable=True),
    # JSON: gauge → number.
    _text("gauges", "{}"),
    _moment("told_at"),
)
"""How each account of a platform is, as each process last told it."""
