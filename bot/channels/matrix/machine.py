"""The device's cryptography: matrix-nio's Olm machine and its key store, told what the homeserver said.

https://spec.matrix.org/latest/client-server-api/#end-to-end-encryption
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

import structlog
from nio.crypto import Olm
from nio.events import EncryptedToDeviceEvent, ToDeviceEvent
from nio.responses import KeysClaimResponse, KeysQueryResponse, KeysUploadResponse
from nio.store import SqliteStore

from bot.channels.matrix.homeserver import Homeserver, Json, MatrixError, inside

log = structlog.get_logger()

# Both name users, devices and rooms in their records.
logging.getLogger("nio").setLevel(logging.CRITICAL)
logging.getLogger("peewee").setLevel(logging.WARNING)

ASK_OTHERS_WITHIN = 4000
"""Milliseconds our homeserver may wait for another one's keys; the answer to a citizen waits with it."""
UNREACHABLE_FOR = 600.0
"""Seconds in which a device that had no key to offer is not asked again."""


class KeysLost(Exception):
    """The key store cannot be opened, or is not the one whose keys the homeserver shows for this device."""


class NobodyCanRead(MatrixError):
    """No device of the citizen could be given the key of our message."""


class Machine:
    """One device of one user, with everything it knows of other devices."""

    def __init__(self, homeserver: Homeserver, user_id: str, device_id: str, folder: Path, pickle_key: str) -> None:
        """Open the key store, or make it. Raises KeysLost when it does not open with this pickle key."""
        self._homeserver = homeserver
        self.user_id = user_id
        self.device_id = device_id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = folder / f"keys-{quote(device_id, safe='')}.sqlite3"
        self._store = SqliteStore(user_id, device_id, str(folder), pickle_key, self._file.name)
        self._file.chmod(0o600)
        try:
            self._olm = Olm(user_id, device_id, self._store)
        except ValueError as error:
            self.close()
            raise KeysLost(type(error).__name__) from None
        self._encrypted: set[str] = self._store.load_encrypted_rooms()
        self._unreachable: dict[tuple[str, str], float] = {}
        self._sharing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def close(self) -> None:
        """Close the key store."""
        self._store.database.close()

    def discard(self) -> None:
        """Close the key store and delete it: its device is gone."""
        self.close()
        self._file.unlink(missing_ok=True)

    @property
    def ed25519(self) -> str:
        """The device's public signing key, unpadded base64."""
        return str(self._olm.account.identity_keys["ed25519"])

    # Rooms

    def is_encrypted(self, room: str) -> bool:
        """Whether this room was ever seen encrypted; encryption is never switched off again."""
        return room in self._encrypted

    def note_encrypted(self, room: str) -> None:
        """Remember for good that a room is encrypted, whatever the server may say later."""
        if room not in self._encrypted:
            self._encrypted.add(room)
            self._store.save_encrypted_rooms({room})

    # What comes in

    def receive(self, to_device: Iterable[object]) -> None:
        """Take room keys that other devices sent us. A malformed one harms nobody but itself."""
        for raw in to_device:
            try:
                event = ToDeviceEvent.parse_event(raw)
                if isinstance(event, EncryptedToDeviceEvent):
                    self._olm.handle_to_device_event(event)
            except Exception as error:  # noqa: BLE001 - anybody may send anything; nio and vodozemac raise what they like
                log.warning("to-device message not understood", error=type(error).__name__)

    def note_counts(self, counts: Mapping[str, object]) -> None:
        """How many one-time keys the server still has of us."""
        left = counts.get("signed_curve25519", 0)
        self._olm.uploaded_key_count = left if isinstance(left, int) else 0

    def note_changed(self, users: Iterable[object]) -> None:
        """Users whose devices have changed; those we deal with are looked at again before the next message."""
        self._olm.users_for_key_query.update(
            self._olm.tracked_users & {user for user in users if isinstance(user, str)}
        )

    def decrypt(self, room: str, event: Json) -> Json | None:
        """An encrypted event in the clear; None while its key is missing, or for good when it is forged.

        The session is looked for by its id alone: apps are about to leave the sender's key out of the event.
        """
        match event.get("content"):
            case {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": str(ciphertext), "session_id": str(session_id)}:
                pass
            case _:
                return None
        senders = self._olm.inbound_group_store[room].values()
        session = next((sessions[session_id] for sessions in senders if session_id in sessions), None)
        if session is None:
            return None
        try:
            plain, index = session.decrypt(ciphertext)
            payload = json.loads(plain)
        except (ValueError, RecursionError):
            return None
        event_id = event.get("event_id")
        # The same ciphertext under another event id is somebody's replay.
        if self._olm.message_index_store.setdefault((session_id, index), event_id) != event_id:
            return None
        if not isinstance(payload, dict) or payload.get("room_id") != room:
            return None
        content = payload.get("content")
        relation = event["content"].get("m.relates_to")
        if isinstance(content, dict) and relation is not None:
            content.setdefault("m.relates_to", relation)
        return {**event, "type": payload.get("type"), "content": content}

    # What goes out

    async def publish(self) -> bool:
        """Upload the device's keys, where they are not yet there. Raises KeysLost for another device's, MatrixError.

        True when they were uploaded now.
        """
        answer = await self._query([self.user_id])
        known = inside(answer, "device_keys", self.user_id, self.device_id, "keys").get(f"ed25519:{self.device_id}")
        if known is not None and known != self.ed25519:
            raise KeysLost("the homeserver shows other keys for this device")
        self._olm.account.shared = known is not None
        if known is None:
            await self._upload()
        return known is None

    async def maintain(self) -> None:
        """What is due after a sync: new one-time keys, broken sessions. Raises MatrixError."""
        left = self._olm.uploaded_key_count
        if left is not None and left < self._olm.account.max_one_time_keys // 2:
            await self._upload()
        if self._olm.wedged_devices:
            wedged = {(device.user_id, device.id) for device in self._olm.wedged_devices}
            await self._claim(wedged)
            self._olm.wedged_devices = []
        for message in list(self._olm.outgoing_to_device_messages):
            self._olm.outgoing_to_device_messages.remove(message)
            await self._send_to_device(message.type, message.asinside()["messages"])

    async def encrypt(self, room: str, members: frozenset[str], kind: str, content: Json) -> Json:
        """The content of an `m.room.encrypted` event that every device of the members can read.

        Raises MatrixError; NobodyCanRead when not one device of the others has the key.
        """
        async with self._sharing[room]:
            await self._share(room, members)
            encrypted: Json = self._olm.group_encrypt(room, {"type": kind, "content": content})
            return encrypted

    async def _share(self, room: str, members: frozenset[str]) -> None:
        unknown = (members - self._olm.tracked_users) | (members & self._olm.users_for_key_query)
        if unknown:
            await self._query(sorted(unknown))
        devices = {
            (device.user_id, device.id)
            for user in members
            for device in self._olm.device_store.active_user_devices(user)
            if (user, device.id) != (self.user_id, self.device_id)
        }
        session = self._olm.outbound_group_sessions.get(room)
        if session is None or session.expired or session.users_shared_with - devices:
            # Who has left, or logged out, must not read on.
            self._olm.create_outbound_group_session(room)
            session = self._olm.outbound_group_sessions[room]
        await self._claim(devices - session.users_shared_with)
        # Of those without a key yet: tried again with each message.
        session.users_ignored.clear()
        while True:
            session.shared = False
            receivers, messages = self._olm.share_group_session(
                room, sorted(members), ignore_missing_sessions=True, ignore_unverified_devices=True
            )
            if not receivers:
                break
            await self._send_to_device("m.room.encrypted", messages["messages"])
            session.users_shared_with.update(receivers)
        session.shared = True
        if not any(user != self.user_id for user, _ in session.users_shared_with):
            raise NobodyCanRead("no device takes the key")

    async def _claim(self, devices: set[tuple[str, str]]) -> None:
        """Begin sessions with devices that we have none with, as far as they offer a key."""
        now = time.monotonic()
        missing = {
            (user, device)
            for user, devices_of_user in self._olm.get_missing_sessions({user for user, _ in devices}).items()
            for device in devices_of_user
        }
        wedged = {(device.user_id, device.id) for device in self._olm.wedged_devices}
        wanted = {one for one in devices & (missing | wedged) if self._unreachable.get(one, 0.0) <= now}
        if not wanted:
            return
        asked: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for user, device in sorted(wanted):
            asked[user][device] = "signed_curve25519"
        answer = await self._homeserver.call(
            "POST", "keys", "claim", body={"one_time_keys": asked, "timeout": ASK_OTHERS_WITHIN}
        )
        for user, device in wanted:
            keys = inside(answer, "one_time_keys", user, device)
            self._unreachable[user, device] = now + UNREACHABLE_FOR
            if not keys:
                continue
            try:
                self._olm.handle_response(KeysClaimResponse({user: {device: keys}}, {}))
            except Exception as error:  # noqa: BLE001 - keys are whatever somebody's app uploaded
                log.warning("one-time key not usable", error=type(error).__name__)
            else:
                del self._unreachable[user, device]

    async def _query(self, users: list[str]) -> Json:
        answer = await self._homeserver.call(
            "POST", "keys", "query", body={"device_keys": {user: [] for user in users}, "timeout": ASK_OTHERS_WITHIN}
        )
        for user in users:
            devices = inside(answer, "device_keys").get(user)
            if not isinstance(devices, dict):
                continue  # their server did not answer: asked again with the next message
            for device, keys in [*devices.items()]:
                if not isinstance(keys, dict) or not _well_formed(keys):
                    del devices[device]
            try:
                self._olm.handle_response(KeysQueryResponse(json.loads(json.dumps({user: devices})), {}))
            except Exception as error:  # noqa: BLE001 - keys are whatever somebody's app uploaded
                log.warning("device keys not usable", error=type(error).__name__)
        return answer

    async def _upload(self) -> None:
        if self._olm.uploaded_key_count is None:
            self._olm.uploaded_key_count = 0
        body = self._olm.share_keys()
        # Kept before they are public: a key that somebody uses and nobody has is a message nobody reads.
        self._olm.save_account()
        answer = await self._homeserver.call("POST", "keys", "upload", body=body)
        count = inside(answer, "one_time_key_counts").get("signed_curve25519", 0)
        self._olm.handle_response(KeysUploadResponse(0, count if isinstance(count, int) else 0))

    async def _send_to_device(self, kind: str, messages: Json) -> None:
        await self._homeserver.call("PUT", "sendToDevice", kind, token_hex(16), body={"messages": messages})


def _well_formed(keys: Json) -> bool:
    """What nio takes for granted of another device's keys."""
    return all(isinstance(keys.get(name), str) for name in ("user_id", "device_id")) and all(
        isinstance(keys.get(name), dict) for name in ("keys", "signatures")
    )
