"""Notices a wrong secret at the start, instead of at the first citizen who is not recognised."""

import sqlalchemy as sa

from bot.errors import SettingsError
from bot.store.context import context
from bot.store.tables import properties

_NAME = "key-check"


def check_key(connection: sa.Connection) -> None:
    """Raises SettingsError when the database was made under another secret."""
    mark = context(connection).keys.lookup(_NAME, _NAME)
    query = sa.select(properties.c.value).where(properties.c.name == _NAME)
    stored = connection.execute(query).scalar()
    if stored is None:
        connection.execute(sa.insert(properties).values(name=_NAME, value=mark))
    elif bytes(stored) != mark:
        raise SettingsError("The database belongs to another secret. Configure the one it was made with.")
