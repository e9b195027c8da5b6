"""Cross-signing: current apps withhold the keys of messages from a device that its own user has not signed.

https://spec.matrix.org/latest/client-server-api/#cross-signing
"""

import base64
import json
from secrets import token_bytes
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.channels.matrix.homeserver import Homeserver, Json, Refused, inside

_Usage = Literal["master", "self_signing", "user_signing"]
_USAGES: tuple[_Usage, ...] = ("master", "self_signing", "user_signing")


class SomebodyElses(Exception):
    """The user has cross-signing keys that we did not make, so we cannot sign our device with them."""


def new_seeds() -> bytes:
    """The three secret keys, as they are kept."""
    return json.dumps({usage: token_bytes(32).hex() for usage in _USAGES}).encode()


class CrossSigner:
    """The three keys of a user, and what they sign."""

    def __init__(self, homeserver: Homeserver, user_id: str, seeds: bytes) -> None:
        self._homeserver = homeserver
        self._user_id = user_id
        self._keys = {
            usage: Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
            for usage, seed in json.loads(seeds).items()
        }

    async def sign(self, device_id: str, password: str | None, *, replace: bool) -> None:
        """Make sure that the device is signed, and the keys that sign it are public.

        With `replace` and a password, keys that are not ours are replaced. Raises SomebodyElses, MatrixError.
        """
        known = await self._homeserver.call("POST", "keys", "query", body={"device_keys": {self._user_id: []}})
        theirs = inside(known, "master_keys", self._user_id, "keys")
        if self._name("master") not in theirs:
            if theirs and not (replace and password):
                raise SomebodyElses
            await self._upload(password)
        device = inside(known, "device_keys", self._user_id, device_id)
        if not device:
            raise SomebodyElses
        if self._name("self_signing") not in inside(device, "signatures", self._user_id):
            signed = self._signed({**device, "signatures": {}}, "self_signing")
            answer = await self._homeserver.call(
                "POST", "keys", "signatures", "upload", body={self._user_id: {device_id: signed}}
            )
            if inside(answer, "failures"):
                raise SomebodyElses

    async def _upload(self, password: str | None) -> None:
        keys: Json = {
            f"{usage}_key": {
                "user_id": self._user_id,
                "usage": [usage],
                "keys": {self._name(usage): self._public(usage)},
            }
            for usage in _USAGES
        }
        for usage in ("self_signing", "user_signing"):
            keys[f"{usage}_key"] = self._signed(keys[f"{usage}_key"], "master")
        path = ("keys", "device_signing", "upload")
        try:
            await self._homeserver.call("POST", *path, body=keys)
        except Refused as refused:
            # A first upload usually needs no password, a later one does.
            if not refused.session or password is None:
                raise
            proof = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._user_id},
                "password": password,
                "session": refused.session,
            }
            await self._homeserver.call("POST", *path, body={**keys, "auth": proof})

    def _signed(self, thing: Json, usage: _Usage) -> Json:
        """The object with one more signature, over its canonical JSON without signatures and unsigned."""
        bare = {name: value for name, value in thing.items() if name not in {"signatures", "unsigned"}}
        canonical = json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        signature = _base64(self._keys[usage].sign(canonical))
        others = inside(thing, "signatures", self._user_id)
        return {**bare, "signatures": {self._user_id: {**others, self._name(usage): signature}}}

    def _public(self, usage: _Usage) -> str:
        return _base64(self._keys[usage].public_key().public_bytes_raw())

    def _name(self, usage: _Usage) -> str:
        return f"ed25519:{self._public(usage)}"


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")
