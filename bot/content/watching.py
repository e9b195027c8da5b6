"""Tells when somebody saved content."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

QUIET_MS = 150
"""Milliseconds without further changes before a save counts as finished; editors write in several steps."""
LONGEST_MS = 600
"""Milliseconds after which a steady stream of changes is reported all the same."""
LOOK_MS = 1500
"""Milliseconds between looks at the folders themselves: one that is replaced whole takes its watch with it."""


class _Content(DefaultFilter):
    """YAML files and folders only; the rest is editors' swap files and version control."""

    def __call__(self, change: Change, path: str) -> bool:
        return Path(path).suffix in {".yaml", ""} and super().__call__(change, path)


async def changes(folder: Path) -> AsyncIterator[None]:
    """Yields after each burst of changes below intents/ and responses/, until cancelled."""
    tops = (folder / "intents", folder / "responses")
    filtered = _Content(ignore_dirs=(".git", "schema"))
    while True:
        seen = _identities(tops)
        if None in seen:
            await asyncio.sleep(LOOK_MS / 1000)
        else:
            watch = awatch(
                *tops,
                watch_filter=filtered,
                debounce=LONGEST_MS,
                step=QUIET_MS,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
            )
            async for found in watch:
                if found:
                    yield None
                if _identities(tops) != seen:
                    break
        if _identities(tops) != seen:
            yield None


def _identities(tops: tuple[Path, ...]) -> tuple[int | None, ...]:
    """Inode of each folder, None where it is missing."""
    return tuple(top.stat().st_ino if top.is_dir() else None for top in tops)
