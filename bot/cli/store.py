"""Opens the store for commands that work on it without a server."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings, sealing_secret
from bot.store import Keys, Store


@asynccontextmanager
async def opened(settings: Settings, *, migrate: bool = False) -> AsyncIterator[Store]:
    """Open and close. Raises StoreLocked while a server has the SQLite file."""
    store = await Store.open(
        settings.database_url,
        Keys.derive(sealing_secret(settings)),
        worker=f"{socket.gethostname()}-command",
        retention_days=settings.retention_days,
        migrate=migrate,
        erased=settings.erased,
    )
    try:
        yield store
    finally:
        await store.close()
