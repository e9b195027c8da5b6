"""Who was erased, in a file beside the database: a backup knows nothing of what was erased after it was made.

A line holds a moment, an account and the keyed hash of an address, and is dropped once retention has forgotten
everything as old. Written before the erasure is committed: after a crash in between, the erasure that was asked for
is made up for at the next start.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Everything of this person that is older than `at` is to be gone."""

    at: datetime
    account: str
    lookup: bytes

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.account} {self.lookup.hex()}"


class Tombstones:
    """The file; where there is none, nothing was erased yet."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, stone: Tombstone) -> None:
        """On the disk when this returns. Raises StoreError where it cannot be written: then nothing is erased."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"\n{stone}\n")  # a line before it may have been cut off
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror}") from error

    def since(self, earliest: datetime) -> list[Tombstone]:
        """Those not older than this; the others are dropped from the file."""
        if not self._path.exists():
            return []
        found = list(self._read())
        kept = [stone for stone in found if stone.at >= earliest]
        if len(kept) < len(found):
            fresh = self._path.with_suffix(".part")
            fresh.write_text("".join(f"{stone}\n" for stone in kept), encoding="utf-8")
            fresh.replace(self._path)
        return kept

    def _read(self) -> Iterator[Tombstone]:
        for line in self._path.read_text(encoding="utf-8").splitlines():
            # A line that a full disk has cut off says nothing: its erasure was never committed.
            with suppress(ValueError):
                at, account, lookup = line.split()
                yield Tombstone(datetime.fromisoformat(at), account, bytes.fromhex(lookup))
