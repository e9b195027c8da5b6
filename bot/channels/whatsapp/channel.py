"""The WhatsApp channel: a webhook that Meta delivers to, and calls to the Cloud API."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp import web

from bot.channels.base import Capabilities, Ports, Receipt, Takeover
from bot.channels.meta.graph import Graph
from bot.channels.meta.hub import Hub
from bot.channels.meta.watch import Expiry, Watch
from bot.channels.whatsapp import reading
from bot.channels.whatsapp.account import Template
from bot.channels.whatsapp.batch import events_of
from bot.channels.whatsapp.chores import Chores
from bot.channels.whatsapp.meter import Meter
from bot.channels.whatsapp.neighbours import Neighbours
from bot.channels.whatsapp.refusals import TABLE
from bot.channels.whatsapp.rendering import ROW_LIMIT, ROWS, TEXT_LIMIT, UNIT
from bot.channels.whatsapp.sending import WINDOW, Sender
from bot.errors import Refusal, SendError
from bot.message import Event, Inbound, Outbound

PUT_DOWN_EVERY = 30.0
"""Seconds between two entries of the count of messages."""
_ALWAYS = timedelta(days=3650)
CAPABILITIES = Capabilities(
    text_limit=TEXT_LIMIT,
    text_unit=UNIT,
    buttons=ROWS,
    label_limit=ROW_LIMIT,
    typing=True,
    reply_window=WINDOW,
)


class WhatsApp:
    """One business number of the Cloud API under one account."""

    name = "whatsapp"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        token: str,
        app_secret: str,
        verify_token: str,
        phone_number_id: str,
        app_id: str = "",
        appsecret_proof: bool = True,
        graph_url: str = "https://graph.facebook.com",
        graph_version: str = "v25.0",
        templates: Mapping[str, Template] | None = None,
        free_messages: int = 1000,
        read_marks: bool = True,
        typing: bool = True,
    ) -> None:
        """Raise SettingsError without app secret or verify token."""
        self.account = account
        self.authority = authority
        # A template carries what a person writes at any time.
        self.capabilities = replace(CAPABILITIES, staff_window=_ALWAYS if templates else None)
        self._ports = ports
        self._neighbours = Neighbours.of(ports, app_secret)
        self._neighbours.accounts[phone_number_id] = account
        self._neighbours.hearing[account] = self._hear
        self._meter = Meter(ports, account, free_messages)
        reach = partial(Graph, ports.http, url=graph_url, version=graph_version)
        graph = reach(token=token, app_secret=app_secret if appsecret_proof else "")
        self._sender = Sender(
            graph,
            number_id=phone_number_id,
            numbers=self._neighbours.people,
            templates=templates or {},
            clock=ports.clock,
            sent=self._meter.count,
        )
        self._chores = Chores(graph, number_id=phone_number_id, typing=typing) if read_marks else None
        as_app = reach(token=f"{app_id}|{app_secret}", app_secret="")
        self._watch = Watch(
            ports,
            graph,
            account=account,
            path=phone_number_id,
            fields="id,health_status",
            table=TABLE,
            state=self._state,
            expiry=Expiry(ports, as_app, account=account, token=token) if app_id else None,
        )
        self._hub = Hub(
            ports,
            channel=self.name,
            account=account,
            app_secret=app_secret,
            verify_token=verify_token,
            split=self._split,
            accepted=self._neighbours.tell,
        )

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The webhook: handshake and deliveries."""
        return self._hub.routes()

    async def run(self) -> None:
        """Watch over token and number, put the count of messages down, do the courtesies."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch.run())
            tasks.create_task(self._keep_count())
            if self._chores is not None:
                tasks.create_task(self._chores.run())

    def read(self, payload: bytes) -> Inbound | Receipt | Takeover | None:
        """Parse one stored event."""
        return reading.read(payload)

    def authority_of(self, address: str) -> str:
        """One number speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            return await self._sender.send(outbound)
        except SendError as error:
            if error.refusal in {Refusal.AUTH_BROKEN, Refusal.RETRY_ALL}:
                self._ports.health(self.account, str(error))
            raise

    def _split(self, raw: bytes) -> list[Event]:
        return events_of(self._neighbours.accounts, self.account, raw, self._neighbours.people)

    def _hear(self, events: Sequence[Event]) -> None:
        self._sender.progress.hear(events)
        if self._chores is not None:
            self._chores.note(events)

    async def _keep_count(self) -> None:
        while True:
            await self._meter.put_down()
            await asyncio.sleep(PUT_DOWN_EVERY)

    def _state(self, number: dict[str, Any]) -> str:
        """What the platform says of the number.

        https://developers.facebook.com/documentation/business-messaging/whatsapp/support/health-status
        "LIMITED" is usual for a new number and no trouble.
        """
        match number:
            case {"health_status": {"can_send_message": "BLOCKED"}}:
                return "platform blocks sending"
            case _:
                return self._meter.state()
