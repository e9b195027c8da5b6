"""Turns errors into pages of the inbox, and keeps every page out of caches."""

from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import Conflict, NotVisible, StoreBusy
from bot.inbox import case_view
from bot.inbox.pages import page

log = structlog.get_logger()


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page for what went wrong. Errors nobody expected go on to the door of the whole program."""
    try:
        response = await handler(request)
    except Conflict as conflict:
        # Only actions on a case can conflict; the page shows how it stands now.
        response = await case_view.show(request, status=HTTPStatus.CONFLICT, problem=str(conflict))
    except StoreBusy:
        log.exception("inbox could not write", route=request.match_info.route.name or "")
        response = await _page(request, HTTPStatus.SERVICE_UNAVAILABLE)
    except NotVisible:
        response = await _page(request, HTTPStatus.NOT_FOUND)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        response = await _page(request, error.status)
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
    if not response.prepared and request.match_info.route.name != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


async def _page(request: web.Request, status: int) -> web.Response:
    return await page(request, "problem.html", status=status, code=int(status))
