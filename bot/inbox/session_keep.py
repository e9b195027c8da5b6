"""Staying logged in while writing: the page says that its person is still there."""

from aiohttp import web


async def submit(request: web.Request) -> web.Response:
    """Nothing to do here; the guard has noted the use."""
    del request
    return web.Response(status=204)
