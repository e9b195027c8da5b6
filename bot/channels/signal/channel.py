"""The Signal channel: a subscription at signal-cli's daemon to hear, a call to it to speak."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from bot.channels.base import Capabilities, Ports, Receipt, Takeover
from bot.channels.signal import reading
from bot.channels.signal.chores import Chores
from bot.channels.signal.daemon import Daemon
from bot.channels.signal.sending import CAPABILITIES, LASTING, Sender
from bot.channels.signal.stream import Stream
from bot.errors import SendError
from bot.message import Inbound, Outbound


class Signal:
    """One account of a signal-cli daemon; several accounts may share the daemon."""

    name = "signal"

    def __init__(
        self,
        ports: Ports,
        *,
        account: str,
        authority: str,
        number: str,
        daemon: str = "tcp://127.0.0.1:7583",
        text_limit: int = CAPABILITIES.text_limit,
        typing: bool = True,
        read_receipts: bool = True,
    ) -> None:
        """Raise SettingsError for a daemon's address that cannot be read."""
        self.account = account
        self.authority = authority
        self.capabilities: Capabilities = replace(CAPABILITIES, text_limit=text_limit, typing=typing)
        self._ports = ports
        self._number = number
        self._trouble = ""
        door = Daemon(daemon)
        self._sender = Sender(door, number, text_limit)
        self._chores = Chores(door, number, typing=typing, read_receipts=read_receipts)
        self._stream = Stream(door, account, number, ports.accept, self._chores.note, self._report)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """None: we go to the daemon, it does not come to us."""
        return []

    async def run(self) -> None:
        """Listen; do the courtesies meanwhile."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._chores.run())
            tasks.create_task(self._stream.run())

    def read(self, payload: bytes) -> Inbound | Receipt | Takeover | None:
        """Parse one stored notification."""
        return reading.read(payload, self._number)

    def authority_of(self, address: str) -> str:
        """One number speaks for one authority."""
        del address
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        """Send; raises SendError."""
        try:
            sent_at = await self._sender.send(outbound)
        except SendError as error:
            if str(error) in LASTING:
                # The stream may be well all the while.
                self._trouble = str(error)
                self._report("ok")
            raise
        if self._trouble:
            self._trouble = ""
            self._report("ok")
        return sent_at

    def _report(self, state: str) -> None:
        self._ports.health(self.account, self._trouble or state)
