"""The two sides of the intake comparison: a bare handler with the same check, and the durable door."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import uvloop
from aiohttp import web

from bot.channels.base import Page, Ports
from bot.channels.http import raw_body, same, strict_json
from bot.channels.telegram.channel import Telegram
from bot.flow.clock import utc_now
from bot.flow.intake import Intake
from bot.flow.journal import StoreJournal
from bot.flow.memory import StoreMemory
from bot.message import Event
from bot.store import Keys, Store
from bot.web.health import Health
from tests.bench.processes import HEADER, HOOK, SECRET

[(_NAME, _VALUE)] = HEADER.items()


class NoSafeguard:
    async def shield(self, events: Sequence[Event]) -> None:
        """The bench's database takes everything."""


async def bare(request: web.Request) -> web.Response:
    """Read, check, parse, acknowledge; keep nothing."""
    if not same(request.headers.get(_NAME, ""), _VALUE):
        raise web.HTTPUnauthorized
    strict_json(await raw_body(request))
    return web.Response()


async def main(kind: str, url: str) -> None:
    app = web.Application()
    async with aiohttp.ClientSession() as http:
        if kind == "bare":
            app.router.add_post(HOOK, bare)
        else:
            keys = Keys.derive(SECRET.encode())
            store = await Store.open(url, keys, worker="bench")
            intake = Intake(store, lambda: datetime.now(UTC), NoSafeguard())
            ports = Ports(
                accept=intake.accept,
                journal=StoreJournal(store, keys),
                page=no_page,
                http=http,
                public_url="",
                health=Health(lambda: True),
                memory=StoreMemory(store),
                folder=Path(),
                clock=utc_now,
            )
            door = Telegram(
                ports, account="telegram", authority="nrw-im", token="123456789:" + "A" * 35, webhook_secret=_VALUE
            )
            app.router.add_routes(door.routes())
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()


def no_page(authority: str, language: str) -> Page:
    raise NotImplementedError(authority, language)


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:3]))
