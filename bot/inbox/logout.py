"""Logging out: the session ends on the server, and the browser forgets what it kept."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.deps import deps
from bot.inbox.pages import redirect, url
from bot.store import audit, sessions


async def submit(request: web.Request) -> web.Response:
    """End this session and every stream of it."""
    here, seat = deps(request), seats.seat_of(request)
    await here.store.write(sessions.end, seat.token)
    await here.store.write(audit.record, seat.user_id, "logout", f"user:{seat.user_id}", here.clock())
    response = redirect(url(request, "login") + "?ended")
    seats.forget(response)
    # Not "cookies": the citizens' chat on the same host keeps its own.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
