"""A citizen's app: mautrix with its own cryptography (libolm), strict like current apps.

Keys of messages go only to devices that their owner has cross-signed.
"""

import asyncio
from typing import Any

from mautrix.client import Client, InternalEventType
from mautrix.client.state_store import MemoryStateStore
from mautrix.crypto import OlmMachine
from mautrix.crypto.store import MemoryCryptoStore, StateStore
from mautrix.types import (
    EncryptionAlgorithm,
    EventID,
    EventType,
    MessageEvent,
    RoomEncryptionStateEventContent,
    RoomID,
    TrustState,
    UserID,
)

from tests.channels.matrix.synapse import User


class _Rooms(MemoryStateStore, StateStore):
    """What the cryptography asks beside the state of rooms."""

    async def find_shared_rooms(self, user_id: UserID) -> list[RoomID]:
        return [room for room, members in self.members.items() if user_id in members]


class Citizen:
    """One person with one app; open it with `async with`."""

    def __init__(self, url: str, user: User) -> None:
        self.user = user
        self.client = Client(base_url=url, state_store=_Rooms(), sync_store=MemoryCryptoStore(user.id, "pickle"))
        self.heard: list[MessageEvent] = []
        """What others said, in the clear."""
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> "Citizen":
        client = self.client
        await client.login(self.user.id, password=self.user.password)
        store = client.sync_store
        assert isinstance(store, MemoryCryptoStore)
        await store.put_device_id(client.device_id)
        client.crypto = OlmMachine(client, store, client.state_store)
        client.crypto.send_keys_min_trust = TrustState.CROSS_SIGNED_TOFU
        await client.crypto.load()
        await client.crypto.share_keys()
        client.add_event_handler(EventType.ROOM_MESSAGE, self._hear)
        client.add_event_handler(InternalEventType.SYNC_SUCCESSFUL, self._synced)
        client.ignore_initial_sync = False
        client.start(None)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.stop()
        await self.client.api.session.close()

    async def _hear(self, event: MessageEvent) -> None:
        if event.sender != self.user.id:
            async with self._changed:
                self.heard.append(event)
                self._changed.notify_all()

    async def _synced(self, _data: Any) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def chat(self, other: str, *, encrypted: bool = True, direct: bool = True) -> RoomID:
        """A new room with somebody invited, as an app makes it for a direct chat."""
        initial = []
        if encrypted:
            content = RoomEncryptionStateEventContent(algorithm=EncryptionAlgorithm.MEGOLM_V1)
            initial = [{"type": "m.room.encryption", "state_key": "", "content": content.serialize()}]
        room = await self.client.create_room(invitees=[UserID(other)], is_direct=direct, initial_state=initial)
        if encrypted:
            await self.client.state_store.set_encryption_info(room, content)
        return room

    async def says(self, room: RoomID, text: str) -> EventID:
        """Send a text."""
        return await self.client.send_text(room, text)

    async def sends(self, room: RoomID, content: dict[str, Any], kind: str = "m.room.message") -> EventID:
        """Send an event of any kind."""
        return await self.client.send_message_event(room, EventType.find(kind, EventType.Class.MESSAGE), content)

    async def hears(self, number: int, within: float = 30.0) -> str:
        """The text of the message number `number` that others sent, counted from 1."""
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self.heard) >= number)
        return str(self.heard[number - 1].content.body)

    async def member(self, room: RoomID, user: str, within: float = 20.0) -> None:
        """Wait until somebody is in the room."""
        async with asyncio.timeout(within), self._changed:
            while UserID(user) not in await self.client.get_joined_members(room):
                await self._changed.wait()
