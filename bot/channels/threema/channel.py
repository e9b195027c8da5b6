"""The Threema channel: a callback to hear, the gateway's API to speak."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from bot.channels.base import Capabilities, Ports, Receipt
from bot.channels.http import raw_body
from bot.channels.threema import reading
from bot.channels.threema.box import private_key as parsed_key
from bot.channels.threema.callback import LARGEST, authentic, events_of
from bot.channels.threema.chores import Chores
from bot.channels.threema.gateway import Gateway
from bot.channels.threema.keys import Keys
from bot.channels.threema.sending import CAPABILITIES, Sender
from bot.channels.threema.watch import Watch
from bot.errors import SendError, SettingsError, StoreBusy
from bot.message import Inbound, Outbound


class Threema:
    """One Gateway ID in end-to-end mode."""

    name = "threema"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        gateway_id: str,
        secret: str,
        private_key: str,
        api_url: str = "https://msgapi.threema.ch",
        text_limit: int = CAPABILITIES.text_limit,
        credit_low: int = 200,
        read_marks: bool = False,
    ) -> None:
        """Raise SettingsError without a secret, or for a private key that is none."""
        if not secret:
            raise SettingsError(
                f"Threema ({account}): Ohne API-Secret ließe sich nicht prüfen, wer liefert. "
                "secret = … setzen; es steht im Konto auf gateway.threema.ch bei der Threema-ID."
            )
        self.account = account
        self.authority = authority
        self.capabilities: Capabilities = replace(CAPABILITIES, text_limit=text_limit)
        self._ports = ports
        self._own = gateway_id
        self._secret = secret
        self._ours = parsed_key(private_key)
        gateway = Gateway(ports.http, api_url, gateway_id, secret)
        self._keys = Keys(gateway)
        self._sender = Sender(gateway, self._keys, self._ours, text_limit)
        self._chores = Chores(gateway, self._keys, gateway_id, self._ours, read_marks=read_marks)
        self._watch = Watch(ports, gateway, account=account, own=gateway_id, ours=self._ours, credit_low=credit_low)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The callback."""
        return [web.post(f"/hooks/threema/{self.account}", self._hook)]

    async def run(self) -> None:
        """Watch the account; do the courtesies meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._chores.run())
            tasks.create_task(self._watch.run())

    def read(self, payload: bytes) -> Inbound | Receipt | None:
        """Open and parse one stored delivery. Raises KeyMissing, too, for as long as the sender's key is not here."""
        return reading.read(payload, self._own, self._ours, self._keys.known)

    def authority_of(self, address: str) -> str:
        """One ID speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            return await self._sender.send(outbound)
        except SendError as error:
            self._watch.refused(error)
            raise

    async def _hook(self, request: web.Request) -> web.Response:
        form = authentic(await raw_body(request, LARGEST), self._own, self._secret)
        if form is None:
            raise web.HTTPUnauthorized
        theirs = await self._keys.quickly(form["from"])
        events = events_of(self.account, form, self._ours, theirs)
        try:
            await self._ports.accept(events)
        except StoreBusy:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "2"}) from None
        if theirs is None:
            self._chores.want_key(form["from"])
        self._chores.note(events)
        return web.Response()
