"""The door of the room: opens either database and hands out its parts."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from bot.errors import SettingsError
from bot.store.background import Background
from bot.store.bell import Bell
from bot.store.context import Context
from bot.store.erasure import erase_again
from bot.store.journey import Journey
from bot.store.journey.journey import Hot
from bot.store.keycheck import check_key
from bot.store.keys import Keys
from bot.store.postgresql.carrier import Carrier
from bot.store.postgresql.database import PostgresqlDatabase
from bot.store.postgresql.hot import PostgresqlHot
from bot.store.sqlite.database import SqliteDatabase
from bot.store.sqlite.hot import SqliteHot
from bot.store.tombstones import Tombstones

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """An open database. Made by `open`, ended by `close`; both on the running event loop."""

    def __init__(
        self,
        database: SqliteDatabase | PostgresqlDatabase,
        journey: Journey,
        bell: Bell,
        carrier: Carrier | None,
    ) -> None:
        self._database = database
        self._carrier = carrier
        self._background = Background()
        self.journey = journey
        self.bell = bell
        self.dialect = "sqlite" if isinstance(database, SqliteDatabase) else "postgresql"

    @classmethod
    async def open(
        cls,
        url: str,
        keys: Keys,
        *,
        worker: str,
        retention_days: int = 90,
        migrate: bool = True,
        erased: Path | None = None,
    ) -> "Store":
        """Open `sqlite:////path/file.db` or `postgresql://user:password@host/database`.

        `worker` names this process among those sharing the database; a restarted process keeps its name.
        `erased` is the file that remembers erasures; what a backup has brought back of them is erased again.
        Raises StoreLocked, StoreTooNew or StoreError; SettingsError for another kind of address.
        """
        parsed = sa.make_url(url)
        retention = timedelta(days=retention_days)
        bell = Bell()
        tombstones = Tombstones(erased) if erased is not None else None

        def context() -> Context:
            return Context(keys, worker, retention, tombstones)

        database: SqliteDatabase | PostgresqlDatabase
        carrier: Carrier | None = None
        hot: Hot
        match parsed.get_backend_name():
            case "sqlite" if parsed.database:
                path = Path(parsed.database)
                database = await asyncio.to_thread(SqliteDatabase, path, context, bell)
                hot = SqliteHot(database.writer, worker)
            case "postgresql":
                database = await PostgresqlDatabase.open(parsed, context, bell)
                hot = PostgresqlHot(database.pool, worker)
                carrier = Carrier(database.pool, bell)
            case _:
                raise SettingsError("The database address must begin with sqlite:/// (and a file) or postgresql://.")
        try:
            await database.prepare(migrate=migrate)
            await database.write(check_key)
            await database.write(erase_again)
        except BaseException:
            await database.close()
            raise
        store = cls(database, Journey(hot, database, keys, bell, retention), bell, carrier)
        store._start()
        return store

    def _start(self) -> None:
        for run in self.journey.groups:
            self._background.start(run())
        if self._carrier is not None:
            self._background.start(self._carrier.run())

    async def close(self) -> None:
        """Write what is on its way, then close."""
        await self.journey.drained()
        await self._background.close()
        await self._database.close()

    async def read(
        self, query: Callable[Concatenate[sa.Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function of this room that only reads."""
        return await self._database.read(lambda connection: query(connection, *args, **kwargs))

    async def write(
        self, change: Callable[Concatenate[sa.Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function of this room in a transaction; returns after the commit. An error takes back all of it."""
        return await self._database.write(lambda connection: change(connection, *args, **kwargs))
