"""Small courtesies that nobody's safety rests on: best effort, never repeated."""

import asyncio
from typing import Any

import structlog

from bot.channels.signal.daemon import Daemon, NoAnswer, NotConnected, Refused
from bot.channels.signal.reading import read
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind

log = structlog.get_logger()

_WAITING = 1000
_UNSEEN = {Kind.REACTION, Kind.DELETION}
"""What has no message of its own that could be marked."""


class Chores:
    """Shows the citizen that an answer is being written, and that the message was read."""

    def __init__(self, daemon: Daemon, number: str, *, typing: bool, read_receipts: bool) -> None:
        self._daemon = daemon
        self._number = number
        self._typing = typing
        self._read_receipts = read_receipts
        self._queue: asyncio.Queue[Inbound] = asyncio.Queue(_WAITING)

    def note(self, event: Event) -> None:
        """Remember a committed event if a citizen wrote it; a full queue drops it."""
        try:
            inbound = read(event.payload, self._number)
            if isinstance(inbound, Inbound) and not inbound.public and inbound.kind not in _UNSEEN:
                self._queue.put_nowait(inbound)
        except (UnreadableEvent, asyncio.QueueFull) as error:
            log.debug("courtesy skipped", error=type(error).__name__)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            inbound = await self._queue.get()
            try:
                await self._do(inbound)
            except (NoAnswer, NotConnected, Refused) as error:
                log.info("courtesy refused", error=str(error))

    async def _do(self, inbound: Inbound) -> None:
        if self._typing:
            await self._ask("sendTyping", {"recipient": [inbound.address]})
        if self._read_receipts and inbound.platform_id:
            times = [int(inbound.platform_id)]
            await self._ask("sendReceipt", {"recipient": inbound.address, "type": "read", "targetTimestamp": times})

    async def _ask(self, method: str, params: dict[str, Any]) -> None:
        await self._daemon.call(method, {"account": self._number, **params}, method)
