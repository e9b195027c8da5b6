"""Putting a new bulletin in force."""

import structlog
from aiohttp import web

from bot.errors import StoreBusy
from bot.inbox import bulletin_form, seats
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import bulletins

log = structlog.get_logger()

BUSY = "Nicht gespeichert: Die Datenbank nimmt gerade nichts an. Bitte versuchen Sie es gleich noch einmal."
WRONG = "Noch nicht gespeichert. Bitte prüfen Sie die markierten Felder."


async def show(request: web.Request) -> web.Response:
    """The empty form for the authority that was chosen on the list."""
    authority = request.query.get("authority", "")
    if bulletin_form.known(deps(request).catalogue(), authority) is None:
        return onward(request, "bulletins")
    return await bulletin_form.show(request, bulletin_form.Filled(authority))


async def submit(request: web.Request) -> web.Response:
    """Store it; every process says it from the next answer on."""
    here, now = deps(request), deps(request).clock()
    given = await bulletin_form.filled(request, now)
    if bulletin_form.known(here.catalogue(), given.authority) is None:
        return onward(request, "bulletins")
    if given.problems:
        return await bulletin_form.show(request, given, status=422, problem=WRONG)
    try:
        put = bulletin_form.draft(given, now)
        id_ = await here.store.write(bulletins.put, put, seats.seat_of(request).user_id, now)
    except StoreBusy:
        log.exception("bulletin not stored")
        return await bulletin_form.show(request, given, status=503, problem=BUSY)
    return onward(request, "bulletins", done="put", fragment=f"b{id_}")
