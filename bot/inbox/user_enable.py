"""Letting a locked account in again."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import audit, users


async def submit(request: web.Request) -> web.Response:
    """Raises NotVisible."""
    here, seat, id_ = deps(request), seats.seat_of(request), int(request.match_info["user"])
    await here.store.read(users.by_id, id_)
    await here.store.write(users.enable, id_)
    await here.store.write(audit.record, seat.user_id, "user.enable", f"user:{id_}", here.clock())
    return onward(request, "users")
