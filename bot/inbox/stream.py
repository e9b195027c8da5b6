"""Live pages: server-sent events that say that something changed, never what.

The page then fetches itself anew and exchanges what differs, so there is one way of drawing and nothing to
replay after a lost connection. A stream ends with its session: at once where the bell says so, else at the next
heartbeat.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count

from aiohttp import web

from bot.inbox import seats
from bot.inbox.case_view import case_id, opened_case, stamp
from bot.inbox.deps import deps
from bot.inbox.streams import STREAMS, Stream
from bot.store import cases, topics

HEARTBEAT = 15.0
"""Seconds; keeps proxies from closing a silent connection."""
LOOK_AGAIN = 3.0
"""Seconds. That a message was sent rings no bell (it would cost the hot path), so open cases are looked at."""

_CHANGE = b"retry: 2000\nevent: change\ndata:\n\n"
Look = Callable[[], Awaitable[str]]


async def of_list(request: web.Request) -> web.StreamResponse:
    """Says "change" whenever a case changed."""
    here, rings = deps(request), count()

    async def look() -> str:
        return str(next(rings))  # every ring is news

    with request.app[STREAMS].listen(seats.seat_of(request).token, here.store.bell, "cases", "sessions") as stream:
        return await _run(request, stream, look, HEARTBEAT)


async def of_case(request: web.Request) -> web.StreamResponse:
    """Says "change" whenever what the page shows of this case differs, or how many others there are.

    `since` is the stamp of the page that listens. Raises NotVisible.
    """
    here, seat, id_ = deps(request), seats.seat_of(request), case_id(request)
    case = await here.store.read(cases.case, id_, seat.user_id)
    topic = await here.store.read(topics.of_conversation, case.conversation_id)

    async def look() -> str:
        return stamp(await here.store.read(opened_case, id_, seat.user_id), here)

    token, bell = seat.token, here.store.bell
    with request.app[STREAMS].listen(token, bell, "cases", "sessions", topic) as stream:
        return await _run(request, stream, look, LOOK_AGAIN)


async def _run(request: web.Request, stream: Stream, look: Look, every: float) -> web.StreamResponse:
    # Our look comes before the page hears of the stream: what happens from here on is an event of its own.
    seen = await look()
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    with suppress(ConnectionError):  # the reader left; nobody is there to be told
        await response.write(b"retry: 2000\n\n" if seen == request.query.get("since") else _CHANGE)
        await _tell(request, response, stream, seen, look, every)
    return response


async def _tell(
    request: web.Request, response: web.StreamResponse, stream: Stream, seen: str, look: Look, every: float
) -> None:
    here, token = deps(request), seats.seat_of(request).token
    silent = 0.0
    while (rang := await stream.wait(every)) is not None:
        if await seats.current(here, token) is None:
            await response.write(b"event: ended\ndata:\n\n")
            break
        state = await look() if rang or every < HEARTBEAT else seen
        if state != seen:
            seen, silent = state, 0.0
            await response.write(_CHANGE)
        elif (silent := silent + every) >= HEARTBEAT:
            silent = 0.0
            await response.write(b":\n\n")
