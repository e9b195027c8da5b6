"""Who writes: a random number in a first-party cookie, and nothing else about the person."""

import re
import secrets

from aiohttp import web

COOKIE = "__Host-chat"
_SHAPE = re.compile(r"[A-Za-z0-9_-]{22}")
_LASTS = 90 * 24 * 3600
"""Seconds; the conversation itself is forgotten earlier where retention says so."""


def fresh() -> str:
    """A new session of 128 random bits."""
    return secrets.token_urlsafe(16)


def session_of(request: web.Request) -> str:
    """The caller's session, "" where there is none or it is not one of ours."""
    given = request.cookies.get(COOKIE, "")
    return given if _SHAPE.fullmatch(given) else ""


def give(response: web.Response, session: str) -> None:
    """Let the browser keep the session. `__Host-` binds it to this host, encrypted ways and the path /."""
    response.set_cookie(COOKIE, session, max_age=_LASTS, path="/", secure=True, httponly=True, samesite="Lax")


def address(authority: str, session: str) -> str:
    """The conversation's address: one session talks to each authority separately."""
    return f"{authority}:{session}"


def authority_of(conversation: str) -> str:
    """The authority in an address."""
    return conversation.partition(":")[0]


def own_page(request: web.Request, public_url: str) -> bool:
    """Whether a request that changes something came from our own page.

    Browsers say so in Sec-Fetch-Site, older ones in Origin. Whoever sends neither is no browser, and SameSite
    keeps the cookie of a foreign page's form away besides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is None or origin in {public_url, f"http://{request.host}", f"https://{request.host}"}
