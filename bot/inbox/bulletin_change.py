"""Changing a bulletin that is in force or to come."""

import structlog
from aiohttp import web

from bot.errors import Conflict, StoreBusy
from bot.inbox import bulletin_form, seats
from bot.inbox.bulletin_put import BUSY, WRONG
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import bulletins
from bot.store.bulletins import BulletinState, BulletinView

log = structlog.get_logger()


async def found(request: web.Request) -> BulletinView:
    """The bulletin that the path names. Raises NotVisible."""
    return await deps(request).store.read(bulletins.one, int(request.match_info["bulletin"]))


async def show(request: web.Request) -> web.Response:
    """The form with what holds at present. What is over can only be read, on the list."""
    view = await found(request)
    if view.state(deps(request).clock()) is BulletinState.OVER:
        return onward(request, "bulletins")
    return await bulletin_form.show(request, bulletin_form.of(view.bulletin), id_=view.bulletin.id)


async def submit(request: web.Request) -> web.Response:
    """Store the change, unless a colleague was first: then both texts are shown. Raises NotVisible."""
    here, now = deps(request), deps(request).clock()
    before = (await found(request)).bulletin
    given = await bulletin_form.filled(request, now, before)
    if given.problems:
        return await bulletin_form.show(request, given, id_=before.id, status=422, problem=WRONG)
    user_id, changed = seats.seat_of(request).user_id, bulletin_form.draft(given, now)
    try:
        await here.store.write(bulletins.change, before.id, changed, given.version, user_id, now)
    except Conflict as conflict:
        current = (await found(request)).bulletin
        return await bulletin_form.show(
            request, given, id_=before.id, status=409, problem=f"Nicht gespeichert: {conflict}", current=current
        )
    except StoreBusy:
        log.exception("bulletin not changed", bulletin=before.id)
        return await bulletin_form.show(request, given, id_=before.id, status=503, problem=BUSY)
    return onward(request, "bulletins", done="changed", fragment=f"b{before.id}")
