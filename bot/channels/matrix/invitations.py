"""Invitations to direct chats: accepted for users of allowed servers, tried again until the room is entered."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any

import structlog

from bot.channels.base import Ports
from bot.channels.http import strict_json
from bot.channels.matrix.homeserver import Homeserver, MatrixError, Refused
from bot.errors import StoreError, UnreadableEvent

log = structlog.get_logger()

LONGEST_PAUSE = 300.0
JOIN_WITHIN = 60.0
"""Seconds; a room of another server is entered slowly."""
_NAME = "invitations"


def is_wanted(invitation: Iterable[Any], user_id: str, allowed: Iterable[str]) -> bool:
    """Whether an invitation is to a direct chat by a user of an allowed server ("*": any server)."""
    for event in invitation:
        match event:
            case {
                "type": "m.room.member",
                "state_key": str(invited),
                "sender": str(sender),
                "content": {"membership": "invite", "is_direct": True},
            } if invited == user_id:
                return bool({"*", sender.partition(":")[2]} & set(allowed))
    return False


class Invitations:
    """The rooms that are still to be entered. A sync tells of an invitation only once, so they are kept."""

    def __init__(self, ports: Ports, account: str, homeserver: Homeserver) -> None:
        self._ports = ports
        self._account = account
        self._homeserver = homeserver
        self._rooms: list[str] = []
        self._joined: set[str] = set()
        """Entered; the next sync tells what was said in them."""
        self._came = asyncio.Event()

    async def load(self) -> None:
        """Read what was kept. Raises StoreError."""
        raw = await self._ports.memory.get(self._account, _NAME)
        try:
            found = strict_json(raw) if raw is not None else []
        except UnreadableEvent:
            found = []
        self._rooms = [room for room in found if isinstance(room, str)]
        self._came.set()

    def __contains__(self, room: str) -> bool:
        return room in self._rooms

    async def accept(self, rooms: Iterable[str]) -> None:
        """Keep, then enter. Raises StoreError."""
        new = [room for room in rooms if room not in self._rooms]
        if new:
            self._rooms += new
            await self._write()
            self._came.set()

    async def settled(self, rooms: Iterable[str]) -> None:
        """A sync has told of these rooms: we are in them, or out again. Raises StoreError."""
        over = set(rooms) & set(self._rooms)
        if over:
            self._rooms = [room for room in self._rooms if room not in over]
            self._joined -= over
            await self._write()

    async def run(self) -> None:
        """Enter rooms until cancelled; each trouble lengthens the pause."""
        pause = 0.0
        while True:
            try:
                async with asyncio.timeout(pause or None):
                    await self._came.wait()
            except TimeoutError:
                pass
            self._came.clear()
            try:
                trouble = await self._enter_all()
            except StoreError:
                trouble = True
            pause = min(LONGEST_PAUSE, max(2.0, 2 * pause)) if trouble else 0.0

    async def _enter_all(self) -> bool:
        """Try each room; True when one is to be tried again."""
        again = False
        for room in [room for room in self._rooms if room not in self._joined]:
            try:
                await self._homeserver.call("POST", "join", room, body={}, within=JOIN_WITHIN)
                self._joined.add(room)
            except Refused as refused:
                if refused.status in {403, 404}:
                    await self.settled([room])  # taken back meanwhile
                else:
                    again = True
                log.info("a room could not be entered", account=self._account, error=str(refused))
            except MatrixError as error:
                again = True
                log.info("a room could not be entered", account=self._account, error=str(error))
        return again

    async def _write(self) -> None:
        await self._ports.memory.put(self._account, _NAME, json.dumps(self._rooms).encode())
