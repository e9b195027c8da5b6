"""What the functions of this room find on a connection beside the database: keys, periods, and topics to ring."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from bot.store.keys import Keys
from bot.store.tombstones import Tombstones


@dataclass(slots=True)
class Context:
    """Travels in `Connection.info`."""

    keys: Keys
    worker: str
    retention: timedelta
    tombstones: Tombstones | None = None
    """Where erasures are noted that a backup must not undo; None where nobody wants that."""
    topics: set[str] = field(default_factory=set)
    """Rung after the commit."""
    wipe: bool = False
    """Something was erased: the write-ahead log is emptied after the commit."""


def context(connection: Connection) -> Context:
    """The context of this connection."""
    found: Context = connection.info["context"]
    return found


def announce(connection: Connection, *topics: str) -> None:
    """Ring these topics once the running transaction is committed."""
    context(connection).topics.update(topics)
