"""A new one-time password for somebody who forgot theirs; their sessions end."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.accounts import renew_password
from bot.inbox.deps import deps
from bot.inbox.users_list import show


async def submit(request: web.Request) -> web.Response:
    """Shown on the page that answers. Raises NotVisible."""
    here, seat, id_ = deps(request), seats.seat_of(request), int(request.match_info["user"])
    if id_ == seat.user_id:
        return await show(request, status=409, problem="Ihr eigenes Passwort ändern Sie unter „Passwort“.")
    return await show(request, made=await renew_password(here.store, id_, seat.user_id, here.clock))
