"""Opening and sealing. https://gateway.threema.ch/de/developer/e2e

A box holds a type byte, the content, and 1–255 bytes of padding which each hold the padding's length.
"""

import secrets

from nacl.exceptions import CryptoError
from nacl.public import Box, PrivateKey, PublicKey

from bot.errors import SettingsError, UnreadableEvent

SHORTEST = 32
"""Bytes of content and padding at least, so that the length says less."""
_PREFIX = "private:"
"""How the tools of Threema's SDKs write a private key."""


def private_key(text: str) -> PrivateKey:
    """The key an operator gave. Raises SettingsError, which does not repeat it."""
    try:
        return PrivateKey(bytes.fromhex(text.strip().removeprefix(_PREFIX)))
    except (CryptoError, ValueError, TypeError):
        raise SettingsError(
            "Threema: private_key ist kein privater Schlüssel. Erwartet werden 64 Zeichen 0–9 a–f, wie sie das "
            "Werkzeug ausgibt, mit dem das Schlüsselpaar erzeugt wurde."
        ) from None


def seal(type_: int, content: bytes, ours: PrivateKey, theirs: PublicKey) -> tuple[bytes, bytes]:
    """The nonce and the sealed box."""
    length = max(1 + secrets.randbelow(255), SHORTEST - len(content))
    sealed = Box(ours, theirs).encrypt(bytes([type_]) + content + bytes([length]) * length)
    return sealed.nonce, sealed.ciphertext


def unseal(nonce: bytes, box: bytes, ours: PrivateKey, theirs: PublicKey) -> tuple[int, bytes]:
    """The type and the content. Raises UnreadableEvent."""
    try:
        plain = Box(ours, theirs).decrypt(box, nonce)
    except (CryptoError, ValueError) as error:
        raise UnreadableEvent(f"box does not open: {type(error).__name__}") from None
    if len(plain) < 2 or not 0 < plain[-1] < len(plain):
        raise UnreadableEvent("no padding")
    return plain[0], plain[1 : -plain[-1]]
