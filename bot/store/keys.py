"""The keys under which addresses and raw events rest: one secret, three purposes."""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import SettingsError, StoreError

_NONCE = 12
_VERSION = b"\x01"
"""First byte of everything sealed, so that a later way of sealing can be told from this one."""


class Keys:
    """Seals, opens and looks up. Made by `derive`; holds no secret that could be printed."""

    __slots__ = ("_aead", "_audit", "_lookup")

    def __init__(self, seal: bytes, lookup: bytes, audit: bytes) -> None:
        self._aead = AESGCM(seal)
        self._lookup = lookup
        self._audit = audit

    @classmethod
    def derive(cls, secret: bytes) -> "Keys":
        """The three keys that follow from one secret. Raises SettingsError below 32 bytes."""
        if len(secret) < 32:
            raise SettingsError("The secret for stored addresses needs at least 32 bytes of randomness.")
        return cls(_expand(secret, b"seal"), _expand(secret, b"lookup"), _expand(secret, b"audit"))

    def seal(self, plain: bytes) -> bytes:
        """Encrypt and authenticate (AES-256-GCM, fresh random nonce)."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._aead.encrypt(nonce, plain, _VERSION)

    def open(self, sealed: bytes) -> bytes:
        """Undo `seal`. Raises StoreError when the bytes were altered or sealed under another secret."""
        if sealed[:1] != _VERSION or len(sealed) <= _NONCE:
            raise StoreError("A stored value is not sealed in a way this version knows.")
        try:
            return self._aead.decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], _VERSION)
        except InvalidTag as error:
            raise StoreError("A stored value was altered or belongs to another secret.") from error

    def lookup(self, account: str, address: str) -> bytes:
        """The keyed hash under which an address is found (16 bytes of HMAC-SHA-256)."""
        return hmac.digest(self._lookup, f"{account}\0{address}".encode("utf-8", "surrogatepass"), "sha256")[:16]

    def chain(self, previous: bytes, entry: bytes) -> bytes:
        """The next link of the audit chain: without the secret nobody can compute a fitting one."""
        return hmac.digest(self._audit, previous + entry, "sha256")


def _expand(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"buergerlotse/1/" + purpose).derive(secret)
