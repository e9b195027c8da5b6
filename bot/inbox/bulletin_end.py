"""Ending a bulletin before its time, after a second thought."""

from aiohttp import web

from bot.inbox import seats
from bot.inbox.bulletin_change import found
from bot.inbox.bulletin_list import line
from bot.inbox.deps import deps
from bot.inbox.pages import onward, page
from bot.store import bulletins
from bot.store.bulletins import BulletinState


async def show(request: web.Request) -> web.Response:
    """The question whether it is to end. Raises NotVisible."""
    here, view = deps(request), await found(request)
    if view.state(here.clock()) is BulletinState.OVER:
        return onward(request, "bulletins")
    catalogue = here.catalogue()
    return await page(request, "bulletin_end.html", line=line(view, catalogue.authorities if catalogue else {}))


async def submit(request: web.Request) -> web.Response:
    """End it. Raises NotVisible."""
    here, id_ = deps(request), int(request.match_info["bulletin"])
    await here.store.write(bulletins.end, id_, seats.seat_of(request).user_id, here.clock())
    return onward(request, "bulletins", done="ended")
