"""What every webhook door does first: bound the body, compare secrets, parse without ever raising a 5xx."""

import asyncio
import hmac
import json
from typing import Any, NoReturn

from aiohttp import web

from bot.errors import UnreadableEvent

BODY_WITHIN = 10.0
"""Seconds for a whole body; aiohttp itself would wait for ever for the next byte."""
WEBHOOK_LIMIT = 1024 * 1024


def same(given: str, expected: str) -> bool:
    """Compare secrets in constant time, over bytes: compare_digest refuses text that is not ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


async def raw_body(request: web.Request, limit: int = WEBHOOK_LIMIT) -> bytes:
    """The received bytes.

    Raises HTTPUnsupportedMediaType for a compressed body (aiohttp would inflate it silently, and a signature
    over it would be over other bytes), HTTPRequestEntityTooLarge and HTTPRequestTimeout.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType
    received = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for chunk in request.content.iter_chunked(65536):
                received += chunk
                if len(received) > limit:
                    raise web.HTTPRequestEntityTooLarge(max_size=limit, actual_size=len(received))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return bytes(received)


def strict_json(raw: bytes) -> Any:
    """Parse JSON from the outside. Raises UnreadableEvent for whatever is not plain, finite JSON."""
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_no_such_number)
    except (ValueError, RecursionError) as error:
        raise UnreadableEvent(f"no JSON: {type(error).__name__}") from None


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(name)
