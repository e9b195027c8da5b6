"""Lines as they come: server-sent events, and asking again for networks that hold streams up."""

import asyncio
import json
from collections import defaultdict

import structlog
from aiohttp import web

from bot.channels.base import Journal, Transcript
from bot.channels.webchat.lines import shown
from bot.channels.webchat.page import Pages, Visit

log = structlog.get_logger()

HEARTBEAT = 20.0
"""Seconds; proxies cut a silent connection after half a minute at the earliest."""
RETRY_MS = 2000
WRITE_WITHIN = 10.0
"""Seconds for a reader to take what was written."""
POLL_WITHIN = 20.0
STREAMS_PER_SESSION = 5
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}


class Streams:
    """The open streams of one account."""

    def __init__(self, journal: Journal, account: str, pages: Pages) -> None:
        self._journal = journal
        self._account = account
        self._pages = pages
        self._open: defaultdict[str, list[asyncio.Task[None]]] = defaultdict(list)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET /chat/stream: every line after Last-Event-ID (or `after`), then each new one."""
        visit = self._known(request)
        after = _number(request.headers.get("Last-Event-ID", "") or request.query.get("after", ""))
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        async with asyncio.TaskGroup() as tasks:
            pump = tasks.create_task(self._pump(response, visit.address, after))
            beat = tasks.create_task(_beat(response))
            pump.add_done_callback(lambda _: beat.cancel())
            beat.add_done_callback(lambda _: pump.cancel())
            mine = self._open[visit.session]
            mine.append(pump)
            if len(mine) > STREAMS_PER_SESSION:
                mine.pop(0).cancel()
        if pump in mine:
            mine.remove(pump)
        if not mine:
            self._open.pop(visit.session, None)
        return response

    async def lines(self, request: web.Request) -> web.Response:
        """GET /chat/lines?after=N: the lines after N, at once or as soon as there are any."""
        visit = self._known(request)
        after = _number(request.query.get("after", ""))
        transcript = await self._journal.read(self._account, visit.address, after)
        if not transcript.lines and "now" not in request.query:
            transcript = await self._next(visit, after)
        return web.json_response(_state(transcript) | {"lines": [shown(line) for line in transcript.lines]})

    def _known(self, request: web.Request) -> Visit:
        visit = self._pages.visit(request)
        if not visit.session:
            # 204 tells a browser's EventSource not to come back; there is nothing to read without a session.
            raise web.HTTPNoContent
        return visit

    async def _next(self, visit: Visit, after: int) -> Transcript:
        async with self._journal.changes(self._account, visit.address) as changes:
            transcript = await self._journal.read(self._account, visit.address, after)
            try:
                async with asyncio.timeout(POLL_WITHIN):
                    while not transcript.lines:
                        await anext(changes)
                        transcript = await self._journal.read(self._account, visit.address, after)
            except (TimeoutError, StopAsyncIteration):
                pass
        return transcript

    async def _pump(self, response: web.StreamResponse, address: str, after: int) -> None:
        """Write what is new after each change; the state too, for it is missed as easily as a line."""
        state: dict[str, object] = {}
        try:
            async with self._journal.changes(self._account, address) as changes:
                await _write(response, f"retry: {RETRY_MS}\n\n")
                while True:
                    transcript = await self._journal.read(self._account, address, after)
                    for line in transcript.lines:
                        await _write(response, _event("line", shown(line), line.seq))
                        after = line.seq
                    if _state(transcript) != state:
                        state = _state(transcript)
                        await _write(response, _event("state", state))
                    await anext(changes)
        except (ConnectionError, TimeoutError, StopAsyncIteration):
            # The reader left, or takes nothing; a browser that still wants lines comes back with its last one.
            return


async def _beat(response: web.StreamResponse) -> None:
    try:
        while True:
            await asyncio.sleep(HEARTBEAT)
            await _write(response, ":\n\n")
    except (ConnectionError, TimeoutError):
        return


async def _write(response: web.StreamResponse, text: str) -> None:
    async with asyncio.timeout(WRITE_WITHIN):
        await response.write(text.encode())


def _event(name: str, value: object, number: int | None = None) -> str:
    mark = "" if number is None else f"id: {number}\n"
    return f"event: {name}\n{mark}data: {json.dumps(value)}\n\n"


def _state(transcript: Transcript) -> dict[str, object]:
    return {"human": transcript.human, "working": transcript.working}


def _number(given: str) -> int:
    """The sequence number a reader names; 0, the beginning, for whatever is none."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
