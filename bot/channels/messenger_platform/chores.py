"""Small courtesies towards a citizen that nobody's safety rests on: best effort, never repeated.

https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions
"""

import asyncio

import structlog

from bot.channels.messenger_platform.addresses import recipient
from bot.channels.meta.graph import Graph
from bot.channels.meta.refusals import GRAPH_ERRORS

log = structlog.get_logger()

FRESH_FOR = 5.0
"""Seconds; in a flood, who has the answer already shall not see that one is being written."""
_WAITING = 1000


class Chores:
    """Marks messages as read and shows that an answer is being written."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._queue: asyncio.Queue[tuple[float, str]] = asyncio.Queue(_WAITING)

    def note(self, address: str) -> None:
        """Somebody wrote; a full queue drops it."""
        if not self._queue.full():
            self._queue.put_nowait((asyncio.get_running_loop().time() + FRESH_FOR, address))

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            until, address = await self._queue.get()
            if asyncio.get_running_loop().time() > until:
                continue
            for action in ("mark_seen", "typing_on"):
                try:
                    await self._graph.post("me/messages", {"recipient": recipient(address), "sender_action": action})
                except GRAPH_ERRORS as error:
                    log.info("courtesy refused", action=action, error=type(error).__name__)
