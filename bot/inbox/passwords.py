"""Passwords: argon2id off the event loop, the rules for new ones, and one-time passwords.

A stored hash that begins with `once:` and a time belongs to a one-time password: until then it opens nothing but
the page where its owner chooses a password of their own, and later nothing at all.
"""

import asyncio
import base64
import re
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.inbox.common_passwords import COMMON

T = TypeVar("T")

SHORTEST, LONGEST = 12, 128
"""Characters. No rules of composition: they make passwords worse, not better."""

# 64 MiB and three passes: the second recommended choice of RFC 9106. Two at a time bound the memory.
_COST = 64 * 1024
_PASSES = 3
_AT_ONCE = 2
_MOST_WAITING = 20
_hasher = PasswordHasher(time_cost=_PASSES, memory_cost=_COST, parallelism=1)

_ONCE = re.compile(r"once:(\d+):")
"""Then the hash itself; the number is the end of its use, in seconds since 1970."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without l, i, o, 0 and 1, which look alike on a note."""

_RUNS = tuple(
    run + run
    for run in ("0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjklyxcvbnm", "qwertyuiop")
)


class Crowded(Exception):
    """So many passwords are being checked that another has to wait; says nothing about the password."""


class Passwords:
    """Hashes and checks, two at a time. One per application, closed with it."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0
        self._nobody = _hash_of_nobody()

    async def close(self) -> None:
        """Let running checks end."""
        await asyncio.to_thread(self._executor.shutdown)

    async def hash(self, password: str, *, once_until: datetime | None = None) -> str:
        """What to store; `once_until` marks a one-time password and ends its use. Raises Crowded."""
        hashed = await self._run(_hasher.hash, _composed(password))
        return f"once:{int(once_until.timestamp())}:{hashed}" if once_until is not None else hashed

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password fits. None, no such user, costs the same time and never fits. Raises Crowded."""
        expected = _ONCE.sub("", stored or self._nobody, count=1)
        return await self._run(_verify, expected, _composed(password)) and stored is not None

    async def _run(self, work: Callable[..., T], *values: str) -> T:
        if self._waiting >= _MOST_WAITING:
            raise Crowded
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work, *values)
        finally:
            self._waiting -= 1


PASSWORDS = web.AppKey("inbox passwords", Passwords)


def is_once(stored: str) -> bool:
    """Whether this is the hash of a one-time password."""
    return _ONCE.match(stored) is not None


def is_over(stored: str, now: datetime) -> bool:
    """Whether this is the hash of a one-time password that nobody has used in time."""
    once = _ONCE.match(stored)
    return once is not None and int(once[1]) < now.timestamp()


def one_time() -> str:
    """A password to hand over on paper: 20 letters in groups, about 99 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def objection(password: str, name: str) -> str:
    """What is wrong with a new password, in German; "" when nothing is."""
    if len(password) < SHORTEST:
        return f"Das Passwort ist zu kurz. Es braucht mindestens {SHORTEST} Zeichen."
    if len(password) > LONGEST:
        return f"Das Passwort ist zu lang. Es darf höchstens {LONGEST} Zeichen haben."
    folded = _composed(password).casefold()
    letters = "".join(character for character in folded if character.isalpha())
    guessable = (
        letters in COMMON
        or letters == name.casefold()
        or len(set(folded)) < 4
        or any(folded in run or folded[::-1] in run for run in _RUNS)
    )
    return "Das Passwort ist leicht zu erraten. Bitte wählen Sie ein anderes." if guessable else ""


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _composed(password: str) -> str:
    # The same password typed on a Mac and on Windows may differ in how ü is written.
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()


def _hash_of_nobody() -> str:
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 32))
    return f"$argon2id$v=19$m={_COST},t={_PASSES},p=1${salt}${digest}"
