"""Streams under way: they never end by themselves, so stopping must end them."""

import asyncio
from weakref import WeakSet

from aiohttp import web


class OpenStreams:
    """Every stream of server-sent events of the program, whichever room it belongs to."""

    def __init__(self) -> None:
        self._tasks: WeakSet[asyncio.Task[None]] = WeakSet()

    async def notice(self, request: web.Request, response: web.StreamResponse) -> None:
        """A response begins; keep it if it is a stream."""
        if response.headers.get("Content-Type", "").startswith("text/event-stream"):
            self._tasks.add(request.task)

    async def end(self, application: web.Application) -> None:
        """The program stops: end them, their readers come back by themselves."""
        del application
        for task in list(self._tasks):
            task.cancel()
