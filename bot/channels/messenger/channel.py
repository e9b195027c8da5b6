"""The Messenger channel: one page of Facebook."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.base import Ports
from bot.channels.messenger import reading
from bot.channels.messenger_platform.channel import App, PlatformChannel
from bot.channels.messenger_platform.reading import Found
from bot.channels.messenger_platform.refusals import TABLE
from bot.channels.messenger_platform.rendering import Style
from bot.channels.meta.graph import Graph
from bot.channels.meta.watch import Expiry, Watch

STYLE = Style(text_limit=2000, text_unit="utf16", metadata=True, typed=True, always_numbered=False)
"""The platform says 2000 characters; counted as a browser counts them, no reading of that is too long."""


class Messenger(PlatformChannel):
    """One page under one account."""

    name = "messenger"
    about = "page"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        page_id: str,
        app_id: str,
        token: str,
        app_secret: str,
        verify_token: str,
        human_agent: bool = False,
        other_bots: Sequence[str] = (),
        appsecret_proof: bool = True,
        graph_url: str = "https://graph.facebook.com",
        graph_version: str = "v25.0",
    ) -> None:
        """Raise SettingsError without the app's secret or the verify token."""
        graph = Graph(
            ports.http,
            url=graph_url,
            version=graph_version,
            token=token,
            app_secret=app_secret if appsecret_proof else "",
        )
        super().__init__(
            ports,
            account=account,
            authority=authority,
            owner=page_id,
            app=App(app_id, app_secret, verify_token, human_agent, frozenset(other_bots)),
            graph=graph,
            style=STYLE,
        )
        self._page = page_id
        as_app = Graph(
            ports.http, url=graph_url, version=graph_version, token=f"{app_id}|{app_secret}", app_secret=""
        )
        self._watcher = Watch(
            ports,
            graph,
            account=account,
            path="me",
            fields="id",
            table=TABLE,
            state=self._belongs,
            expiry=Expiry(ports, as_app, account=account, token=token),
        )

    def read(self, payload: bytes) -> Found:
        """Parse one stored event."""
        return reading.read(payload, self._own)

    async def _watch(self) -> None:
        await self._watcher.run()

    def _belongs(self, me: Mapping[str, Any]) -> str:
        return self._state("" if me.get("id") == self._page else "token of another page")
