"""A stand-in for Threema's gateway, and people who write through it.

It gives out public keys and credits, takes sealed messages for the people it knows, opens them with their keys, and
refuses whatever it is told to refuse. `test_standin.py` runs Threema's own SDK against it.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web
from nacl.public import Box, PrivateKey, PublicKey

GATEWAY_ID = "*LOTSE01"
SECRET = "Geheimnis1234567"
PRIVATE_KEY = "5f" * 32
OURS = PrivateKey(bytes.fromhex(PRIVATE_KEY))


def person(number: int) -> str:
    """The Threema ID of an invented person."""
    return f"P{number:07d}"


def key_of(threema_id: str) -> PrivateKey:
    """An invented person's private key; the Gateway ID's own for ours."""
    return OURS if threema_id == GATEWAY_ID else PrivateKey(hashlib.sha256(threema_id.encode()).digest())


def sealed(sender: str, type_: int, content: bytes, *, padding: int = 40) -> tuple[str, str]:
    """Nonce and box of a message to us, in hexadecimal."""
    plain = bytes([type_]) + content + bytes([padding]) * padding
    box = Box(key_of(sender), OURS.public_key).encrypt(plain)
    return box.nonce.hex(), box.ciphertext.hex()


def form(
    sender: str, message_id: str, nonce_and_box: tuple[str, str], *, date: int = 1795219000, nickname: str = "Anna"
) -> dict[str, str]:
    """What the gateway posts, without its signature."""
    nonce, box = nonce_and_box
    return {
        "from": sender,
        "to": GATEWAY_ID,
        "messageId": message_id,
        "date": str(date),
        "nonce": nonce,
        "box": box,
        "nickname": nickname,
    }


def signed(given: Mapping[str, str], secret: str = SECRET) -> bytes:
    """The body of the delivery."""
    values = "".join(given[name] for name in ("from", "to", "messageId", "date", "nonce", "box"))
    mac = hmac.new(secret.encode(), values.encode(), hashlib.sha256).hexdigest()
    return urlencode({**given, "mac": mac}).encode()


@dataclass
class Refusal:
    """What to answer instead of success, `times` in a row."""

    status: int = 500
    retry_after: str = ""
    body: str = ""
    times: int = 1
    hang: bool = False
    hang_up: bool = False


@dataclass(frozen=True)
class Sent:
    """One message as its recipient opens it."""

    to: str
    type: int
    content: bytes
    padding: int
    form: Mapping[str, str]


class ThreemaGateway:
    """The far side of a Gateway ID."""

    def __init__(self) -> None:
        self.url = ""
        self.credits: int | None = 1000
        self.people: dict[str, PublicKey] = {GATEWAY_ID: OURS.public_key}
        self.sent: list[Sent] = []
        self.asked: list[str] = []
        """The paths of all calls."""
        self.throttled: dict[str, float] = {}
        """Recipients that are refused, with the wait in seconds."""
        self._refusals: dict[str, list[Refusal]] = {}
        self._changed = asyncio.Condition()
        self._release = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        application = web.Application()
        application.add_routes([
            web.get("/pubkeys/{id}", self._public_key),
            web.get("/credits", self._credits),
            web.post("/send_e2e", self._send),
        ])  # fmt: skip
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._release.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def meet(self, threema_id: str) -> None:
        """From now on there is such a person."""
        self.people[threema_id] = key_of(threema_id).public_key

    def refuse(self, call: str, refusal: Refusal) -> None:
        """`call` is the first part of the path: pubkeys, credits, send_e2e."""
        self._refusals.setdefault(call, []).append(refusal)

    def texts(self, threema_id: str) -> list[str]:
        """What one person has read."""
        return [sent.content.decode() for sent in self.sent if (sent.to, sent.type) == (threema_id, 1)]

    async def heard(self, threema_id: str, count: int) -> list[str]:
        """Wait until so many texts were taken for somebody; all of them."""
        await self.until(lambda: len(self.texts(threema_id)) >= count)
        return self.texts(threema_id)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that a call brings about."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(condition)

    async def _public_key(self, request: web.Request) -> web.Response:
        await self._check(request, request.query)
        key = self.people.get(request.match_info["id"])
        if key is None:
            raise web.HTTPNotFound
        return web.Response(text=bytes(key).hex())

    async def _credits(self, request: web.Request) -> web.Response:
        await self._check(request, request.query)
        if self.credits is None:
            raise web.HTTPNotFound
        return web.Response(text=str(self.credits))

    async def _send(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        await self._check(request, given)
        if given["to"] in self.throttled:
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(int(self.throttled[given["to"]]))})
        if given["to"] not in self.people:
            raise web.HTTPBadRequest
        plain = Box(key_of(given["to"]), OURS.public_key).decrypt(
            bytes.fromhex(given["box"]), bytes.fromhex(given["nonce"])
        )
        length = plain[-1]
        assert plain.endswith(bytes([length]) * length)
        if len(plain) - length > 7000:
            raise web.HTTPRequestEntityTooLarge(max_size=7000, actual_size=len(plain))
        self.sent.append(Sent(given["to"], plain[0], plain[1:-length], length, given))
        async with self._changed:
            self._changed.notify_all()
        return web.Response(text=secrets.token_hex(8))

    async def _check(self, request: web.Request, given: Mapping[str, str]) -> None:
        """Whoever asks must know the secret; then what was told to be refused is."""
        self.asked.append(request.path)
        async with self._changed:
            self._changed.notify_all()
        if (given.get("from"), given.get("secret")) != (GATEWAY_ID, SECRET):
            raise web.HTTPUnauthorized
        waiting = self._refusals.get(request.path.split("/")[1], [])
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
        raise _answer(refusal)


def _answer(refusal: Refusal) -> web.HTTPException:
    """Any status, with any body."""
    kind = type("Answer", (web.HTTPException,), {"status_code": refusal.status})
    headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else None
    answer = kind(text=refusal.body or "no", headers=headers)
    assert isinstance(answer, web.HTTPException)
    return answer
