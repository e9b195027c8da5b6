"""Content that was checked before, so that a start need not read and check every file again.

What is remembered holds for exactly these bytes, on this day, checked by this code. It carries a check sum and is
read as JSON into the same types as before: whatever is not as it was written is checked anew from the files.
One topic is one line, so that reading takes hardly more memory than what is read.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from mmap import ACCESS_READ, MADV_DONTNEED, mmap
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from bot.content.catalogue import Authority, Catalogue, DangerLine, Intent
from bot.content.findings import Finding
from bot.content.loaded import KnownFailure, Loaded

T = TypeVar("T")

_AT_ONCE = 1000
"""Danger lines that stand in one line of the file."""
_NO_SUM = b"0" * hashlib.sha256().digest_size * 2


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands at the beginning, and how many lines of each kind follow."""

    catalogue: Catalogue
    """Without authorities and danger lines."""
    findings: tuple[Finding, ...]
    known_failures: tuple[KnownFailure, ...]
    intents: int
    offices: int
    dangers: int


@dataclass(frozen=True, slots=True)
class _Office:
    """An authority. An intent that five of them answer stands once in the file."""

    authority: Authority
    """Without intents."""
    answered: tuple[int, ...]
    """The intents that it answers, by their number."""


@dataclass(frozen=True, slots=True)
class _Dangers:
    lines: tuple[DangerLine, ...]


class _DangerLines(Sequence[DangerLine]):
    """Danger lines that are read when somebody looks at them: who learns does, who answers does not."""

    def __init__(self, file: mmap, parts: Sequence[slice]) -> None:
        """`parts` of the file are its lines of danger lines; a mapped file stays readable when it is replaced."""
        self._file = file
        self._parts = parts

    @cached_property
    def _read(self) -> tuple[DangerLine, ...]:
        adapter = _adapters()[_Dangers]
        return tuple(line for part in self._parts for line in adapter.validate_json(self._file[part]).lines)

    def __getitem__(self, at: Any) -> Any:
        return self._read[at]

    def __len__(self) -> int:
        return len(self._read)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._read == tuple(other)

    def __hash__(self) -> int:
        return hash(self._read)


class Memory:
    """What one state of the content came to, kept in a folder of our own."""

    def __init__(self, folder: Path, version: str, day: date) -> None:
        """`version` names the bytes of the content and what else is filled in; `day` decides what has expired."""
        self._folder = folder
        self._path = folder / f"{version}-{day.isoformat()}-{_code()}.jsonl"

    def recall(self) -> Loaded | None:
        """What was remembered of this state; None where nothing was, or what lies there is not whole."""
        with suppress(OSError, ValueError, IndexError), self._path.open("rb") as file:
            return _read(mmap(file.fileno(), 0, access=ACCESS_READ))
        return None

    def remember(self, loaded: Loaded, catalogue: Catalogue) -> None:
        """Keep a load and its catalogue, in place of what was remembered of other states."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        with fresh.open("wb") as file:
            file.write(_NO_SUM + b"\n")
            digest = hashlib.sha256()
            for part in _parts(loaded, catalogue):
                line = _adapters()[type(part)].dump_json(part) + b"\n"
                digest.update(line)
                file.write(line)
            file.seek(0)
            file.write(digest.hexdigest().encode())
        for stale in self._folder.glob("*.jsonl"):
            stale.unlink(missing_ok=True)
        fresh.replace(self._path)


def _parts(loaded: Loaded, catalogue: Catalogue) -> Iterator[object]:
    numbers: dict[int, int] = {}
    intents: list[Intent] = []
    for authority in catalogue.authorities.values():
        for intent in authority.intents.values():
            if numbers.setdefault(id(intent), len(intents)) == len(intents):
                intents.append(intent)
    danger = tuple(catalogue.danger)
    dangers = [_Dangers(danger[first : first + _AT_ONCE]) for first in range(0, len(danger), _AT_ONCE)]
    yield _Head(
        replace(catalogue, authorities={}, danger=()),
        loaded.findings,
        loaded.known_failures,
        len(intents),
        len(catalogue.authorities),
        len(dangers),
    )
    yield from intents
    for authority in catalogue.authorities.values():
        answered = tuple(numbers[id(intent)] for intent in authority.intents.values())
        yield _Office(replace(authority, intents={}), answered)
    yield from dangers


def _read(file: mmap) -> Loaded | None:
    checksum = file.readline()
    digest = hashlib.sha256()

    def line() -> bytes:
        found = file.readline()
        digest.update(found)
        return found

    def part(kind: type[T]) -> T:
        value: T = _adapters()[kind].validate_json(line())
        return value

    head = part(_Head)
    intents = [part(Intent) for _ in range(head.intents)]
    authorities: dict[str, Authority] = {}
    for _ in range(head.offices):
        office = part(_Office)
        answered = [intents[number] for number in office.answered]
        authorities[office.authority.id] = replace(office.authority, intents={one.name: one for one in answered})
    danger = _DangerLines(file, [slice(file.tell(), file.tell() + len(line())) for _ in range(head.dangers)])
    if file.read(1) or checksum != digest.hexdigest().encode() + b"\n":
        return None
    # All of it was looked through once; that is no reason to keep it in memory.
    file.madvise(MADV_DONTNEED)
    catalogue = replace(head.catalogue, authorities=authorities, danger=danger)
    return Loaded(catalogue, head.findings, head.known_failures)


@cache
def _adapters() -> dict[type, TypeAdapter[Any]]:
    return {kind: TypeAdapter(kind) for kind in (_Head, Intent, _Office, _Dangers)}


@cache
def _code() -> str:
    """A hash of the code that checks: its next version must not trust what this one let pass."""
    sources = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
