"""What was said in a room since we last looked, also what a sync leaves out.

https://spec.matrix.org/latest/client-server-api/#syncing
"""

from typing import Any

import structlog

from bot.channels.matrix.homeserver import Homeserver, Json, Refused, inside

log = structlog.get_logger()

PAGE = 100
TRIES = 3
MOST_PAGES = 50
"""Five thousand events in one room between two syncs; what lies behind them is not asked for any more."""


class Timeline:
    """Reads rooms for one user."""

    def __init__(self, account: str, homeserver: Homeserver, user_id: str) -> None:
        self._account = account
        self._homeserver = homeserver
        self._user_id = user_id
        self._refused: dict[str, int] = {}

    async def since(self, room: str, part: Json, since: str, *, invited: bool) -> list[Any]:
        """The room's new events in their order, from its part of a sync. Raises MatrixError.

        Of a room that we have just joined these are all since we were invited: many apps make the room, invite and
        send the first message at once. What was said before that was not said to us.
        """
        timeline = inside(part, "timeline")
        events = as_list(timeline.get("events"))
        entered = invited or any(
            self._is_our_join(event) for event in [*as_list(inside(part, "state").get("events")), *events]
        )
        if timeline.get("limited") is True and isinstance(timeline.get("prev_batch"), str):
            events = [*await self._before_or_not(room, timeline["prev_batch"], "" if entered else since), *events]
        if entered:
            invitations = [place for place, event in enumerate(events) if self._is_about_us(event, "invite")]
            joins = [place for place, event in enumerate(events) if self._is_about_us(event, "join")]
            first = (invitations or joins or [-1])[-1]
            events = events[first + 1 :]
        return events

    async def _before_or_not(self, room: str, token: str, until: str) -> list[Any]:
        """As `_before`; a room that the server does not show, again and again, must not hold up all others."""
        try:
            found = await self._before(room, token, until)
        except Refused as refused:
            self._refused[room] = self._refused.get(room, 0) + 1
            if refused.unauthorised or refused.status == 429 or self._refused[room] < TRIES:
                raise
            log.warning("what was said before in a room cannot be read", account=self._account, error=str(refused))
            return []
        self._refused.pop(room, None)
        return found

    async def _before(self, room: str, token: str, until: str) -> list[Any]:
        """The events between a sync and the one before it; of a room just joined, back to our invitation."""
        found: list[Any] = []
        for _ in range(MOST_PAGES):
            query = {"dir": "b", "from": token, "limit": str(PAGE)} | ({"to": until} if until else {})
            answer = await self._homeserver.call("GET", "rooms", room, "messages", query=query)
            page = as_list(answer.get("chunk"))
            found += page
            reached = any(self._is_about_us(event, "invite") or self._is_our_join(event) for event in page)
            token = str(answer.get("end") or "")
            # Our own entry ends it too: a server that does not know `to` must not make us answer the past.
            if not page or not token or reached:
                break
        else:
            log.warning("a gap is longer than is read", account=self._account)
        return found[::-1]

    def _is_about_us(self, event: object, membership: str) -> bool:
        match event:
            case {"type": "m.room.member", "state_key": str(user), "content": {"membership": str(found)}}:
                return user == self._user_id and found == membership
            case _:
                return False

    def _is_our_join(self, event: object) -> bool:
        """An event that brought us in, not one that changed our name."""
        before = inside(event, "unsigned", "prev_content").get("membership")
        return self._is_about_us(event, "join") and before != "join"


def as_list(value: object) -> list[Any]:
    """The list where an answer should have one; empty where it has none."""
    return value if isinstance(value, list) else []
