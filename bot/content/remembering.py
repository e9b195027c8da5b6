"""Content that was checked before, so that a start need not read and check every file again.

What is remembered holds for exactly these bytes, on this day, checked by this code. It carries a check sum and is
read as JSON into the same types as before: whatever is not as it was written is checked anew from the files.
"""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.content.catalogue import Authority, Catalogue, Intent
from bot.content.loaded import Loaded


@dataclass(frozen=True, slots=True)
class _Written:
    """A load without repetition: an intent that five authorities answer stands in it once."""

    loaded: Loaded
    """Its catalogue without authorities."""
    authorities: Mapping[str, Authority]
    """Without intents."""
    intents: tuple[Intent, ...]
    answered: Mapping[str, tuple[int, ...]]
    """Which of the intents each authority answers."""


class Memory:
    """What one state of the content came to, kept in a folder of our own."""

    def __init__(self, folder: Path, version: str, day: date) -> None:
        """`version` names the bytes of the content and what else is filled in; `day` decides what has expired."""
        self._folder = folder
        self._path = folder / f"{version}-{day.isoformat()}-{_code()}.json"

    def recall(self) -> Loaded | None:
        """What was remembered of this state; None where nothing was, or what lies there is not whole."""
        with suppress(OSError, ValidationError, IndexError, KeyError):
            checksum, _, written = self._path.read_bytes().partition(b"\n")
            if checksum == _checksum(written):
                return _joined(_adapter().validate_json(written))
        return None

    def remember(self, loaded: Loaded) -> None:
        """Keep it, in place of what was remembered of other states."""
        written = _adapter().dump_json(_apart(loaded))
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(_checksum(written) + b"\n" + written)
        for stale in self._folder.glob("*.json"):
            stale.unlink(missing_ok=True)
        fresh.replace(self._path)


def _apart(loaded: Loaded) -> _Written:
    authorities = loaded.catalogue.authorities if loaded.catalogue is not None else {}
    numbers: dict[int, int] = {}
    intents: list[Intent] = []
    for authority in authorities.values():
        for intent in authority.intents.values():
            if numbers.setdefault(id(intent), len(intents)) == len(intents):
                intents.append(intent)
    catalogue = replace(loaded.catalogue, authorities={}) if loaded.catalogue is not None else None
    return _Written(
        replace(loaded, catalogue=catalogue),
        {name: replace(authority, intents={}) for name, authority in authorities.items()},
        tuple(intents),
        {name: tuple(numbers[id(one)] for one in each.intents.values()) for name, each in authorities.items()},
    )


def _joined(written: _Written) -> Loaded:
    authorities: dict[str, Authority] = {}
    for name, authority in written.authorities.items():
        answered = [written.intents[number] for number in written.answered[name]]
        authorities[name] = replace(authority, intents={intent.name: intent for intent in answered})
    catalogue: Catalogue | None = written.loaded.catalogue
    if catalogue is not None:
        catalogue = replace(catalogue, authorities=authorities)
    return replace(written.loaded, catalogue=catalogue)


@cache
def _adapter() -> TypeAdapter[_Written]:
    return TypeAdapter(_Written)


@cache
def _code() -> str:
    """A hash of the code that checks: its next version must not trust what this one let pass."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _checksum(written: bytes) -> bytes:
    return hashlib.sha256(written).hexdigest().encode()
