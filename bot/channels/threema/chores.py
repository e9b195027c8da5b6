"""What follows a commit and nobody waits for: read marks, and keys that did not come in time."""

import asyncio
from collections.abc import Sequence

import structlog
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from bot.channels.calls import CALL_ERRORS
from bot.channels.threema.box import seal
from bot.channels.threema.gateway import Gateway
from bot.channels.threema.keys import Keys
from bot.channels.threema.reading import KeyMissing, Status, Type, read
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind

log = structlog.get_logger()

_WAITING = 1000
_PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between the tries for a key; the worker tries its event again for as long."""
_UNSEEN = {Kind.REACTION, Kind.EDIT, Kind.DELETION}
"""What has no message of its own that could be marked."""
_SILENT = {"noPush": "1", "noDeliveryReceipts": "1"}


class Chores:
    """Best effort, never delaying anything."""

    def __init__(self, gateway: Gateway, keys: Keys, own: str, ours: PrivateKey, *, read_marks: bool) -> None:
        self._gateway = gateway
        self._keys = keys
        self._own = own
        self._ours = ours
        self._read_marks = read_marks
        self._marks: asyncio.Queue[Inbound] = asyncio.Queue(_WAITING)
        self._late: asyncio.Queue[str] = asyncio.Queue(_WAITING)

    def want_key(self, threema_id: str) -> None:
        """Go on asking for the key of somebody whose message was committed without it."""
        if not self._late.full():
            self._late.put_nowait(threema_id)

    def note(self, events: Sequence[Event]) -> None:
        """Remember committed events whose messages are to be marked; a full queue drops them."""
        for event in events if self._read_marks else ():
            try:
                found = read(event.payload, self._own, self._ours, self._keys.known)
                if isinstance(found, Inbound) and found.kind not in _UNSEEN and not found.public:
                    self._marks.put_nowait(found)
            except (UnreadableEvent, KeyMissing, asyncio.QueueFull) as error:
                log.debug("courtesy skipped", error=type(error).__name__)

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._mark())
            while True:
                tasks.create_task(self._fetch(await self._late.get()))

    async def _fetch(self, threema_id: str) -> None:
        for pause in _PAUSES:
            if await self._keys.quickly(threema_id) is not None:
                return
            await asyncio.sleep(pause)

    async def _mark(self) -> None:
        while True:
            inbound = await self._marks.get()
            try:
                content = bytes([Status.READ]) + bytes.fromhex(inbound.platform_id)
                theirs = await self._keys.of(inbound.address)
                nonce, box = seal(Type.RECEIPT, content, self._ours, theirs)
                await self._gateway.send(inbound.address, nonce, box, _SILENT)
            except (*CALL_ERRORS, CryptoError, ValueError) as error:
                log.info("courtesy refused", error=type(error).__name__)
