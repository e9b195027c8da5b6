"""Where a request comes from: forms of our own pages, and nobody else's."""

from urllib.parse import urlsplit

from aiohttp import web

from bot.inbox.deps import deps


def is_ours(request: web.Request) -> bool:
    """Whether a state-changing request was started by a page of this site.

    Browsers say so in Sec-Fetch-Site; older ones at least name the Origin. Who says neither is not believed.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    ours = {request.host, urlsplit(deps(request).public_url).netloc} - {""}
    return origin.scheme in {"http", "https"} and origin.netloc in ours


def local_path(wanted: str, fallback: str) -> str:
    """The path to go on to after logging in: inside the inbox, on this host, or the fallback."""
    if not wanted.startswith(fallback) or wanted[len(fallback) :][:1] not in {"", "/", "?"}:
        return fallback
    if any(character in wanted for character in "\\#") or not wanted.isprintable() or "//" in wanted:
        return fallback
    return wanted
