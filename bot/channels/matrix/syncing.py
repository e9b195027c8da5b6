"""The /sync loop: events are committed, then the place where it goes on.

https://spec.matrix.org/latest/client-server-api/#get_matrixclientv3sync
"""

import asyncio
import json
import random
from collections.abc import Sequence

import structlog

from bot.channels.base import Ports
from bot.channels.matrix.chores import Chores
from bot.channels.matrix.homeserver import Homeserver, Json, MatrixError, Refused, inside
from bot.channels.matrix.invitations import Invitations, is_wanted
from bot.channels.matrix.machine import Machine
from bot.channels.matrix.reading import event_of, is_said
from bot.channels.matrix.rooms import Rooms
from bot.channels.matrix.timeline import Timeline, as_list
from bot.channels.matrix.unread import Unread
from bot.errors import StoreError
from bot.message import Event

log = structlog.get_logger()

WAIT = 30.0
"""Seconds the homeserver holds an empty sync open. A revoked token shows when it ends."""
SILENT_FOR = 45.0
"""Seconds without an answer after which the connection counts as dead."""
LONGEST_PAUSE = 30.0
CURSOR = "since"
_SAID = ("m.room.message", "m.room.encrypted", "m.sticker")
_NOTHING: Json = {"types": []}
_ROOM = {"types": ["m.room.member", "m.room.encryption"], "lazy_load_members": True}
_FILTER = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {"ephemeral": _NOTHING, "account_data": _NOTHING, "state": _ROOM, "timeline": {"limit": 50}},
}
_FIRST_FILTER = {**_FILTER, "room": {**_FILTER["room"], "timeline": {"limit": 1}}}


