"""A homeserver's reverse proxy that does wrong on demand: refuses, hangs, hangs up, or answers nonsense.

Everything else goes through to the real server. `test_standin.py` drives it with mautrix before our client does.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web


@dataclass
class Call:
    """One request that came through."""

    method: str
    path: str
    query: dict[str, str]
    body: Any


@dataclass
class Fault:
    """What to do instead: once, or `times` in a row."""

    status: int = 200
    error: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    times: int = 1
    hang: bool = False
    hang_up: bool = False
    after: bool = False
    """The server has carried it out before the fault."""
    edit: Any = None
    """Changes the server's answer in place."""


class Proxy:
    """Between a client and the homeserver at `upstream`."""

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self._faults: list[tuple[str, Fault]] = []
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None
        self.calls: list[Call] = []
        self.url = ""

    async def start(self) -> None:
        self._http = aiohttp.ClientSession(auto_decompress=False)
        application = web.Application(client_max_size=1 << 24)
        application.router.add_route("*", "/{path:.*}", self._pass)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self._runner is not None
        assert self._http is not None
        await self._runner.cleanup()
        await self._http.close()

    def fail(self, part: str, fault: Fault) -> None:
        """From now on, calls whose path holds `part` go wrong as told."""
        self._faults.append((part, fault))

    def mend(self) -> None:
        """Everything goes through again."""
        self._faults.clear()

    def of(self, part: str) -> list[Call]:
        """The calls so far whose path holds `part`."""
        return [call for call in self.calls if part in call.path]

    async def called(self, part: str, times: int = 1, within: float = 20.0) -> Call:
        """Wait for a call; the one that makes it `times`."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self.of(part)) >= times)
        return self.of(part)[times - 1]

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        fault = self._fault(request.path)
        async with self._changed:
            body = json.loads(raw) if raw else None
            self.calls.append(
                Call(request.method, unquote(request.raw_path).partition("?")[0], dict(request.query), body)
            )
            self._changed.notify_all()
        if fault is not None and not fault.after and fault.edit is None:
            return await self._do_wrong(request, fault)
        try:
            status, answer = await self._ask(request, raw)
        except aiohttp.ClientError:
            return web.Response(status=502)
        if fault is not None and fault.after:
            return await self._do_wrong(request, fault)
        if fault is not None and fault.edit is not None:
            edited = json.loads(answer)
            fault.edit(edited)
            answer = json.dumps(edited).encode()
        return web.Response(status=status, body=answer, content_type="application/json")

    async def _ask(self, request: web.Request, raw: bytes) -> tuple[int, bytes]:
        assert self._http is not None
        headers = {
            name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers
        }
        async with self._http.request(
            request.method, f"{self._upstream}{request.raw_path}", data=raw, headers=headers
        ) as response:
            return response.status, await response.read()

    def _fault(self, path: str) -> Fault | None:
        for place, (part, fault) in enumerate(self._faults):
            if part in path:
                fault.times -= 1
                if fault.times <= 0:
                    del self._faults[place]
                return fault
        return None

    async def _do_wrong(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await asyncio.Event().wait()
        if fault.hang_up:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault.error is not None:
            return web.json_response(fault.error, status=fault.status, headers=fault.headers)
        return web.Response(status=fault.status, body=fault.body or b"", headers=fault.headers)
