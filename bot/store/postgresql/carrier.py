"""Takes rings to other processes by NOTIFY and hears theirs by LISTEN."""

import asyncio
from typing import Any

import asyncpg
import structlog

from bot.store.bell import Bell

log = structlog.get_logger()

_CHANNEL = "lotse_bell"
_MOST = 100
"""Topics in one notification; its payload must stay under 8000 bytes."""


class Carrier:
    """Sends after the commit, not inside it: a NOTIFY inside makes all commits of the database queue up.

    A ring lost between commit and NOTIFY is made good by every listener's own timeout.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", bell: Bell) -> None:
        self._pool = pool
        self._bell = bell
        self._topics: set[str] = set()
        self._work = asyncio.Event()
        self._own = 0
        bell.carry = self._carry

    def _carry(self, topic: str) -> None:
        self._topics.add(topic)
        self._work.set()

    async def run(self) -> None:
        """Until cancelled; a lost connection is replaced."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._serve(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("bell connection lost", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _serve(self, connection: Any) -> None:
        self._own = connection.get_server_pid()
        await connection.add_listener(_CHANNEL, self._hear)
        connection.add_termination_listener(self._lose)
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                if connection.is_closed():
                    raise asyncpg.InterfaceError("closed by the server")
                topics = sorted(self._topics)
                self._topics.clear()
                for start in range(0, len(topics), _MOST):
                    payload = "\n".join(topics[start : start + _MOST])
                    await connection.execute("SELECT pg_notify($1, $2)", _CHANNEL, payload)
        finally:
            if not connection.is_closed():
                connection.remove_termination_listener(self._lose)
                await connection.remove_listener(_CHANNEL, self._hear)

    def _lose(self, _connection: Any) -> None:
        self._work.set()

    def _hear(self, _connection: Any, process: int, _channel: str, payload: str) -> None:
        if process != self._own:
            for topic in payload.split("\n"):
                self._bell.ring_here(topic)
