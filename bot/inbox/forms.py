"""What a form brought, as text. A missing field is "", an uploaded file is nobody's business here."""

import hmac

from aiohttp import web

CSRF = "csrf"


async def field(request: web.Request, name: str) -> str:
    """One field of the form, line ends as Python writes them."""
    value = (await request.post()).get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


async def fields(request: web.Request, name: str) -> list[str]:
    """All values of a field that may come more than once, like boxes that are ticked."""
    return [value for value in (await request.post()).getall(name, []) if isinstance(value, str)]


async def number(request: web.Request, name: str) -> int:
    """One field that should be a count; 0 where it is anything else."""
    value = await field(request, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


async def carries(request: web.Request, token: str) -> bool:
    """Whether the form holds this secret token."""
    given = await field(request, CSRF)
    return bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
