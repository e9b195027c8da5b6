"""Every page of the press office and who may use it. The list is the table of contents of this room."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from bot.assets import Assets
from bot.inbox import (
    account_password,
    bulletin_change,
    bulletin_end,
    bulletin_list,
    bulletin_preview,
    bulletin_put,
    case_claim,
    case_close,
    case_draft,
    case_hand_back,
    case_list,
    case_note,
    case_release,
    case_reopen,
    case_reply,
    case_view,
    channel_list,
    login,
    logout,
    session_keep,
    stream,
    user_create,
    user_disable,
    user_enable,
    user_password,
    users_list,
)
from bot.inbox.deps import DEPS, InboxDeps
from bot.inbox.guard import ACCESS, Access, guard
from bot.inbox.pages import ASSETS
from bot.inbox.passwords import PASSWORDS, Passwords
from bot.inbox.problems import problems
from bot.inbox.reads import READS, Reads
from bot.inbox.streams import STREAMS, Streams

_EVERYBODY, _NEWCOMER, _STAFF, _ADMIN = Access.EVERYBODY, Access.NEWCOMER, Access.STAFF, Access.ADMIN
_CASE = r"/cases/{case:\d{1,18}}"
_BULLETIN = r"/bulletins/{bulletin:\d{1,18}}"
_USER = r"/users/{user:\d{1,18}}"


class Route(NamedTuple):
    """One line of the table."""

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    name: str
    access: Access = _STAFF


ROUTES = (
    Route("GET", "/login", login.show, "login", _EVERYBODY),
    Route("POST", "/login", login.submit, "login.submit", _EVERYBODY),
    Route("POST", "/logout", logout.submit, "logout", _NEWCOMER),
    Route("GET", "/password", account_password.show, "password", _NEWCOMER),
    Route("POST", "/password", account_password.submit, "password.submit", _NEWCOMER),
    Route("POST", "/session", session_keep.submit, "session.keep", _NEWCOMER),
    Route("GET", "", case_list.show, "cases"),
    Route("GET", "/", case_list.show, "cases.typed"),
    Route("GET", "/stream", stream.of_list, "stream"),
    Route("GET", _CASE, case_view.view, "case"),
    Route("GET", _CASE + "/stream", stream.of_case, "case.stream"),
    Route("POST", _CASE + "/claim", case_claim.submit, "case.claim"),
    Route("POST", _CASE + "/release", case_release.submit, "case.release"),
    Route("POST", _CASE + "/draft", case_draft.submit, "case.draft"),
    Route("POST", _CASE + "/reply", case_reply.submit, "case.reply"),
    Route("POST", _CASE + "/note", case_note.submit, "case.note"),
    Route("POST", _CASE + "/close", case_close.submit, "case.close"),
    Route("POST", _CASE + "/reopen", case_reopen.submit, "case.reopen"),
    Route("POST", _CASE + "/hand-back", case_hand_back.submit, "case.hand-back"),
    Route("GET", "/bulletins", bulletin_list.show, "bulletins"),
    Route("GET", "/bulletins/new", bulletin_put.show, "bulletin.new"),
    Route("POST", "/bulletins", bulletin_put.submit, "bulletin.put"),
    Route("POST", "/bulletins/preview", bulletin_preview.submit, "bulletin.preview"),
    Route("GET", _BULLETIN, bulletin_change.show, "bulletin"),
    Route("POST", _BULLETIN, bulletin_change.submit, "bulletin.change"),
    Route("POST", _BULLETIN + "/preview", bulletin_preview.submit_change, "bulletin.change.preview"),
    Route("GET", _BULLETIN + "/end", bulletin_end.show, "bulletin.end"),
    Route("POST", _BULLETIN + "/end", bulletin_end.submit, "bulletin.end.submit"),
    Route("GET", "/channels", channel_list.show, "channels"),
    Route("GET", "/users", users_list.view, "users", _ADMIN),
    Route("POST", "/users", user_create.submit, "user.create", _ADMIN),
    Route("POST", _USER + "/disable", user_disable.submit, "user.disable", _ADMIN),
    Route("POST", _USER + "/enable", user_enable.submit, "user.enable", _ADMIN),
    Route("POST", _USER + "/password", user_password.submit, "user.password", _ADMIN),
)


def build(given: InboxDeps) -> web.Application:
    """The application to mount, at /inbox for example."""
    app = web.Application(middlewares=[problems, guard])
    app[DEPS] = given
    app[PASSWORDS] = Passwords()
    app[STREAMS] = Streams()
    app[READS] = Reads()
    app[ASSETS] = Assets("/static", Path(__file__).parent / "static")
    app[ACCESS] = {route.name: route.access for route in ROUTES} | {"static": Access.FILES}
    for route in ROUTES:
        app.router.add_route(route.method, route.path, route.handler, name=route.name)
    for files in app[ASSETS].routes():
        if isinstance(files, web.RouteDef):
            app.router.add_route(files.method, files.path, files.handler, name="static")
    app.on_shutdown.append(app[STREAMS].end_all)
    app.on_cleanup.append(_close)
    return app


async def _close(app: web.Application) -> None:
    await app[PASSWORDS].close()
