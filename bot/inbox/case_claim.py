"""Taking a case: from now on this person owns the conversation and the bot is silent."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.case_view import case_id
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import cases


async def submit(request: web.Request) -> web.Response:
    """Raises Conflict when a colleague was first."""
    here = deps(request)
    await here.store.write(cases.claim, case_id(request), seats.seat_of(request).user_id, here.clock())
    return onward(request, "case", case=case_id(request), done="claimed")
