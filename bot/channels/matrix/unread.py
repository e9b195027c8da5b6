"""Messages whose key is missing: kept until it comes, and told to the citizen when it does not come in time."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog

from bot.channels.base import Ports
from bot.channels.http import strict_json
from bot.channels.matrix.homeserver import Json
from bot.channels.matrix.machine import Machine
from bot.channels.matrix.reading import event_of
from bot.channels.matrix.rooms import Rooms
from bot.errors import StoreError, UnreadableEvent
from bot.message import Event

log = structlog.get_logger()

MOST = 300
"""Beyond this many, a message without key is told as unreadable at once."""
KEY_MAY_COME_FOR = timedelta(hours=24)
AGAIN_AFTER = 5.0
"""Seconds, where the database did not take it."""
_NAME = "unread"


@dataclass
class _Waiting:
    room: str
    event: Json
    since: float
    """Unix time at which it came."""
    told: bool = False
    """The citizen knows that it could not be read."""


class Unread:
    """The messages that wait for their key, kept in the channel's memory before the sync goes on."""

    def __init__(self, ports: Ports, account: str, machine: Machine, rooms: Rooms, grace: float) -> None:
        """`grace`: seconds until the citizen is told."""
        self._ports = ports
        self._account = account
        self._machine = machine
        self._rooms = rooms
        self._grace = grace
        self._waiting: dict[str, _Waiting] = {}
        self._kept = 0
        self._came = asyncio.Event()

    async def load(self) -> None:
        """Read what was kept. Raises StoreError."""
        raw = await self._ports.memory.get(self._account, _NAME)
        try:
            found = strict_json(raw) if raw is not None else []
            self._waiting = {one["event"]["event_id"]: _Waiting(**one) for one in found}
        except (UnreadableEvent, KeyError, TypeError):
            # Written by another version of the program.
            log.warning("messages that waited for their key are lost", account=self._account)
        self._kept = len(self._waiting)

    def events_of(self, room: str, raw: Json, *, own: bool) -> list[Event]:
        """What an encrypted event says; nothing while its key is missing. Call `keep` before going on."""
        name = self._rooms.name(room, raw.get("sender"))
        plain = self._machine.decrypt(room, raw)
        if plain is not None:
            return [event_of(self._account, room, plain, own=own, name=name)]
        if own:
            return []  # written by hand on another device of ours: nobody has to be answered
        event_id = raw.get("event_id")
        if not isinstance(event_id, str) or len(self._waiting) >= MOST:
            return [event_of(self._account, room, raw, own=False, name=name)]
        self._waiting.setdefault(event_id, _Waiting(room, raw, self._ports.clock().timestamp()))
        return []

    async def keep(self) -> None:
        """Write down what has come to wait. Raises StoreError."""
        if len(self._waiting) != self._kept:
            await self._write()
            self._came.set()

    async def retry(self) -> None:
        """Look whether keys have come meanwhile. Raises StoreError."""
        readable = {}
        for event_id, one in self._waiting.items():
            plain = self._machine.decrypt(one.room, one.event)
            if plain is not None:
                name = self._rooms.name(one.room, plain.get("sender"))
                readable[event_id] = event_of(self._account, one.room, plain, own=False, name=name)
        if readable:
            await self._ports.accept(list(readable.values()))
            for event_id in readable:
                self._waiting.pop(event_id, None)
            await self._write()

    async def run(self) -> None:
        """Tell the citizens in time, until cancelled."""
        while True:
            try:
                await self._tell()
                wait = self._next_due()
            except StoreError:
                log.warning("unreadable messages could not be handed on", account=self._account)
                wait = AGAIN_AFTER
            self._came.clear()
            try:
                async with asyncio.timeout(wait):
                    await self._came.wait()
            except TimeoutError:
                continue

    def _next_due(self) -> float | None:
        """Seconds until somebody has to be told; None while nobody has."""
        now = self._ports.clock().timestamp()
        due = [one.since + self._grace - now for one in self._waiting.values() if not one.told]
        return max(0.05, min(due)) if due else None

    async def _tell(self) -> None:
        now = self._ports.clock()
        late = [one for one in self._waiting.values() if not one.told and now.timestamp() >= one.since + self._grace]
        if not late:
            return
        # A whole flurry is told once a room; each message is still read if its key comes.
        by_room = {one.room: one for one in late}
        await self._ports.accept([self._unreadable(one) for one in by_room.values()])
        for one in late:
            one.told = True
        oldest = (now - KEY_MAY_COME_FOR).timestamp()
        self._waiting = {
            event_id: one for event_id, one in self._waiting.items() if one.since > oldest or not one.told
        }
        await self._write()
        log.info("messages without key", account=self._account, count=len(late))

    def _unreadable(self, one: _Waiting) -> Event:
        key = f"{one.event['event_id']}/unreadable"
        name = self._rooms.name(one.room, one.event.get("sender"))
        return event_of(self._account, one.room, one.event, own=False, name=name, key=key)

    async def _write(self) -> None:
        kept: Sequence[_Waiting] = list(self._waiting.values())
        await self._ports.memory.put(self._account, _NAME, json.dumps([asdict(one) for one in kept]).encode())
        self._kept = len(kept)
