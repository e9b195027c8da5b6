"""What was learnt from the content, kept beside the data, so that only new content or new code is learnt from."""

import hashlib
import mmap
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from bot import answer, text
from bot.answer.understanding import Understanding, dump, restored
from bot.content.catalogue import Catalogue


def learnt(catalogue: Catalogue, folder: Path) -> Understanding:
    """Read the models of this content from `folder`, or learn them and keep them there instead of older ones."""
    found = kept(catalogue, folder)
    if found is None:
        # Learning takes libraries that answering does not hold in memory.
        from bot.answer.learning.building import build  # noqa: PLC0415

        found = build(catalogue)
        _keep(dump(found), _path(catalogue, folder))
    return found


def kept(catalogue: Catalogue, folder: Path) -> Understanding | None:
    """The models of this content, if `folder` has them and they are whole."""
    try:
        with _path(catalogue, folder).open("rb") as file:
            block = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # not there, or empty
        return None
    found = restored(catalogue, block)
    # All of it was looked through once, whether it is whole; that is no reason to keep it in memory.
    block.madvise(mmap.MADV_DONTNEED)
    return found


def _path(catalogue: Catalogue, folder: Path) -> Path:
    return folder / f"{catalogue.training_version}-{_code()}.models"


def _keep(models: Iterable[memoryview], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        file.writelines(models)
    for stale in path.parent.glob("*.models"):
        stale.unlink(missing_ok=True)
    fresh.replace(path)


@cache
def _code() -> str:
    """A hash of the code that learns: its next version must not trust what this one has learnt."""
    sources = sorted(path for room in (answer, text) for part in room.__path__ for path in Path(part).rglob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
