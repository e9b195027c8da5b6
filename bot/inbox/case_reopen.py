"""Taking up a closed case again."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.case_view import case_id
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import cases


async def submit(request: web.Request) -> web.Response:
    """Raises Conflict when the conversation has a newer open case."""
    here = deps(request)
    await here.store.write(cases.reopen, case_id(request), seats.seat_of(request).user_id, here.clock())
    return onward(request, "case", case=case_id(request), done="reopened")
