"""A stand-in for a Mastodon server with one account of ours, as far as a bot needs it.

It streams, lists notifications, takes posts (each idempotency key once), and refuses whatever it is told to refuse.
`test_standin.py` runs Mastodon.py against it.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "invented-token"
OWN_ID = "109000000000000001"
APPLICATION = "Bürgerlotse"


@dataclass
class Refusal:
    """What to answer instead of success, `times` in a row."""

    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"error": "no"}'
    times: int = 1
    hang: bool = False
    hang_up: bool = False


@dataclass(eq=False)
class _Listener:
    response: web.StreamResponse
    request: web.Request
    leave: asyncio.Event = field(default_factory=asyncio.Event)


class MastodonServer:
    """The far side."""

    def __init__(self) -> None:
        self.url = ""
        self.bot = True
        self.policy: dict[str, Any] | None = {"for_private_mentions": "accept", "for_limited_accounts": "filter"}
        self.most_characters = 500
        self.people = {"anna@anderswo.example", "berta"}
        self.posts: list[dict[str, Any]] = []
        """The requests for posts that were taken, each once."""
        self.keys: list[str] = []
        """The idempotency keys of all requests for posts."""
        self.notifications: list[dict[str, Any]] = []
        self.filtered: set[str] = set()
        """Notifications that the policy holds back."""
        self.failing: set[str] = set()
        """Whose posts meet an error of the server."""
        self.gone: set[str] = set()
        """Posts that were deleted."""
        self.asked: list[str] = []
        self.marks: list[str] = []
        """From where on the list was asked for."""
        self.streaming_named = True
        self._by_key: dict[str, dict[str, Any]] = {}
        self._listeners: list[_Listener] = []
        self._silent: list[_Listener] = []
        self._refusals: dict[str, list[Refusal]] = {}
        self._number = 500
        self._changed = asyncio.Condition()
        self._release = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        application = web.Application()
        application.add_routes([
            web.get("/api/v1/instance", self._instance_of_old),
            web.get("/api/v2/instance", self._instance),
            web.get("/api/v1/accounts/verify_credentials", self._account),
            web.get("/api/v1/apps/verify_credentials", self._application),
            web.get("/api/v2/notifications/policy", self._policy),
            web.get("/api/v1/notifications", self._list),
            web.post("/api/v1/statuses", self._post),
            web.get("/api/v1/streaming/health", self._healthy),
            web.get("/api/v1/streaming/user", self._stream),
        ])  # fmt: skip
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._release.set()
        self._listeners += self._silent
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()

    def refuse(self, path: str, refusal: Refusal) -> None:
        self._refusals.setdefault(path, []).append(refusal)

    async def write(self, status: dict[str, Any], *, filtered: bool = False, streamed: bool = True) -> None:
        """Somebody mentions us."""
        self._number += 1
        notification = {
            "id": str(self._number),
            "type": "mention",
            "created_at": status["created_at"],
            "account": status["account"],
            "status": status,
        }
        self.notifications.append(notification)
        if filtered:
            self.filtered.add(notification["id"])
        elif streamed:
            await self.say("notification", notification)

    async def say(self, name: str, payload: object) -> None:
        """An event to everybody who listens."""
        data = payload if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False)
        await self.push(f"event: {name}\ndata: {data}\n\n".encode())

    async def push(self, raw: bytes) -> None:
        for listener in self._listeners:
            transport = listener.request.transport
            if transport is not None and not transport.is_closing():
                await listener.response.write(raw)

    async def hang_up(self, *, rudely: bool = False) -> None:
        """Every stream ends, cleanly or with a reset."""
        leaving, self._listeners = self._listeners, []
        for listener in leaving:
            if rudely and listener.request.transport is not None:
                listener.request.transport.abort()
            listener.leave.set()

    def fall_silent(self) -> None:
        """The present streams stay open and bring nothing any more."""
        self._silent += self._listeners
        self._listeners = []

    @property
    def listeners(self) -> int:
        """Those who have not gone."""
        return sum(
            not (one.request.transport is None or one.request.transport.is_closing()) for one in self._listeners
        )

    def texts(self, address: str) -> list[str]:
        """What one person has read, without the mention in front."""
        mention = f"@{address} "
        return [post["status"].removeprefix(mention) for post in self.posts if post["status"].startswith(mention)]

    async def heard(self, address: str, count: int) -> list[str]:
        await self.until(lambda: len(self.texts(address)) >= count)
        return self.texts(address)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that a call brings about."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    async def _enter(self, request: web.Request) -> None:
        self.asked.append(request.path)
        await self._notify()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPUnauthorized(text='{"error": "The access token is invalid"}')
        waiting = self._refusals.get(request.path, [])
        if not waiting:
            return
        refusal = waiting[0]
        refusal.times -= 1
        if refusal.times <= 0:
            waiting.pop(0)
        if refusal.hang:
            await self._release.wait()
        if refusal.hang_up and request.transport is not None:
            request.transport.abort()
        kind = type("Answer", (web.HTTPException,), {"status_code": refusal.status})
        answer = kind(text=refusal.body, headers=refusal.headers)
        assert isinstance(answer, web.HTTPException)
        raise answer

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _instance_of_old(self, request: web.Request) -> web.Response:
        return web.json_response({"uri": "social.example", "version": "4.4.2", "urls": {"streaming_api": self.url}})

    async def _instance(self, request: web.Request) -> web.Response:
        urls = {"streaming": self.url.replace("http", "ws")} if self.streaming_named else {}
        configuration = {"urls": urls, "statuses": {"max_characters": self.most_characters}}
        return web.json_response({"domain": "social.example", "version": "4.4.2", "configuration": configuration})

    async def _account(self, request: web.Request) -> web.Response:
        await self._enter(request)
        return web.json_response({"id": OWN_ID, "username": "lotse", "acct": "lotse", "bot": self.bot})

    async def _application(self, request: web.Request) -> web.Response:
        await self._enter(request)
        return web.json_response({"id": "1", "name": APPLICATION})

    async def _policy(self, request: web.Request) -> web.Response:
        await self._enter(request)
        if self.policy is None:
            raise web.HTTPNotFound
        return web.json_response(self.policy)

    async def _list(self, request: web.Request) -> web.Response:
        await self._enter(request)
        types = request.query.getall("types[]", [])
        self.marks.append(request.query.get("min_id", ""))
        await self._notify()
        after = int(request.query.get("min_id", 0))
        limit = int(request.query.get("limit", 40))
        held = set() if request.query.get("include_filtered") == "true" else self.filtered
        found = [
            one
            for one in self.notifications
            if int(one["id"]) > after and one["id"] not in held and (not types or one["type"] in types)
        ]
        # From min_id on the page begins with the next one, without it with the newest; it is told newest first.
        page = found[:limit] if "min_id" in request.query else found[-limit:]
        return web.json_response(page[::-1])

    async def _post(self, request: web.Request) -> web.Response:
        given = dict(await request.post()) if request.content_type != "application/json" else await request.json()
        await self._enter(request)
        text = str(given["status"])
        asked = text.split(" ", 1)[0].removeprefix("@")
        if asked in self.failing:
            raise web.HTTPServiceUnavailable(text="{}")
        if given.get("in_reply_to_id") in self.gone:
            raise web.HTTPNotFound(text='{"error": "Record not found"}')
        if len(text) > self.most_characters:
            raise web.HTTPUnprocessableEntity(text='{"error": "Text character limit exceeded"}')
        key = request.headers.get("Idempotency-Key", "")
        self.keys.append(key)
        status = self._by_key.get(key) if key else None
        if status is None:
            self._number += 1
            known = asked in self.people
            mentions = [{"id": "42", "username": asked.split("@")[0], "acct": asked, "url": ""}] if known else []
            status = {
                "id": str(self._number),
                "created_at": "2026-11-21T10:00:00.000Z",
                "visibility": given.get("visibility", "public"),
                "content": text,
                "mentions": mentions,
            }
            self._by_key[key] = status
            self.posts.append({**given, "id": status["id"]})
        await self._notify()
        return web.json_response(status)

    async def _healthy(self, request: web.Request) -> web.Response:
        return web.Response(text="OK")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await self._enter(request)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b":)\n")
        listener = _Listener(response, request)
        self._listeners.append(listener)
        await self._notify()
        await listener.leave.wait()
        return response
