"""Telegram as the contract suite speaks to it: the webhook of an installation with a public address."""

import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.telegram.channel import SECRET_HEADER
from bot.message import Kind
from tests.channels.contract.adapter import Delivery, Said
from tests.channels.telegram.conftest import SECRET, payload
from tests.channels.telegram.standin import TOKEN, BotApi

_SAMPLES = {
    Kind.TEXT: "text",
    Kind.VOICE: "voice",
    Kind.PHOTO: "photo",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "document",
    Kind.LOCATION: "location",
    Kind.CONTACT: "contact",
    Kind.STICKER: "sticker",
    Kind.EDIT: "edited",
    Kind.UNSUPPORTED: "unknown",
}
_FIRST = 10_000
"""Update ids begin somewhere."""


class Platform:
    """A bot and the people who write to it."""

    name = "telegram"
    account = "telegram"
    bundles = False
    throttles = True

    def __init__(self) -> None:
        self._api = BotApi()

    async def start(self) -> None:
        await self._api.start()

    async def stop(self) -> None:
        await self._api.stop()

    def options(self) -> Mapping[str, object]:
        account = {"id": self.account, "token": TOKEN, "webhook_secret": SECRET, "api_url": self._api.url}
        return {"telegram": [account]}

    def event(self, said: Said) -> object | None:
        if said.kind is Kind.CHOICE:
            return self._pressed(said)
        sample = _SAMPLES.get(said.kind)
        if sample is None:
            return None  # reactions and deletions are not delivered to bots in private chats
        update = payload(sample) | {"update_id": _FIRST + said.number}
        message = next(part for part in update.values() if isinstance(part, dict))
        self._of(message, said)
        if said.kind in {Kind.TEXT, Kind.EDIT}:
            message["text"] = said.text
        elif said.text:
            message["caption"] = said.text
        else:
            message.pop("caption", None)
        return update

    def malformed(self, said: Said) -> object | None:
        chat = {"id": _chat(said), "type": "private"}
        return {"update_id": _FIRST + said.number, "message": {"message_id": "x", "chat": chat}}

    def echo(self, said: Said) -> object | None:
        """Another bot; our own messages never come back."""
        update = payload("other_bot") | {"update_id": _FIRST + said.number}
        self._of(update["message"], said)
        update["message"] |= {"text": said.text}
        update["message"]["from"]["is_bot"] = True
        return update

    async def deliver(self, url: str, *events: object) -> int:
        delivery = self.delivery(*events)
        async with (
            aiohttp.ClientSession() as http,
            http.post(url + delivery.path, data=delivery.body, headers=delivery.headers) as response,
        ):
            return response.status

    async def heard(self, citizen: int, count: int) -> list[str]:
        return await self._api.heard(_chat(Said(0, citizen)), count)

    def throttle(self, citizen: int, seconds: float) -> None:
        self._api.throttled[_chat(Said(0, citizen))] = int(seconds)

    def delivery(self, *events: object) -> Delivery:
        (update,) = events
        return self.signed(json.dumps(update).encode())

    def signed(self, body: bytes) -> Delivery:
        headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
        return Delivery(f"/hooks/telegram/{self.account}", body, headers)

    def forgeries(self, *events: object) -> Mapping[str, Delivery]:
        """The secret is in a header and signs no body."""
        right = self.delivery(*events)
        return {
            "unsigned": Delivery(right.path, right.body, {}),
            "wrong secret": Delivery(right.path, right.body, {SECRET_HEADER: SECRET[::-1]}),
        }

    def _of(self, message: dict[str, Any], said: Said) -> None:
        now = int(time.time())
        message |= {"message_id": said.refers_to or said.number, "date": now}
        if said.kind is Kind.EDIT:
            message["edit_date"] = now
        message["chat"]["id"] = message["from"]["id"] = _chat(said)

    def _pressed(self, said: Said) -> dict[str, Any]:
        update = payload("button") | {"update_id": _FIRST + said.number}
        query = update["callback_query"]
        query["from"]["id"] = query["message"]["chat"]["id"] = _chat(said)
        button = {"text": said.text, "callback_data": said.choice}
        query |= {"id": str(said.number), "data": said.choice}
        query["message"]["reply_markup"] = {"inline_keyboard": [[button]]}
        return update


def _chat(said: Said) -> int:
    return 4000 + said.citizen
