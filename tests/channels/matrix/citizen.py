"""A citizen's app: mautrix with its own cryptography (libolm), strict like current apps.

Keys of messages go only to devices that their owner has cross-signed.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from mautrix.client import Client, InternalEventType
from mautrix.client.state_store import MemoryStateStore
from mautrix.crypto import OlmMachine
from mautrix.crypto.store import MemoryCryptoStore, StateStore
from mautrix.types import (
    CrossSigningUsage,
    EncryptionAlgorithm,
    EventID,
    EventType,
    MessageEvent,
    Obj,
    RoomEncryptionStateEventContent,
    RoomID,
    SigningKey,
    TOFUSigningKey,
    TrustState,
    UserID,
)

from tests.channels.matrix.synapse import User

_MEGOLM = RoomEncryptionStateEventContent(algorithm=EncryptionAlgorithm.MEGOLM_V1)


class _Shared(StateStore):
    """What the cryptography asks of the rooms."""

    def __init__(self, rooms: MemoryStateStore) -> None:
        self._rooms = rooms

    async def is_encrypted(self, room_id: RoomID) -> bool:
        return bool(await self._rooms.is_encrypted(room_id))

    async def get_encryption_info(self, room_id: RoomID) -> RoomEncryptionStateEventContent | None:
        return await self._rooms.get_encryption_info(room_id)

    async def find_shared_rooms(self, user_id: UserID) -> list[RoomID]:
        return [room for room, members in self._rooms.members.items() if user_id in members]


class _Keys(MemoryCryptoStore):
    """mautrix's store, except that looking at the same cross-signing key twice does not break it."""

    async def put_cross_signing_key(self, user_id: UserID, usage: CrossSigningUsage, key: SigningKey) -> None:
        known = (await self.get_cross_signing_keys(user_id) or {}).get(usage)
        if known is None:
            await super().put_cross_signing_key(user_id, usage, key)
        elif known.key != key:
            self._cross_signing_keys[user_id][usage] = TOFUSigningKey(key=key, first=known.first)


class Citizen:
    """One person with one app; open it with `async with`."""

    def __init__(self, url: str, user: User) -> None:
        self.user = user
        self.rooms = MemoryStateStore()
        self._keys = _Keys(user.id, "pickle")
        self.client = Client(base_url=url, state_store=self.rooms, sync_store=self._keys)
        self.crypto = OlmMachine(self.client, self._keys, _Shared(self.rooms))
        self.crypto.send_keys_min_trust = TrustState.CROSS_SIGNED_TOFU
        self.heard: list[MessageEvent] = []
        """What others said, in the clear."""
        self.typing: list[str] = []
        """Who was seen typing."""
        self.read: list[str] = []
        """Ids of our messages that others have marked as read."""
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        client = self.client
        await client.login(UserID(self.user.id), password=self.user.password)
        await self._keys.put_device_id(client.device_id)
        client.crypto = self.crypto
        await self.crypto.load()
        await self.crypto.share_keys()
        client.add_event_handler(EventType.ROOM_MESSAGE, self._hear)
        client.add_event_handler(EventType.TYPING, self._see_typing)
        client.add_event_handler(EventType.RECEIPT, self._see_receipt)
        client.add_event_handler(InternalEventType.SYNC_SUCCESSFUL, self._synced)
        client.ignore_initial_sync = False
        self._syncing = client.start(None)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.stop()
        await asyncio.wait([self._syncing])
        await self.client.api.session.close()

    async def _hear(self, event: MessageEvent) -> None:
        if event.sender != self.user.id:
            async with self._changed:
                self.heard.append(event)
                self._changed.notify_all()

    async def _see_typing(self, event: Any) -> None:
        async with self._changed:
            self.typing += event.content.user_ids
            self._changed.notify_all()

    async def _see_receipt(self, event: Any) -> None:
        async with self._changed:
            self.read += event.content
            self._changed.notify_all()

    async def _synced(self, _data: Any) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def chat(self, other: str, *, encrypted: bool = True, direct: bool = True) -> RoomID:
        """A new room with somebody invited, as an app makes it for a direct chat."""
        initial: list[Any] = []
        if encrypted:
            initial = [{"type": "m.room.encryption", "state_key": "", "content": _MEGOLM.serialize()}]
        room = await self.client.create_room(invitees=[UserID(other)], is_direct=direct, initial_state=initial)
        if encrypted:
            await self.rooms.set_encryption_info(room, _MEGOLM)
        return room

    async def chats(self, other: str, *, encrypted: bool = True) -> RoomID:
        """A new room that the other has entered."""
        room = await self.chat(other, encrypted=encrypted)
        await self.until(room, other)
        return room

    async def says(self, room: RoomID, text: str) -> EventID:
        """Send a text."""
        return await self.client.send_text(room, text)

    async def sends(self, room: RoomID, content: dict[str, Any], kind: str = "m.room.message") -> EventID:
        """Send an event of any kind."""
        event_type = EventType.find(kind, EventType.Class.MESSAGE)
        return await self.client.send_message_event(room, event_type, Obj(**content))  # type: ignore[no-untyped-call]

    def texts(self, room: RoomID) -> list[str]:
        """What others said in a room so far."""
        return [str(event.content.body) for event in self.heard if event.room_id == room]

    async def hears(self, number: int, within: float = 30.0) -> str:
        """The text of the message number `number` that others sent, counted from 1."""
        await self.until_seen(lambda: len(self.heard) >= number, within)
        return str(self.heard[number - 1].content.body)

    async def until_seen(self, seen: Any, within: float = 30.0) -> None:
        """Wait until the app has seen something."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(seen)

    async def until(self, room: RoomID, user: str, *, there: bool = True, within: float = 20.0) -> None:
        """Wait until somebody is in the room, or is not."""
        async with asyncio.timeout(within), self._changed:
            while (UserID(user) in await self.client.get_joined_members(room)) is not there:
                await self._changed.wait()

    @contextmanager
    def keys_held_back(self) -> Iterator[list[Any]]:
        """Keys of messages do not leave the app; the list gathers what would have been sent."""
        held: list[Any] = []
        send = self.client.send_to_device

        async def hold(*call: Any, **named: Any) -> None:
            held.append((call, named))

        self.client.send_to_device = hold  # type: ignore[method-assign]
        try:
            yield held
        finally:
            self.client.send_to_device = send  # type: ignore[method-assign]
