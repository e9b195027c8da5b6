"""The PostgreSQL database as the store uses it."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import asyncpg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StoreError
from bot.store import migrations
from bot.store.bell import Bell
from bot.store.context import Context, context
from bot.store.faults import fault, translated

T = TypeVar("T")

_PASSING = {"40001", "40P01"}
"""Serialization failure and deadlock: the same change once more succeeds."""


class PostgresqlDatabase:
    """Owns both pools."""

    def __init__(self, engine: AsyncEngine, pool: "asyncpg.Pool[Any]", bell: Bell, context: Context) -> None:
        self._engine = engine
        self._bell = bell
        self._context = context
        self.pool = pool

    @classmethod
    async def open(cls, url: sa.URL, make_context: Callable[[], Context], bell: Bell) -> "PostgresqlDatabase":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        settings = {"application_name": "buergerlotse", "timezone": "UTC", "jit": "off"}
        try:
            pool = await asyncpg.create_pool(
                dsn, min_size=2, max_size=6, server_settings=settings, command_timeout=30
            )
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise StoreError(f"PostgreSQL cannot be reached: {error}") from error
        engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=4,
            max_overflow=4,
            pool_pre_ping=True,
            connect_args={"server_settings": settings},
        )
        return cls(engine, pool, bell, make_context())

    async def prepare(self, *, migrate: bool) -> None:
        """Bring the schema to this version, or raise."""
        await self.write(migrations.bring_up if migrate else migrations.check)

    async def read(self, query: Callable[[sa.Connection], T]) -> T:
        with translated():
            async with self._engine.connect() as connection:
                return await connection.run_sync(self._with_context, query)

    async def write(self, change: Callable[[sa.Connection], T]) -> T:
        for attempt in (1, 2, 3):
            try:
                async with self._engine.begin() as connection:
                    result = await connection.run_sync(self._with_context, change)
                    topics = (await connection.run_sync(context)).topics
            except DBAPIError as error:
                if attempt == 3 or getattr(error.orig, "sqlstate", "") not in _PASSING:
                    raise fault(error) from None
                await asyncio.sleep(0)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                raise fault(error) from None
            else:
                for topic in topics:
                    self._bell.ring(topic)
                return result
        raise AssertionError("unreachable")

    def _with_context(self, connection: sa.Connection, work: Callable[[sa.Connection], T]) -> T:
        here = self._context
        connection.info["context"] = Context(here.keys, here.worker, here.retention, here.tombstones)
        return work(connection)

    async def close(self) -> None:
        await self._engine.dispose()
        await self.pool.close()
