"""Matrix as the contract suite over all channels sees it: a real homeserver, encrypted rooms, a foreign app.

All citizens are one person with a room each, for a conversation is a room; that spares a log-in for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mautrix.types import EventID, EventType, Obj, RoomID

from bot.message import Kind
from tests.channels.contract.adapter import Said
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.payload import payload
from tests.channels.matrix.proxy import Fault, Proxy
from tests.channels.matrix.synapse import User, shared

_SAMPLES = {
    Kind.TEXT: "text",
    Kind.VOICE: "voice",
    Kind.PHOTO: "photo",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "document",
    Kind.LOCATION: "location",
    Kind.STICKER: "sticker",
    Kind.REACTION: "reaction",
    Kind.EDIT: "edit",
    Kind.DELETION: "redaction",
    Kind.UNSUPPORTED: "unknown_msgtype",
    Kind.UNREADABLE: "undecryptable",
}
"""Without choices, which are typed, and contacts, which Matrix does not know."""
_WITH_CAPTION = {Kind.VOICE, Kind.PHOTO, Kind.VIDEO, Kind.DOCUMENT}
_BARE = {"m.reaction", "m.room.encrypted"}
"""Types that apps send unencrypted into encrypted rooms, or that are encrypted already."""


class _NoObject(str):
    """Content that is none: only inside an encrypted event a homeserver lets it pass."""

    __slots__ = ()
    relates_to = None


@dataclass
class _Act:
    """What a citizen's app is told to do."""

    said: Said
    kind: str
    content: Any


class Platform:
    """The homeserver, its proxy, and a person with many rooms."""

    name = "matrix"
    account = "matrix"
    bundles = False
    throttles = True

    def __init__(self) -> None:
        self._rooms: dict[int, RoomID] = {}
        self._ids: dict[int, str] = {}
        self._throttled: dict[int, int] = {}

    async def start(self) -> None:
        synapse = shared()
        self._bot: User = synapse.register("lotse")
        self._proxy = Proxy(synapse.url)
        await self._proxy.start()
        self._person = Citizen(synapse.url, synapse.register("maria"))
        await self._person.__aenter__()

    async def stop(self) -> None:
        await self._person.__aexit__()
        await self._proxy.stop()

    def options(self) -> Mapping[str, object]:
        account = {
            "id": self.account,
            "homeserver": self._proxy.url,
            "user_id": self._bot.id,
            "password": self._bot.password,
            "unreadable_after": 0.3,
        }
        return {"matrix": [account]}

    def event(self, said: Said) -> object | None:
        sample = _SAMPLES.get(said.kind)
        if sample is None:
            return None
        event = payload(sample)
        content = event["content"]
        if said.kind is Kind.TEXT:
            content["body"] = said.text
        elif said.kind is Kind.EDIT:
            content["m.new_content"]["body"], content["body"] = said.text, f"* {said.text}"
        elif said.kind in _WITH_CAPTION and said.text:
            content |= {"filename": content["body"], "body": said.text}
        return _Act(said, event["type"], content)

    def malformed(self, said: Said) -> object | None:
        """Encrypted, and inside there is no content."""
        return _Act(said, "m.room.message", _NoObject(said.text))

    def echo(self, said: Said) -> object | None:
        """Another bot's notice; what we say ourselves comes back with every answer anyway."""
        return _Act(said, "m.room.message", {"msgtype": "m.notice", "body": said.text})

    async def deliver(self, url: str, *events: object) -> int:
        """The homeserver is asked, it does not come: what counts is that it has the event."""
        del url
        for act in events:
            assert isinstance(act, _Act)
            await self._do(act)
        return 200

    async def heard(self, citizen: int, count: int) -> list[str]:
        room = self._rooms[citizen]
        await self._person.until_seen(lambda: len(self._person.texts(room)) >= count)
        return self._person.texts(room)

    def throttle(self, citizen: int, seconds: float) -> None:
        self._throttled[citizen] = int(seconds * 1000)
        if citizen in self._rooms:
            self._limit(citizen)

    def _limit(self, citizen: int) -> None:
        limited = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": self._throttled[citizen]}
        self._proxy.fail(f"{self._rooms[citizen]}/send/", Fault(429, limited, times=1_000_000))

    async def _do(self, act: _Act) -> None:
        said, client = act.said, self._person.client
        if said.citizen not in self._rooms:
            self._rooms[said.citizen] = await self._person.chats(self._bot.id)
            if said.citizen in self._throttled:
                self._limit(said.citizen)
        room, known = self._rooms[said.citizen], self._ids.get(said.refers_to, "$unknown")
        # The same number is the same transaction: the homeserver makes one event of both.
        transaction = f"{said.citizen}-{said.number}"
        if act.kind == "m.room.redaction":
            # mautrix names no transaction here: what is done is not done again.
            if said.number not in self._ids:
                self._ids[said.number] = await client.redact(room, EventID(known))
            return
        content = act.content
        if not isinstance(content, _NoObject):
            if "m.relates_to" in content:
                content["m.relates_to"]["event_id"] = known
            content = Obj(**content)  # type: ignore[no-untyped-call]
        kind = EventType.find(act.kind, EventType.Class.MESSAGE)
        self._ids[said.number] = await client.send_message_event(
            room, kind, content, disable_encryption=act.kind in _BARE, txn_id=transaction
        )
