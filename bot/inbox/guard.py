"""The door of every page. What is not said to be open is closed.

A route is for the staff unless its entry in routes.py says otherwise. Every request that may change something
must come from a page of this site and carry its session's secret.
"""

from collections.abc import Mapping
from enum import IntEnum

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.inbox import forms, origin
from bot.inbox.pages import page, redirect, url
from bot.inbox.seats import Seat, take_seat

log = structlog.get_logger()


class Access(IntEnum):
    """Who may use a route."""

    FILES = 0
    """What pages are made of; nobody looks who asks."""
    EVERYBODY = 1
    """Without a session: logging in."""
    NEWCOMER = 2
    """Any session, also one begun with a one-time password."""
    STAFF = 3
    ADMIN = 4


ACCESS = web.AppKey("inbox access", Mapping[str, Access])
_HARMLESS_METHODS = frozenset({"GET", "HEAD"})


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let in, or say why not."""
    needed = request.app[ACCESS].get(request.match_info.route.name or "", Access.STAFF)
    changes = request.method not in _HARMLESS_METHODS
    if needed is Access.FILES and not changes:
        return await handler(request)
    if changes and not origin.is_ours(request):
        return await _refused(request, "foreign origin")
    seat = await take_seat(request)
    if needed is Access.EVERYBODY:
        return await handler(request)
    if seat is None:
        return await _stranger(request, changes=changes)
    if changes and not await forms.carries(request, seat.csrf):
        return await _refused(request, "token missing")
    if seat.once and needed > Access.NEWCOMER:
        return redirect(url(request, "password"))
    if needed is Access.ADMIN and not seat.is_admin:
        return await _refused(request, "not an admin", seat)
    return await handler(request)


async def _stranger(request: web.Request, *, changes: bool) -> web.StreamResponse:
    if changes or request.headers.get("Accept") == "text/event-stream":
        # A form of an ended session: there is nothing to go back to but logging in anew.
        return await page(request, "ended.html", status=403)
    wanted = request.path_qs
    login = request.app.router["login"].url_for()
    return redirect(str(login.with_query(next=wanted)))


async def _refused(request: web.Request, why: str, seat: Seat | None = None) -> web.StreamResponse:
    log.warning(
        "request refused", why=why, route=request.match_info.route.name or "", user=seat.user_id if seat else None
    )
    return await page(request, "refused.html", status=403)
