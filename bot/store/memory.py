"""What channels must not forget: cursors, device keys, refreshed tokens. Sealed, one value a name."""

import sqlalchemy as sa
from sqlalchemy import Connection

from bot.store.context import context
from bot.store.tables import properties


def recall(connection: Connection, account: str, name: str) -> bytes | None:
    """The value last kept; None for an unknown name. Raises StoreError when it cannot be opened."""
    query = sa.select(properties.c.value).where(properties.c.name == _key(account, name))
    sealed = connection.execute(query).scalar()
    return None if sealed is None else context(connection).keys.open(bytes(sealed))


def keep(connection: Connection, account: str, name: str, value: bytes) -> None:
    """Keep a value in place of the one before."""
    sealed = context(connection).keys.seal(value)
    key = properties.c.name == _key(account, name)
    changed = connection.execute(sa.update(properties).where(key).values(value=sealed))
    if changed.rowcount == 0:
        connection.execute(sa.insert(properties).values(name=_key(account, name), value=sealed))


def _key(account: str, name: str) -> str:
    return f"channel/{account}/{name}"
