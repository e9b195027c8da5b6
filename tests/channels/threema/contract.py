"""Threema as the contract suite over all channels sees it."""

import json
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import aiohttp

from bot.message import Kind
from tests.channels.contract.adapter import Delivery, Said
from tests.channels.threema.standin import (
    GATEWAY_ID,
    PRIVATE_KEY,
    SECRET,
    Refusal,
    ThreemaGateway,
    form,
    person,
    sealed,
    signed,
)

_FILES = {
    Kind.VOICE: "audio/aac",
    Kind.PHOTO: "image/jpeg",
    Kind.VIDEO: "video/mp4",
    Kind.DOCUMENT: "application/pdf",
    Kind.CONTACT: "text/x-vcard",
    Kind.STICKER: "image/png",
}
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}


def _id_of(number: int) -> str:
    return f"{number:016x}"


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _varint(value >> 7)


def _content(said: Said) -> tuple[int, bytes] | None:
    """What the app would seal; None for what Threema does not have."""
    words = said.text.encode()
    meant = b"\x09" + bytes.fromhex(_id_of(said.refers_to))
    match said.kind:
        case Kind.TEXT:
            return 0x01, words
        case Kind.LOCATION:
            return 0x10, b"51.227741,6.773456,15.0"
        case Kind.REACTION:
            return 0x82, meant + b"\x12" + _varint(len(words or b"+")) + (words or b"+")
        case Kind.EDIT:
            return 0x91, meant + b"\x12" + _varint(len(words)) + words
        case Kind.DELETION:
            return 0x92, meant
        case Kind.UNSUPPORTED:
            return 0x15, bytes(8) + json.dumps({"d": said.text}).encode()
        case Kind.UNREADABLE:
            return 0xA0, b""
        case Kind.CHOICE:
            return None
        case kind:
            shown = 2 if kind is Kind.STICKER else 1
            return 0x17, json.dumps({"m": _FILES[kind], "d": said.text, "j": shown}).encode()


class Platform:
    """A gateway with one Gateway ID, and citizens that write to it."""

    name = "threema"
    account = "threema"
    bundles = False
    throttles = True

    def __init__(self) -> None:
        self._gateway = ThreemaGateway()

    async def start(self) -> None:
        await self._gateway.start()

    async def stop(self) -> None:
        await self._gateway.stop()

    def options(self) -> Mapping[str, object]:
        return {
            "threema": [
                {
                    "id": self.account,
                    "gateway_id": GATEWAY_ID,
                    "secret": SECRET,
                    "private_key": PRIVATE_KEY,
                    "api_url": self._gateway.url,
                }
            ]
        }

    def event(self, said: Said) -> object | None:
        content = _content(said)
        if content is None:
            return None
        sender = person(said.citizen)
        self._gateway.meet(sender)
        return form(sender, _id_of(said.number), sealed(sender, *content), date=int(time.time()))

    def malformed(self, said: Said) -> object | None:
        """Genuine, and sealed with another key."""
        sender = person(said.citizen)
        self._gateway.meet(sender)
        other = sealed(person(said.citizen + 1), 0x01, said.text.encode())
        return form(sender, _id_of(said.number), other, date=int(time.time()))

    def echo(self, said: Said) -> object | None:
        """Something the Gateway ID sent to itself."""
        return form(GATEWAY_ID, _id_of(said.number), sealed(GATEWAY_ID, 0x01, said.text.encode()))

    async def deliver(self, url: str, *events: object) -> int:
        """One delivery holds one message."""
        delivery = self.delivery(*events)
        async with (
            aiohttp.ClientSession() as http,
            http.post(url + delivery.path, data=delivery.body, headers=delivery.headers) as response,
        ):
            return response.status

    async def heard(self, citizen: int, count: int) -> list[str]:
        return await self._gateway.heard(person(citizen), count)

    def throttle(self, citizen: int, seconds: float) -> None:
        self._gateway.throttled[person(citizen)] = seconds

    def lose_next_key(self) -> None:
        """The gateway is away for a moment when it is asked for somebody's key."""
        self._gateway.refuse("pubkeys", Refusal(503))

    def delivery(self, *events: object) -> Delivery:
        [event] = events
        assert isinstance(event, dict)
        return self._posted(signed(event))

    def signed(self, body: bytes) -> None:
        """The signature is over the values of a form, not over its bytes."""

    def forgeries(self, *events: object) -> Mapping[str, Delivery]:
        [event] = events
        assert isinstance(event, dict)
        return {
            "unsigned": self._posted(urlencode(event).encode()),
            "wrong secret": self._posted(signed(event, secret="another")),
            "altered": self._posted(signed(event).replace(b"date=", b"date=1")),
        }

    def _posted(self, body: bytes) -> Delivery:
        return Delivery(f"/hooks/threema/{self.account}", body, _HEADERS)
