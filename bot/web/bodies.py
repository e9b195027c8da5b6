"""Bodies of pages that do not read theirs themselves: bounded in size and in time."""

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

LARGEST = 64 * 1024
"""Bytes, for every door that does not say otherwise."""
WITHIN = 10.0
"""Seconds; aiohttp itself would wait for the next byte for ever."""


@web.middleware
async def bounded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the body of a mounted application's page before its handler runs.

    The doors of the channels read their own bodies as they came, for signatures are made over those bytes.
    """
    if request.body_exists and len(request.match_info.apps) > 1:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise web.HTTPUnsupportedMediaType
        try:
            async with asyncio.timeout(WITHIN):
                await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
    return await handler(request)
