"""Logging in.

The form carries a random token that a cookie repeats, so that nobody can log a browser into an account of
theirs. Failures are counted per account and network before the password is looked at: parallel guesses gain
nothing, and nobody is locked out by what others do elsewhere.
"""

import secrets

import structlog
from aiohttp import web

from bot.inbox import forms, origin, seats
from bot.inbox.attempts import Attempts
from bot.inbox.deps import deps
from bot.inbox.pages import page, redirect, url
from bot.inbox.passwords import LONGEST, PASSWORDS, Crowded, is_once, is_over
from bot.store import audit, sessions, users

log = structlog.get_logger()

_OVER = "Dieses Einmal-Passwort galt 24 Stunden. Bitte lassen Sie sich ein neues geben."
COOKIE = "__Host-lotse-login"
_TOKEN = 43
"""Characters of `token_urlsafe(32)`."""


async def show(request: web.Request) -> web.Response:
    """The form; who is already in goes on."""
    if seats.seat_or_none(request) is not None:
        return redirect(url(request, "cases"))
    return await _form(request)


async def submit(request: web.Request) -> web.Response:
    """Check name and password; on success a new session under a new token."""
    here = deps(request)
    if not await forms.carries(request, _token(request)):
        return await _form(request, status=403, problem="Ihr Browser hat das Cookie dieser Seite nicht mitgeschickt.")
    name = (await forms.field(request, "name")).strip().casefold()
    password = (await forms.field(request, "password"))[: LONGEST + 1]
    attempts = Attempts(here, request, name)
    if wait := await attempts.wait():
        response = await _form(request, status=429, problem=f"Zu viele Versuche. Bitte warten Sie {_spoken(wait)}.")
        response.headers["Retry-After"] = str(wait)
        return response
    await attempts.count()
    user = await here.store.read(users.by_name, name)
    usable = user is not None and not user.disabled
    try:
        right = await request.app[PASSWORDS].matches(user.password_hash if user and usable else None, password)
    except Crowded:
        return await _form(request, status=503, problem="Gerade melden sich viele an. Bitte gleich noch einmal.")
    if user is None or not right:
        log.info("login failed")
        return await _form(request, status=401, problem="Name oder Passwort stimmt nicht.")
    await attempts.forget()
    if is_over(user.password_hash, here.clock()):
        return await _form(request, status=401, problem=_OVER)
    if old := request.cookies.get(seats.COOKIE):
        await here.store.write(sessions.end, seats.hashed(old))
    response = redirect(await _onward(request, once=is_once(user.password_hash)))
    await seats.begin(here, user.id, response)
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    await here.store.write(audit.record, user.id, "login", f"user:{user.id}", here.clock())
    return response


async def _form(request: web.Request, *, status: int = 200, problem: str = "") -> web.Response:
    token = _token(request) or secrets.token_urlsafe(32)
    wanted = request.query.get("next", "") or await _wanted(request)
    response = await page(
        request,
        "login.html",
        status=status,
        problem=problem,
        token=token,
        name=await _typed(request),
        next=origin.local_path(wanted, url(request, "cases")),
        ended="ended" in request.query,
    )
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="Strict")
    return response


async def _onward(request: web.Request, *, once: bool) -> str:
    return url(request, "password") if once else origin.local_path(await _wanted(request), url(request, "cases"))


async def _wanted(request: web.Request) -> str:
    return await forms.field(request, "next") if request.method == "POST" else ""


async def _typed(request: web.Request) -> str:
    return (await forms.field(request, "name"))[:80] if request.method == "POST" else ""


def _token(request: web.Request) -> str:
    token = request.cookies.get(COOKIE, "")
    return token if len(token) == _TOKEN and token.isascii() else ""


def _spoken(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} Sekunden" if seconds > 1 else "eine Sekunde"
    minutes = -(-seconds // 60)
    return f"{minutes} Minuten" if minutes > 1 else "eine Minute"
