"""Asking Meta now and then whether it still works with us: behind a webhook, a revoked token looks like peace."""

import asyncio
from collections.abc import Callable
from logging import INFO, WARNING
from typing import Any

import structlog

from bot.channels.base import Gauge, Ports
from bot.channels.meta.graph import Graph
from bot.channels.meta.refusals import GRAPH_ERRORS, Table, classify

log = structlog.get_logger()

WATCH_EVERY = 45.0
"""Seconds; trouble shall show within a minute."""
EXPIRY_EVERY = 80
"""Rounds between two questions when the token expires: an hour."""


class Watch:
    """Says "ok" or what is wrong, every 45 seconds, and when the token expires."""

    def __init__(
        self,
        ports: Ports,
        graph: Graph,
        *,
        account: str,
        path: str,
        fields: str,
        table: Table,
        state: Callable[[dict[str, Any]], str] = lambda _: "ok",
        expiry: "Expiry | None" = None,
    ) -> None:
        """Ask for `fields` of the object at `path`; `state` says what its answer means for the operator."""
        self._ports = ports
        self._graph = graph
        self._account = account
        self._path = path
        self._fields = fields
        self._table = table
        self._state = state
        self._expiry = expiry
        self._said = ""

    async def run(self) -> None:
        """Watch until cancelled."""
        rounds = 0
        while True:
            await self._look()
            if self._expiry is not None and rounds % EXPIRY_EVERY == 0:
                await self._expiry.look()
            rounds += 1
            await asyncio.sleep(WATCH_EVERY)

    async def _look(self) -> None:
        try:
            state = self._state(await self._graph.get(self._path, fields=self._fields))
        except GRAPH_ERRORS as error:
            state = str(classify(error, self._table))
        if state != self._said:
            log.log(
                INFO if state == "ok" else WARNING,
                "how the platform works with us",
                account=self._account,
                state=state,
            )
            self._said = state
        self._ports.health(self._account, state)


class Expiry:
    """When the token expires, as the app may ask. https://developers.facebook.com/docs/graph-api/reference/debug_token"""

    def __init__(self, ports: Ports, as_app: Graph, *, account: str, token: str) -> None:
        """`as_app` calls with the app's own token, `<app id>|<app secret>`, and without proof."""
        self._ports = ports
        self._as_app = as_app
        self._account = account
        self._token = token

    async def look(self) -> None:
        """Report the expiry; a token without one reports nothing. Never raises for what Meta answers."""
        try:
            answer = await self._as_app.get("debug_token", input_token=self._token)
        except GRAPH_ERRORS as error:
            log.warning("expiry of the token not known", account=self._account, error=str(error))
            return
        data = answer.get("data")
        expires = data.get("expires_at") if isinstance(data, dict) else None
        if isinstance(expires, int) and expires > 0:
            self._ports.health.gauge(self._account, Gauge.TOKEN_EXPIRES, expires)
