"""Locking an account: its sessions and streams end at once, its cases are free for colleagues."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.inbox.users_list import show
from bot.store import audit, users


async def submit(request: web.Request) -> web.Response:
    """Raises NotVisible. Nobody locks themselves out."""
    here, seat, id_ = deps(request), seats.seat_of(request), int(request.match_info["user"])
    if id_ == seat.user_id:
        return await show(request, status=409, problem="Sie können Ihr eigenes Konto nicht sperren.")
    await here.store.read(users.by_id, id_)
    await here.store.write(users.disable, id_, here.clock())
    await here.store.write(audit.record, seat.user_id, "user.disable", f"user:{id_}", here.clock())
    return onward(request, "users")
