"""Read marks and "is typing": courtesies that nobody's safety rests on, best effort, never repeated.

https://developers.facebook.com/documentation/business-messaging/whatsapp/typing-indicators
"""

import asyncio
import json
from collections.abc import Sequence
from time import monotonic
from typing import Any

import structlog

from bot.channels.meta.graph import Graph
from bot.channels.meta.refusals import GRAPH_ERRORS
from bot.message import Event

log = structlog.get_logger()

_WAITING = 1000
TYPING_WITHIN = 2.0
"""Seconds. Later the answer is out, and the platform would show typing for 25 seconds after it."""
_NOT_SHOWN = frozenset({"reaction", "edit", "revoke", "system", "request_welcome"})


class Chores:
    """Marks what citizens wrote as read and shows that an answer is coming."""

    def __init__(self, graph: Graph, *, number_id: str, typing: bool) -> None:
        self._graph = graph
        self._path = f"{number_id}/messages"
        self._typing = typing
        self._queue: asyncio.Queue[tuple[str, float]] = asyncio.Queue(_WAITING)

    def note(self, events: Sequence[Event]) -> None:
        """Remember accepted messages; a full queue drops them."""
        for event in events:
            name = _message_in(event)
            if name and not self._queue.full():
                self._queue.put_nowait((name, monotonic()))

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            name, noted = await self._queue.get()
            body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": name}
            if self._typing and monotonic() - noted < TYPING_WITHIN:
                body["typing_indicator"] = {"type": "text"}
            try:
                await self._graph.post(self._path, body)
            except GRAPH_ERRORS as error:
                log.info("courtesy refused", error=str(error))


def _message_in(event: Event) -> str:
    """The id of a citizen's own message in an event of ours; "" for everything else."""
    match json.loads(event.payload) if event.address else None:
        case {"messages": {"id": str(name), "type": str(type_)}} if type_ not in _NOT_SHOWN:
            return name
        case _:
            return ""
