"""A public shell with a door of every temper, and a program that can feel unwell."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Channel
from bot.channels.http import raw_body
from bot.web.application import build
from bot.web.health import Health


@dataclass
class Doors:
    """Pages as a channel might have them; enough of a `Channel` for the shell."""

    seen: list[str | None] = field(default_factory=list)
    streaming: asyncio.Event = field(default_factory=asyncio.Event)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return [
            web.get("/", self._page),
            web.post("/hooks/x", self._hook),
            web.get("/broken", self._broken),
            web.get("/away", self._away),
            web.get("/own", self._own),
            web.get("/stream", self._stream),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        self.seen.append(request.remote)
        return web.Response(text="<p>ok", content_type="text/html")

    async def _hook(self, request: web.Request) -> web.Response:
        await raw_body(request)
        return web.Response()

    async def _broken(self, request: web.Request) -> web.Response:
        raise RuntimeError("geheim: " + str(request.url))

    async def _away(self, request: web.Request) -> web.Response:
        del request
        raise web.HTTPSeeOther("/")

    async def _own(self, request: web.Request) -> web.Response:
        del request
        raise web.HTTPConflict(text="eigener Text")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b":\n\n")
        self.streaming.set()
        await asyncio.Event().wait()
        return response


async def _form(request: web.Request) -> web.Response:
    return web.Response(text=str(dict(await request.post())))


def mounted() -> web.Application:
    """An application below the shell, as the inbox is."""
    application = web.Application()
    application.add_routes([web.post("/form", _form), web.get("/", _form)])
    return application


@dataclass
class Condition:
    alive: bool = True


@pytest.fixture
def condition() -> Condition:
    return Condition()


@pytest.fixture
def health(condition: Condition) -> Health:
    return Health(lambda: condition.alive)


@pytest.fixture
def doors() -> Doors:
    return Doors()


def shell(doors: Doors, health: Health, **options: Any) -> web.Application:
    return build([cast("Channel", doors)], health, mounts={"/inbox": mounted()}, **options)


@pytest.fixture
async def client(doors: Doors, health: Health) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(shell(doors, health))) as client:
        yield client