class Sync:
    """Fetches what was said to one device."""

    def __init__(
        self,
        ports: Ports,
        account: str,
        homeserver: Homeserver,
        machine: Machine,
        rooms: Rooms,
        chores: Chores,
        unread: Unread,
        invitations: Invitations,
        allowed_servers: Sequence[str],
    ) -> None:
        self._ports = ports
        self._account = account
        self._homeserver = homeserver
        self._machine = machine
        self._rooms = rooms
        self._chores = chores
        self._unread = unread
        self._invitations = invitations
        self._allowed = allowed_servers
        self._timeline = Timeline(account, homeserver, machine.user_id)

    async def run(self) -> None:
        """Sync until the token is refused; each trouble lengthens the pause, each success ends it."""
        pause = 0.0
        caught_up = False
        while True:
            try:
                # The first answer comes at once, so that health does not wait for half a minute.
                await self._turn(WAIT if caught_up else 0)
                caught_up = True
                pause = 0.0
                self._ports.health(self._account, "ok")
            except Refused as refused:
                if refused.unauthorised:
                    return
                pause = self._trouble(str(refused), pause, refused.retry_after or 0.0)
            except MatrixError as error:
                pause = self._trouble(f"{type(error).__name__}: {error}", pause)
            except StoreError:
                pause = self._trouble("database takes nothing", pause)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, no secret

    def _trouble(self, what: str, pause: float, asked: float = 0.0) -> float:
        """How long to wait; what the server asks for counts, but nobody in danger waits for longer than that."""
        self._ports.health(self._account, what)
        pause = min(LONGEST_PAUSE, max(1.0, 2 * pause, asked))
        log.warning("sync failed", account=self._account, error=what, pause=pause)
        return pause

    async def _turn(self, wait: float) -> None:
        """One sync, committed. Raises MatrixError, StoreError."""
        kept = await self._ports.memory.get(self._account, CURSOR)
        since = kept.decode() if kept else ""
        query = {
            "timeout": str(int(1000 * wait) if since else 0),
            "filter": json.dumps(_FILTER if since else _FIRST_FILTER),
            "set_presence": "offline",
        }
        answer = await self._homeserver.call(
            "GET", "sync", query=query | ({"since": since} if since else {}), within=SILENT_FOR
        )
        self._take_keys(answer)
        await self._take_rooms(answer, since)
        cursor = answer.get("next_batch")
        if isinstance(cursor, str):
            await self._ports.memory.put(self._account, CURSOR, cursor.encode())
        await self._maintain()

    async def _maintain(self) -> None:
        """Keys are needed later; what citizens say now must not wait for them. Raises Refused for an ended token."""
        try:
            await self._machine.maintain()
        except MatrixError as error:
            if isinstance(error, Refused) and error.unauthorised:
                raise
            log.warning("keys could not be maintained", account=self._account, error=str(error))

    def _take_keys(self, answer: Json) -> None:
        self._machine.receive(as_list(inside(answer, "to_device").get("events")))
        self._machine.note_counts(inside(answer, "device_one_time_keys_count"))
        lists = inside(answer, "device_lists")
        self._machine.note_changed([*as_list(lists.get("changed")), *as_list(lists.get("left"))])

    async def _take_rooms(self, answer: Json, since: str) -> None:
        """Events first, then the courtesies. Raises MatrixError, StoreError."""
        rooms = inside(answer, "rooms")
        entered, left = inside(rooms, "join"), inside(rooms, "leave")
        events: list[Event] = []
        heard: dict[str, str] = {}
        moved: list[str] = []
        for room, part in {**entered, **left}.items():
            told = [*as_list(inside(part, "state").get("events")), *as_list(inside(part, "timeline").get("events"))]
            if self._rooms.note(room, told):
                moved.append(room)
            if since:
                # The first start takes the present as the beginning: what was said before is not answered.
                invited = room in self._invitations
                said = await self._timeline.since(room, part, since, invited=invited)
                new = self._events_of(room, said)
                events += new
                last = self._last_heard(said, {event.event_id for event in new})
                if last:
                    heard[room] = last
        await self._unread.keep()
        if events:
            await self._ports.accept(events)
        await self._unread.retry()
        await self._invitations.settled([*entered, *left])
        await self._invitations.accept(self._wanted(inside(rooms, "invite")))
        for room, event_id in heard.items():
            self._chores.heard(room, event_id)
        for room in moved:
            if room in entered:
                self._chores.moved(room)

    def _events_of(self, room: str, timeline: Sequence[object]) -> list[Event]:
        events: list[Event] = []
        for raw in timeline:
            if not isinstance(raw, dict):
                events.append(event_of(self._account, room, raw, own=False))
                continue
            own = raw.get("sender") == self._machine.user_id
            if not is_said(raw) or (own and self._is_echo(raw)):
                continue
            if raw.get("type") == "m.room.encrypted" and raw.get("content"):
                events += self._unread.events_of(room, raw, own=own)
            else:
                events.append(
                    event_of(self._account, room, raw, own=own, name=self._rooms.name(room, raw.get("sender")))
                )
        return events

    def _last_heard(self, timeline: Sequence[object], known: set[str]) -> str:
        """The id of the last message of a citizen, for the courtesies; "" where there is none."""
        ids = [
            str(raw["event_id"])
            for raw in timeline
            if isinstance(raw, dict)
            and raw.get("sender") != self._machine.user_id
            and raw.get("type") in _SAID
            and raw.get("event_id") in known
        ]
        return ids[-1] if ids else ""

    def _is_echo(self, raw: Json) -> bool:
        """Sent by this very device: only then the server names the transaction."""
        same_device = inside(raw, "content").get("device_id") == self._machine.device_id
        return same_device or "transaction_id" in inside(raw, "unsigned")

    def _wanted(self, invited: Json) -> list[str]:
        wanted = []
        for room, part in invited.items():
            told = as_list(inside(part, "invite_state").get("events"))
            if is_wanted(told, self._machine.user_id, self._allowed):
                wanted.append(room)
            else:
                log.info("invitation refused", account=self._account)
                self._chores.refuse(room)
        return wanted
