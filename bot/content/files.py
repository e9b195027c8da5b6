"""Which files make up the content, and what each may hold. Nothing outside the folder is ever opened."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.content import models
from bot.content.encoding import SIZE_LIMIT
from bot.content.findings import Finding, error, warning
from bot.content.thresholds import ThresholdsDocument

COMMON = "common"
EMERGENCY = "emergency"
_SCOPE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SKIPPED_FOLDERS = {"schema"}
_IGNORED = re.compile(r"\..*|.*~|.*\.(md|json|swp|tmp|bak)|#.*#")
"""Notes, schemas, and what editors leave lying about while they save."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of content. `authority` is "" where it serves all of them."""

    path: str
    authority: str
    models: tuple[models.Model, ...]
    raw: bytes


def collect(folder: Path) -> tuple[list[SourceFile], list[Finding]]:
    """All content files in a stable order, and what must not lie there."""
    files: list[SourceFile] = []
    findings: list[Finding] = []
    for top in ("intents", "responses"):
        if not (folder / top).is_dir():
            findings.append(
                error(top, 1, "no-folder", f"Der Ordner „{top}“ fehlt.", "den Ordner mit --content angeben")
            )
            continue
        for found in _walk(folder, top):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                files.append(found)
    return files, findings


def _walk(folder: Path, top: str) -> Iterator[SourceFile | Finding]:
    for entry in _entries(folder / top):
        path = f"{top}/{entry.name}"
        if entry.is_symlink():
            yield _symlink(path)
        elif not entry.is_dir(follow_symlinks=False):
            yield from _file(folder, path, entry)
        elif entry.name in _SKIPPED_FOLDERS:
            continue
        elif not _SCOPE.fullmatch(entry.name):
            what = f"Der Ordnername „{entry.name}“ ist nicht möglich."
            yield error(path, 1, "folder-name", what, "Kleinbuchstaben, Ziffern und Bindestriche verwenden")
        else:
            yield from _scope(folder, path)


def _scope(folder: Path, path: str) -> Iterator[SourceFile | Finding]:
    for entry in _entries(folder / path):
        inner = f"{path}/{entry.name}"
        if entry.is_symlink():
            yield _symlink(inner)
        elif entry.is_dir(follow_symlinks=False):
            yield warning(
                inner, 1, "subfolder", "Unterordner werden nicht gelesen.", "die Dateien eine Ebene höher legen"
            )
        else:
            yield from _file(folder, inner, entry)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(
            (entry for entry in entries if not _IGNORED.fullmatch(entry.name)), key=lambda entry: entry.name
        )


def _symlink(path: str) -> Finding:
    what = "Das ist eine Verknüpfung (Symlink); sie könnte aus dem Ordner hinausführen."
    return error(path, 1, "symlink", what, "durch die Datei selbst ersetzen")


def _file(folder: Path, path: str, entry: os.DirEntry[str]) -> Iterator[SourceFile | Finding]:
    allowed = _models(path)
    if not entry.name.endswith(".yaml"):
        yield warning(path, 1, "file-name", "Diese Datei wird nicht gelesen.", "die Endung muss „.yaml“ heißen")
    elif allowed is None:
        yield error(path, 1, "file-place", "Diese Datei gehört nicht hierher.", "in einen Ordner wie „common“ legen")
    else:
        raw = _read(folder / path)
        if raw is None:
            yield error(path, 1, "unreadable", "Die Datei ist nicht lesbar.", "Dateityp und Zugriffsrechte prüfen")
        else:
            scope = path.split("/")[1]
            authority = "" if path.count("/") < 2 or scope in {COMMON, EMERGENCY} else scope
            yield SourceFile(path, authority, allowed, raw)


def _read(path: Path) -> bytes | None:
    """At most one byte more than the limit, so that the size check sees it and memory does not."""
    try:
        # no following of links, no waiting for pipes: whatever the name became since it was listed
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with open(descriptor, "rb") as file:  # noqa: PTH123 -- a descriptor, so that nobody swaps the file meanwhile
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(SIZE_LIMIT + 1)


def _models(path: str) -> tuple[models.Model, ...] | None:
    match path.split("/"):
        case ["intents", "thresholds.yaml"]:
            return (ThresholdsDocument,)
        case ["intents", "known_failures.yaml"]:
            return (models.KnownFailureDocument,)
        case ["intents", "emergency", "lexicon.yaml"]:
            return (models.SignalDocument, models.FrameDocument, models.WordsDocument)
        case ["intents", "emergency", _]:
            return (models.DangerDocument,)
        case ["intents", _, _]:
            return (models.IntentDocument,)
        case ["responses", _, "services.yaml"]:
            return (models.ServicesDocument,)
        case ["responses", scope, "authority.yaml"] if scope != COMMON:
            return (models.AuthorityDocument,)
        case ["responses", scope, "places.yaml"] if scope != COMMON:
            return (models.RegionDocument, models.OutsideDocument, models.WordPlacesDocument)
        case ["responses", _, _]:
            return (models.ResponseDocument,)
        case _:
            return None
