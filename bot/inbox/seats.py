"""Who sits at a request: the session behind its cookie.

The cookie holds a random token, the table only its hash. `__Host-` binds the cookie to this very host over
HTTPS; browsers also take it on http://127.0.0.1 and http://localhost. SameSite=Lax lets a link to a case that
a colleague sent open it; whatever changes something is a POST and guarded on its own.
"""

import hashlib
import secrets
from dataclasses import dataclass

import structlog
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.inbox import passwords
from bot.inbox.deps import InboxDeps, deps
from bot.store import sessions, users

log = structlog.get_logger()

COOKIE = "__Host-lotse"
LIVE = "Lotse-Live"
"""Header of requests that a page makes by itself; they are no use of the session."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person with a running session."""

    user_id: int
    name: str
    role: str
    csrf: str
    token: bytes
    """Hash of the session's token."""
    once: bool
    """Came in with a one-time password and has to choose another first."""

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


_SEAT = web.RequestKey("inbox seat", Seat)


def seat_of(request: web.Request) -> Seat:
    """The person at this request; the guard has put them there."""
    return request[_SEAT]


def seat_or_none(request: web.Request) -> Seat | None:
    """The same on pages that are open to everybody."""
    return request.get(_SEAT)


async def take_seat(request: web.Request) -> Seat | None:
    """Find the session of this request, and note that it was used."""
    seat = await current(deps(request), hashed(request.cookies.get(COOKIE, "")))
    if seat is not None:
        request[_SEAT] = seat
        if LIVE not in request.headers:
            await _touch(deps(request), seat)
    return seat


async def _touch(here: InboxDeps, seat: Seat) -> None:
    try:
        await here.store.write(sessions.touch, seat.token, here.clock())
    except StoreError:
        # A full disk must not keep anybody from reading an alarm.
        log.exception("use of a session not stored", user=seat.user_id)


async def current(here: InboxDeps, token: bytes) -> Seat | None:
    """The session with this token hash, None when it has ended or its user may no longer come in."""

    def look(c: Connection) -> Seat | None:
        view = sessions.current(c, token, here.clock(), here.idle, here.absolute)
        if view is None:
            return None
        user = users.by_id(c, view.user_id)
        return Seat(view.user_id, view.user_name, view.role, view.csrf, token, passwords.is_once(user.password_hash))

    return await here.store.read(look)


async def begin(here: InboxDeps, user_id: int, response: web.StreamResponse) -> None:
    """A new session under a new token."""
    token = secrets.token_urlsafe(32)
    await here.store.write(sessions.create, hashed(token), user_id, here.clock())
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="Lax")


def forget(response: web.StreamResponse) -> None:
    """Take the cookie back."""
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")


def hashed(token: str) -> bytes:
    """What the table knows of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
