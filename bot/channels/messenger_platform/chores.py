"""Small courtesies towards a citizen that nobody's safety rests on: best effort, never repeated.

https://developers.facebook.com/docs/messenger-platform/send-messages/sender-actions
"""

import asyncio

import structlog

from bot.channels.messenger_platform.addresses import recipient
from bot.channels.meta.graph import Graph
from bot.channels.meta.refusals import GRAPH_ERRORS

log = structlog.get_logger()

_WAITING = 1000


class Chores:
    """Marks messages as read and shows that an answer is being written."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._queue: asyncio.Queue[str] = asyncio.Queue(_WAITING)

    def note(self, address: str) -> None:
        """Somebody wrote; a full queue drops it."""
        if not self._queue.full():
            self._queue.put_nowait(address)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            address = await self._queue.get()
            for action in ("mark_seen", "typing_on"):
                try:
                    await self._graph.post("me/messages", {"recipient": recipient(address), "sender_action": action})
                except GRAPH_ERRORS as error:
                    log.info("courtesy refused", action=action, error=type(error).__name__)
