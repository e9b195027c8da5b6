"""What channels must not forget: cursors, device keys, refreshed tokens. Sealed, one value a name."""

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.context import context
from bot.store.tables import properties


def recall(connection: Connection, account: str, name: str) -> bytes | None:
    """The value last kept; None for an unknown name. Raises StoreError when it cannot be opened."""
    query = sa.select(properties.c.value).where(properties.c.name == _key(account, name))
    sealed = connection.execute(query).scalar()
    return None if sealed is None else context(connection).keys.open(bytes(sealed))


def keep(connection: Connection, account: str, name: str, value: bytes) -> None:
    """Keep a value in place of the one before."""
    # Several processes may put the first value at the same moment.
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = insert(properties).values(name=_key(account, name), value=context(connection).keys.seal(value))
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}))


def _key(account: str, name: str) -> str:
    return f"channel/{account}/{name}"
