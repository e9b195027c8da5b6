"""Closing a case without a further word; the bot answers again."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.case_view import case_id
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import cases


async def submit(request: web.Request) -> web.Response:
    """Raises Conflict when a colleague holds the case."""
    here = deps(request)
    await here.store.write(cases.close, case_id(request), seats.seat_of(request).user_id, here.clock())
    return onward(request, "cases", done="closed")
