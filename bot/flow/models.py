"""What was learnt from the content, kept beside the data, so that only new content or new code is learnt from."""

import hashlib
import os
from functools import cache
from pathlib import Path

from bot import answer, text
from bot.answer.understanding import Understanding, build, dump
from bot.content.catalogue import Catalogue


def learnt(catalogue: Catalogue, folder: Path) -> Understanding:
    """Read the models of this content from `folder`, or learn them and keep them there instead of older ones."""
    kept = folder / f"{catalogue.training_version}-{_code()}.npz"
    if kept.exists():
        return build(catalogue, kept.read_bytes())
    built = build(catalogue)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{kept.stem}.{os.getpid()}"
    fresh.write_bytes(dump(built))
    for stale in folder.glob("*.npz"):
        stale.unlink(missing_ok=True)
    fresh.replace(kept)
    return built


@cache
def _code() -> str:
    """A hash of the code that learns: its next version must not trust what this one has learnt."""
    sources = sorted(path for room in (answer, text) for part in room.__path__ for path in Path(part).glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
