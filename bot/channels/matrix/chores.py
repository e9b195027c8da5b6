"""Small courtesies towards the platform that nobody's safety rests on: best effort, never repeated."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

from bot.channels.matrix.homeserver import Homeserver, MatrixError
from bot.channels.matrix.rooms import Rooms

log = structlog.get_logger()

_WAITING = 1000
_WITHIN = 5.0
"""Seconds; a courtesy that takes longer is none."""
_TYPING_FOR = 4000
"""Milliseconds; ends by itself where no answer comes."""

_Kind = Literal["heard", "moved", "refuse"]


class Chores:
    """Marks messages as read, shows that an answer is coming, leaves rooms where nobody is to be answered."""

    def __init__(self, account: str, homeserver: Homeserver, rooms: Rooms, user_id: str, member_limit: int) -> None:
        self._account = account
        self._homeserver = homeserver
        self._rooms = rooms
        self._user_id = user_id
        self._member_limit = member_limit
        self._queue: asyncio.Queue[tuple[_Kind, str, str]] = asyncio.Queue(_WAITING)

    def heard(self, room: str, event_id: str) -> None:
        """A citizen's message was accepted."""
        self._note("heard", room, event_id)

    def moved(self, room: str) -> None:
        """Somebody came or went."""
        self._note("moved", room)

    def refuse(self, room: str) -> None:
        """An invitation is not accepted."""
        self._note("refuse", room)

    def _note(self, kind: _Kind, room: str, event_id: str = "") -> None:
        """Remember; a full queue drops it."""
        if not self._queue.full():
            self._queue.put_nowait((kind, room, event_id))

    async def run(self) -> None:
        """Work until cancelled."""
        does: dict[_Kind, Callable[[str, str], Awaitable[None]]] = {
            "heard": self._show,
            "moved": self._look,
            "refuse": self._leave,
        }
        while True:
            kind, room, event_id = await self._queue.get()
            try:
                await does[kind](room, event_id)
            except MatrixError as error:
                log.info("courtesy refused", account=self._account, error=str(error))

    async def _show(self, room: str, event_id: str) -> None:
        await self._homeserver.call(
            "PUT",
            "rooms",
            room,
            "typing",
            self._user_id,
            body={"typing": True, "timeout": _TYPING_FOR},
            within=_WITHIN,
        )
        await self._homeserver.call("POST", "rooms", room, "receipt", "m.read", event_id, body={}, within=_WITHIN)

    async def _look(self, room: str, _event_id: str) -> None:
        members = len((await self._rooms.look(room)).members)
        if 1 < members <= self._member_limit:
            if members > 2:
                log.info("more than one person in a room", account=self._account, members=members)
            return
        log.info("leaving a room", account=self._account, members=members)
        await self._leave(room, "")

    async def _leave(self, room: str, _event_id: str) -> None:
        await self._homeserver.call("POST", "rooms", room, "leave", body={}, within=_WITHIN)
        await self._homeserver.call("POST", "rooms", room, "forget", body={}, within=_WITHIN)
