"""Hearing: a stream for at once, a list for what the stream did not bring.

https://docs.joinmastodon.org/methods/streaming/#user, https://docs.joinmastodon.org/methods/notifications/#get

The stream has no memory, and what the server's policy filters never comes through it. So the list is read from the
last known notification on after every connection and every 45 seconds; only it moves that mark. What came both ways
is known by the post's id.
"""

import asyncio
import random
from collections.abc import Callable, Sequence

import structlog

from bot.channels.base import Ports
from bot.channels.calls import CALL_ERRORS, NoAnswer
from bot.channels.mastodon.events import Events
from bot.channels.mastodon.server import Server, Sse
from bot.errors import StoreBusy, StoreError
from bot.message import Event

log = structlog.get_logger()

SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
PAGE = 40
CURSOR = "notification"
_PATH = "/api/v1/streaming/user"
"""Not user/notification: deletions come only through the account's whole stream."""


class Fetcher:
    """One account's stream and list."""

    def __init__(
        self,
        ports: Ports,
        account: str,
        server: Server,
        events: Events,
        report: Callable[[str], None],
    ) -> None:
        """`report` hears how the stream is."""
        self._ports = ports
        self._account = account
        self._server = server
        self._events = events
        self._report = report
        self._reading = asyncio.Lock()
        self._pause = SHORTEST_PAUSE

    async def run(self, base: str) -> None:
        """Listen at the streaming server until cancelled, and connect again whenever it ends."""
        clock = asyncio.get_running_loop()
        while True:
            began = clock.time()
            try:
                async with self._server.stream(base, _PATH) as stream:
                    await self.catch_up()
                    self._report("ok")
                    async for told in stream:
                        await self._take(told)
            except CALL_ERRORS as error:
                self._trouble(f"stream ended: {error}" if isinstance(error, NoAnswer) else f"no stream: {error}")
            except StoreError:
                self._trouble("database takes nothing")
            if clock.time() - began > LONGEST_PAUSE:
                self._pause = SHORTEST_PAUSE
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            self._pause = min(LONGEST_PAUSE, 2 * self._pause)

    async def catch_up(self) -> None:
        """Take every mention since the last known one; at the very first start only note where the present is.

        Raises NotConnected, NoAnswer, Refused and StoreError.
        """
        async with self._reading:
            known = await self._ports.memory.get(self._account, CURSOR)
            if known is None:
                newest = await self._page({"limit": "1"})
                await self._mark(max([0, *map(_number, newest)]))
                return
            cursor = int(known)
            while page := await self._page({"limit": str(PAGE), "min_id": str(cursor)}):
                # The newest comes first in a page.
                found = [event for event in map(self._events.mention, reversed(page)) if event is not None]
                await self._ports.accept(found)
                reached = max(map(_number, page))
                if reached <= cursor:
                    return
                cursor = reached
                await self._mark(cursor)

    async def _page(self, params: dict[str, str]) -> list[object]:
        """A page of the list; include_filtered brings what the policy holds back from those who look."""
        page = await self._server.get(
            "/api/v1/notifications", {**params, "types[]": "mention", "include_filtered": "true"}
        )
        if not isinstance(page, list):
            raise NoAnswer("no list")
        return page

    async def _mark(self, cursor: int) -> None:
        await self._ports.memory.put(self._account, CURSOR, str(cursor).encode())

    async def _take(self, told: Sse) -> None:
        event = self._events.of_stream(told.name, told.data)
        if event is not None:
            await self._commit([event])

    async def _commit(self, events: Sequence[Event]) -> None:
        """Commit, however long it takes: an edit or a deletion is told only once."""
        pause = SHORTEST_PAUSE
        while True:
            try:
                await self._ports.accept(events)
            except StoreBusy:
                self._report("database takes nothing")
            else:
                break
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)
        if pause > SHORTEST_PAUSE:
            self._report("ok")

    def _trouble(self, what: str) -> None:
        self._report(what)
        log.warning("Mastodon stream ended", account=self._account, error=what)


def _number(notification: object) -> int:
    """A notification's place in time; 0 for what has none."""
    found = notification.get("id") if isinstance(notification, dict) else None
    return int(found) if isinstance(found, str) and found.isascii() and found.isdigit() else 0
