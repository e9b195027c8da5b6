"""The Matrix channel. What needs matrix-nio is loaded only with an account, for it is installed only on demand."""

import asyncio
import random
from collections.abc import Sequence
from pkgutil import resolve_name
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.channels.base import Capabilities, Ports, Takeover
from bot.channels.matrix import reading
from bot.channels.matrix.homeserver import Homeserver, MatrixError, Refused
from bot.channels.matrix.options import Credentials, Habits
from bot.errors import Refusal, SendError, SettingsError, StoreError
from bot.message import Inbound, Outbound

if TYPE_CHECKING:
    from bot.channels.matrix.connection import Connection, Line

log = structlog.get_logger()

LONGEST_PAUSE = 30.0
CONNECTED_WITHIN = 10.0
"""Seconds a message waits for the first log-in after a start."""


class Matrix:
    """One user of one homeserver under one account."""

    name = "matrix"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        homeserver: str,
        user_id: str,
        password: str | None = None,
        access_token: str | None = None,
        allowed_servers: Sequence[str] = (),
        encryption_required: bool = False,
        member_limit: int = 3,
        unreadable_after: float = 60.0,
        text_limit: int = 10_000,
        reset_cross_signing: bool = False,
        api_version: str = "v3",
    ) -> None:
        """Raise SettingsError without a way to log in, or without the library."""
        self.account = account
        self.authority = authority
        self.capabilities = Capabilities(text_limit=text_limit, text_unit="bytes", buttons=0, typing=True)
        self._ports = ports
        if not homeserver.startswith(("https://", "http://")):
            raise SettingsError(f"Matrix ({account}): homeserver ist die Adresse des Servers, https://…")
        if not password and not access_token:
            raise SettingsError(
                f"Matrix ({account}): Es fehlt password oder access_token des Kontos {user_id}. "
                "Beides gibt der Betreiber des Matrix-Servers."
            )
        try:
            line = resolve_name("bot.channels.matrix.connection:Line")
        except ImportError as error:
            raise SettingsError(
                f"Matrix ({account}): Es fehlt die Bibliothek matrix-nio ({error.name}). "
                "Nachinstallieren: pip install 'buergerlotse[matrix]'"
            ) from None
        self._line: Line = line(
            ports,
            account,
            Homeserver(ports.http, homeserver, api_version),
            Credentials(user_id, password, access_token, reset_cross_signing),
            Habits(
                allowed_servers=tuple(allowed_servers) or (user_id.partition(":")[2],),
                encryption_required=encryption_required,
                member_limit=member_limit,
                unreadable_after=unreadable_after,
                text_limit=text_limit,
            ),
        )
        self._connection: Connection | None = None
        self._connected = asyncio.Event()

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """None: we ask the homeserver, nobody calls us."""
        return []

    async def run(self) -> None:
        """Log in and work, again and again, until cancelled."""
        try:
            while True:
                connection = await self._connect()
                self._connection = connection
                self._connected.set()
                await connection.run()
                self._trouble("token refused")
                await asyncio.sleep(1)
        finally:
            self._connected.clear()
            self._line.close()

    async def _connect(self) -> "Connection":
        """Log in, for as long as it takes."""
        pause = 0.5
        while True:
            try:
                return await self._line.connect()
            except Refused as refused:
                self._trouble("token refused" if refused.unauthorised else str(refused))
                pause = min(LONGEST_PAUSE, max(pause, refused.retry_after or 0.0))
            except MatrixError as error:
                self._trouble(str(error))
            except StoreError:
                self._trouble("database takes nothing")
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, no secret
            pause = min(LONGEST_PAUSE, 2 * pause)

    def _trouble(self, what: str) -> None:
        self._ports.health(self.account, what)
        log.warning("Matrix not connected", account=self.account, error=what)

    def read(self, payload: bytes) -> Inbound | Takeover | None:
        """Parse one stored event."""
        return reading.read(payload)

    def authority_of(self, address: str) -> str:
        """One user speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            async with asyncio.timeout(CONNECTED_WITHIN):
                await self._connected.wait()
        except TimeoutError:
            raise SendError(Refusal.RETRY_ALL, "not logged in") from None
        assert self._connection is not None  # noqa: S101 - set before the event
        try:
            return await self._connection.sender.send(outbound)
        except SendError as error:
            if error.refusal is Refusal.AUTH_BROKEN:
                self._ports.health(self.account, "token refused")
            raise
