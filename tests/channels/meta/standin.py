"""A stand-in for the Graph API, whatever the platform behind it.

It checks token and proof as Graph does, notes every call, answers what it was told to answer for a path, and
refuses what it is told to refuse, in Graph's own words.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "EAAInvented0Token1ForTests"
APP_ID = "1021"
APP_SECRET = "0123456789abcdef0123456789abcdef"
PROOF = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()


@dataclass
class Call:
    """One request to Graph."""

    method: str
    path: str
    """Without the version."""
    version: str
    query: dict[str, str]
    body: dict[str, Any]


@dataclass
class Refusal:
    """What to answer instead of success: once, or `times` in a row."""

    status: int = 400
    code: int = 100
    subcode: int = 0
    message: str = "(#100) Invalid parameter"
    transient: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Something else than Graph's error object."""
    times: int = 1
    hang: bool = False
    hang_up: bool = False


Answering = Callable[[Call], Mapping[str, Any]]


class GraphApi:
    """The far side of a door of Meta's."""

    def __init__(self) -> None:
        self.url = ""
        self.token = TOKEN
        self.renewed: set[str] = set()
        """Further tokens that are valid."""
        self.calls: list[Call] = []
        self._answers: dict[tuple[str, str], Answering] = {}
        self._refusals: list[tuple[Callable[[Call], bool], Refusal]] = []
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        application = web.Application()
        application.router.add_route("*", r"/{version:v\d+\.\d}/{path:.+}", self._call)
        # Renewing a token is the one call that Meta documents without a version.
        application.router.add_route("GET", "/{path:refresh_access_token}", self._call)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def answer(self, method: str, path: str, answering: Answering) -> None:
        """What this path answers; {"success": true} where nobody said."""
        self._answers[method, path] = answering

    def refuse(self, refusal: Refusal, which: Callable[[Call], bool] = lambda _: True) -> None:
        """Refuse the next calls that `which` picks."""
        self._refusals.append((which, refusal))

    def of(self, method: str, path: str) -> list[Call]:
        """Every call of one kind."""
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    async def called(
        self, method: str, path: str, times: int = 1, which: Callable[[Call], bool] = lambda _: True
    ) -> list[Call]:
        """Wait until a path was called so many times; calls that were refused count too."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(list(filter(which, self.of(method, path)))) >= times)
        return list(filter(which, self.of(method, path)))

    async def _call(self, request: web.Request) -> web.StreamResponse:
        call = Call(
            request.method,
            request.match_info["path"],
            request.match_info.get("version", ""),
            dict(request.query),
            await _body(request),
        )
        async with self._changed:
            self.calls.append(call)
            self._changed.notify_all()
        refusal = self._next(call)
        if refusal is not None:
            return await self._refuse(request, refusal)
        if call.path == "debug_token":
            return self._inspect(request, call)
        given = call.body.pop("access_token", None) or call.query.get("access_token")
        shown = {request.headers.get("Authorization"), f"Bearer {given}"}
        if not shown & {f"Bearer {token}" for token in (self.token, *self.renewed)}:
            return _no(Refusal(401, 190, message="Error validating access token"))
        if call.query.get("appsecret_proof", PROOF) != PROOF:
            return _no(Refusal(400, 100, message="Invalid appsecret_proof provided in the API argument"))
        return web.json_response(self._answers.get((call.method, call.path), _success)(call))

    def _inspect(self, request: web.Request, call: Call) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {APP_ID}|{APP_SECRET}":
            return _no(Refusal(400, 190, message="Invalid OAuth access token signature."))
        valid = call.query.get("input_token") == self.token
        expires = 1799999999 if valid else 0
        return web.json_response({"data": {"app_id": APP_ID, "is_valid": valid, "expires_at": expires}})

    def _next(self, call: Call) -> Refusal | None:
        for number, (which, refusal) in enumerate(self._refusals):
            if which(call):
                refusal.times -= 1
                if refusal.times <= 0:
                    del self._refusals[number]
                return refusal
        return None

    async def _refuse(self, request: web.Request, refusal: Refusal) -> web.StreamResponse:
        if refusal.hang:
            await asyncio.Event().wait()
        if refusal.hang_up:
            transport = request.transport
            assert transport is not None
            transport.abort()
            return web.Response()
        if refusal.body is not None:
            return web.Response(status=refusal.status, body=refusal.body, headers=refusal.headers)
        return _no(refusal)


async def _body(request: web.Request) -> dict[str, Any]:
    """Graph takes a form as well, with JSON in its fields."""
    if request.content_type != "application/x-www-form-urlencoded":
        raw = await request.read()
        return dict(json.loads(raw)) if raw else {}
    fields = {name: str(value) for name, value in (await request.post()).items()}
    return {name: json.loads(value) if value[:1] in {"{", "["} else value for name, value in fields.items()}


def _success(call: Call) -> Mapping[str, Any]:
    return {"success": True}


def _no(refusal: Refusal) -> web.Response:
    error: dict[str, Any] = {
        "message": refusal.message,
        "type": "OAuthException",
        "code": refusal.code,
        "fbtrace_id": "A1b2C3d4E5f",
    }
    if refusal.subcode:
        error["error_subcode"] = refusal.subcode
    if refusal.transient:
        error["is_transient"] = True
    return web.json_response({"error": error}, status=refusal.status, headers=refusal.headers)
