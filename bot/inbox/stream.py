"""Live pages: server-sent events that say that something changed, never what.

The page then fetches itself anew and exchanges what differs, so there is one way of drawing and nothing to
replay after a lost connection. A stream ends with its session: at once where the bell says so, else at the next
heartbeat.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web
from sqlalchemy import Connection

from bot.inbox import seats
from bot.inbox.case_view import case_id, opened_case
from bot.inbox.deps import InboxDeps, deps
from bot.inbox.streams import STREAMS, Stream
from bot.store import cases, topics

HEARTBEAT = 15.0
"""Seconds; keeps proxies from closing a silent connection."""
LOOK_AGAIN = 3.0
"""Seconds. That a message was sent rings no bell (it would cost the hot path), so open cases are looked at."""

Look = Callable[[], Awaitable[object]]


async def of_list(request: web.Request) -> web.StreamResponse:
    """Says "change" whenever a case changed."""
    here = deps(request)

    async def look() -> object:
        return object()  # every ring is news

    with request.app[STREAMS].listen(seats.seat_of(request).token, here.store.bell, "cases", "sessions") as stream:
        return await _run(request, stream, look, HEARTBEAT)


async def of_case(request: web.Request) -> web.StreamResponse:
    """Says "change" whenever the case, its conversation or another case changed. Raises NotVisible."""
    here, seat, id_ = deps(request), seats.seat_of(request), case_id(request)
    case = await here.store.read(cases.case, id_, seat.user_id)
    topic = await here.store.read(topics.of_conversation, case.conversation_id)

    async def look() -> object:
        return await here.store.read(_state, id_, seat.user_id)

    token, bell = seat.token, here.store.bell
    with request.app[STREAMS].listen(token, bell, "cases", "sessions", topic) as stream:
        return await _run(request, stream, look, LOOK_AGAIN)


def _state(c: Connection, id_: int, user_id: int) -> object:
    return opened_case(c, id_, user_id), cases.counts(c)


async def _run(request: web.Request, stream: Stream, look: Look, every: float) -> web.StreamResponse:
    here, token = deps(request), seats.seat_of(request).token
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    with suppress(ConnectionError):  # the reader left; nobody is there to be told
        await _tell(here, token, response, stream, look, every)
    return response


async def _tell(
    here: InboxDeps, token: bytes, response: web.StreamResponse, stream: Stream, look: Look, every: float
) -> None:
    # The page may be older than this stream: the first event makes it look once. What happens after our own
    # look is another event, also if the page comes to see it with the first.
    seen = await look()
    await response.write(b"retry: 2000\nevent: change\ndata:\n\n")
    silent = 0.0
    while (rang := await stream.wait(every)) is not None:
        if await seats.current(here, token) is None:
            await response.write(b"event: ended\ndata:\n\n")
            break
        state = await look() if rang or every < HEARTBEAT else seen
        if state != seen:
            seen, silent = state, 0.0
            await response.write(b"event: change\ndata:\n\n")
        elif (silent := silent + every) >= HEARTBEAT:
            silent = 0.0
            await response.write(b":\n\n")
