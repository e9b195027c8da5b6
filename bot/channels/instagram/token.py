"""A token that lives 60 days and is renewed long before it ends; the renewed one is kept in the program's memory.

https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token
"""

import asyncio
import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog

from bot.channels.base import Gauge, Ports
from bot.channels.meta.graph import Graph
from bot.channels.meta.refusals import GRAPH_ERRORS
from bot.errors import StoreError

log = structlog.get_logger()

LIFE = timedelta(days=60)
RENEW_EVERY = timedelta(days=7)
ALARM = timedelta(days=15)
LOOK_EVERY = 3600.0
"""Seconds. A token younger than a day cannot be renewed; it is tried again until it can."""
_NAME = "token"


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    configured: str
    """Hash of the token that the operator gave: another one replaces what is kept."""
    renewed_at: float
    """Unix time; 0 while it is still the operator's, whose age nobody knows."""
    expires_at: float
    """Unix time; for the operator's the latest that it can be."""


class TokenKeeper:
    """Gives the calls the newest token, and renews it."""

    def __init__(self, ports: Ports, calls: Graph, renewals: Graph, *, account: str, token: str) -> None:
        """`calls` gets each new token; `renewals` asks for it, without a version in the address."""
        self._ports = ports
        self._calls = calls
        self._renewals = renewals
        self._account = account
        self._configured = token
        self._kept: _Kept | None = None
        self._busy = asyncio.Lock()

    async def run(self) -> None:
        """Renew until cancelled."""
        while True:
            await self.recall()
            await self._renew()
            await asyncio.sleep(LOOK_EVERY)

    async def recall(self) -> None:
        """Use the renewed token of earlier days, if it goes back to the configured one. Quick once it is known."""
        async with self._busy:
            if self._kept is not None:
                return
            given = hashlib.sha256(self._configured.encode()).hexdigest()
            try:
                found = await self._ports.memory.get(self._account, _NAME)
                kept = _Kept(**json.loads(found)) if found is not None else None
                if kept is None or kept.configured != given:
                    kept = _Kept(self._configured, given, 0.0, self._now() + LIFE.total_seconds())
                    await self._keep(kept)
            except StoreError as error:
                log.warning("renewed token not at hand", account=self._account, error=type(error).__name__)
                return
            self._take(kept)

    def trouble(self) -> str:
        """What the operator must know: "" or that the token ends soon and was not renewed."""
        if self._kept is None:
            return ""
        left = self._kept.expires_at - self._now()
        return f"token expires in {max(0, int(left // 86400))} days" if left <= ALARM.total_seconds() else ""

    async def _renew(self) -> None:
        async with self._busy:
            kept = self._kept
            if kept is None or self._now() - kept.renewed_at < RENEW_EVERY.total_seconds():
                return
            try:
                answer = await self._renewals.get(
                    "refresh_access_token", grant_type="ig_refresh_token", access_token=kept.token
                )
                token, lives = answer.get("access_token"), answer.get("expires_in")
                if not isinstance(token, str) or not isinstance(lives, int):
                    log.warning("token not renewed", account=self._account, error="an answer without token")
                    return
                renewed = _Kept(token, kept.configured, self._now(), self._now() + lives)
                # Used even if it cannot be kept: the next look renews it again.
                self._take(renewed)
                await self._keep(renewed)
                log.info("token renewed", account=self._account)
            except (*GRAPH_ERRORS, StoreError) as error:
                log.warning("token not renewed", account=self._account, error=type(error).__name__)

    async def _keep(self, kept: _Kept) -> None:
        await self._ports.memory.put(self._account, _NAME, json.dumps(asdict(kept)).encode())

    def _take(self, kept: _Kept) -> None:
        self._kept = kept
        self._calls.use(kept.token)
        self._renewals.use(kept.token)
        self._ports.health.gauge(self._account, Gauge.TOKEN_EXPIRES, kept.expires_at)

    def _now(self) -> float:
        return self._ports.clock().timestamp()
