"""Seeing how a bulletin will lead an answer, before anybody else does. Nothing is stored."""

from aiohttp import web

from bot.inbox import bulletin_form
from bot.inbox.bulletin_change import found
from bot.inbox.deps import deps
from bot.inbox.pages import onward

NOTHING = "Noch keine Vorschau. Bitte prüfen Sie den deutschen Text."


async def submit(request: web.Request) -> web.Response:
    """The form of a new one again, with the answers above it."""
    given = await bulletin_form.filled(request, deps(request).clock())
    if bulletin_form.known(deps(request).catalogue(), given.authority) is None:
        return onward(request, "bulletins")
    return await _shown(request, given)


async def submit_change(request: web.Request) -> web.Response:
    """The same for one that is being changed. Raises NotVisible."""
    before = (await found(request)).bulletin
    given = await bulletin_form.filled(request, deps(request).clock(), before)
    return await _shown(request, given, before.id)


async def _shown(request: web.Request, given: bulletin_form.Filled, id_: int = 0) -> web.Response:
    if "text-de" in given.problems:
        return await bulletin_form.show(request, given, id_=id_, status=422, problem=NOTHING)
    return await bulletin_form.show(request, given, id_=id_, preview=True)
