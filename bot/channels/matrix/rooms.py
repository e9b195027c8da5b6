"""Who is in a room, and whether it is encrypted: asked when needed, forgotten when a sync tells of a change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.channels.matrix.homeserver import Homeserver, Refused, inside
from bot.channels.matrix.machine import Machine

_ABOUT_THE_ROOM = ("m.room.member", "m.room.encryption")


@dataclass(frozen=True, slots=True)
class Room:
    """What sending needs to know."""

    members: frozenset[str]
    """Joined users, ourselves among them."""
    encrypted: bool


class Rooms:
    """The rooms of one user."""

    def __init__(self, homeserver: Homeserver, machine: Machine) -> None:
        self._homeserver = homeserver
        self._machine = machine
        self._known: dict[str, Room] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._changes = 0

    async def look(self, room_id: str) -> Room:
        """The room as it is. Raises MatrixError; Refused for a room that we are not in."""
        if room_id in self._known:
            return self._known[room_id]
        before = self._changes
        joined = await self._homeserver.call("GET", "rooms", room_id, "joined_members")
        if not self._machine.is_encrypted(room_id):
            try:
                await self._homeserver.call("GET", "rooms", room_id, "state", "m.room.encryption")
            except Refused as refused:
                if refused.code != "M_NOT_FOUND":
                    raise
            else:
                self._machine.note_encrypted(room_id)
        room = Room(frozenset(inside(joined, "joined")), self._machine.is_encrypted(room_id))
        if self._changes == before:
            self._known[room_id] = room
        return room

    def note(self, room_id: str, events: Iterable[object]) -> bool:
        """Take notice of what a sync tells of a room; True when its members have changed."""
        moved = False
        for event in events:
            match event:
                case {"type": "m.room.encryption", "state_key": ""}:
                    self._machine.note_encrypted(room_id)
                case {"type": "m.room.member", "state_key": str(user), "content": {"displayname": str(name)}}:
                    self._names[room_id, user] = name
                case _:
                    pass
            if isinstance(event, Mapping) and "state_key" in event and event.get("type") in _ABOUT_THE_ROOM:
                self._changes += 1
                self._known.pop(room_id, None)
                moved = moved or event["type"] == "m.room.member"
        return moved

    def forget(self, room_id: str) -> None:
        """We are not in it any more."""
        self._changes += 1
        self._known.pop(room_id, None)

    def name(self, room_id: str, user: object) -> str:
        """How a member is called there; "" where no sync has told."""
        return self._names.get((room_id, user), "") if isinstance(user, str) else ""
