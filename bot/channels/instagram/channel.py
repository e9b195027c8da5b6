"""The Instagram channel: one professional account."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bot.channels.base import Ports
from bot.channels.instagram import reading
from bot.channels.instagram.token import TokenKeeper
from bot.channels.messenger_platform.channel import App, PlatformChannel
from bot.channels.messenger_platform.reading import Found
from bot.channels.messenger_platform.refusals import TABLE
from bot.channels.messenger_platform.rendering import Style
from bot.channels.meta.graph import Graph
from bot.channels.meta.watch import Expiry, Watch
from bot.message import Outbound

_SERVERS = {"instagram": "https://graph.instagram.com", "page": "https://graph.facebook.com"}


class Instagram(PlatformChannel):
    """One professional account under one account of ours."""

    name = "instagram"
    about = "instagram"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        account_id: str,
        app_id: str,
        token: str,
        app_secret: str,
        verify_token: str,
        login: Literal["instagram", "page"] = "instagram",
        human_agent: bool = False,
        other_bots: Sequence[str] = (),
        appsecret_proof: bool = False,
        graph_url: str = "",
        graph_version: str = "v25.0",
        text_limit: int = 1000,
        metadata: bool = False,
    ) -> None:
        """Raise SettingsError without the app's secret or the verify token."""
        server = graph_url or _SERVERS[login]
        proof = app_secret if appsecret_proof else ""
        graph = Graph(ports.http, url=server, version=graph_version, token=token, app_secret=proof)
        super().__init__(
            ports,
            account=account,
            authority=authority,
            owner=account_id,
            app=App(app_id, app_secret, verify_token, human_agent, frozenset(other_bots)),
            graph=graph,
            style=Style(text_limit, "bytes", metadata=metadata, typed=False, always_numbered=True),
        )
        self._account_id = account_id
        self._keeper: TokenKeeper | None = None
        expiry: Expiry | None = None
        if login == "instagram":
            renewals = Graph(ports.http, url=server, version="", token=token, app_secret="")
            self._keeper = TokenKeeper(ports, graph, renewals, account=account, token=token)
        else:
            as_app = Graph(
                ports.http, url=server, version=graph_version, token=f"{app_id}|{app_secret}", app_secret=""
            )
            expiry = Expiry(ports, as_app, account=account, token=token)
        self._watcher = Watch(
            ports,
            graph,
            account=account,
            path="me",
            fields="user_id" if login == "instagram" else "instagram_business_account",
            table=TABLE,
            state=self._belongs,
            expiry=expiry,
        )

    def read(self, payload: bytes) -> Found:
        """Parse one stored event."""
        return reading.read(payload, self._own)

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        if self._keeper is not None:
            await self._keeper.recall()
        return await super().send(outbound)

    async def _watch(self) -> None:
        if self._keeper is None:
            await self._watcher.run()
            return
        await self._keeper.recall()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keeper.run())
            tasks.create_task(self._watcher.run())

    def _belongs(self, me: Mapping[str, Any]) -> str:
        linked = me.get("instagram_business_account")
        found = linked.get("id") if isinstance(linked, dict) else me.get("user_id")
        if str(found) != self._account_id:
            return self._state("token of another account")
        return self._state(self._keeper.trouble() if self._keeper is not None else "")
