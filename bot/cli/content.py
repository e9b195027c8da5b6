"""Loads content for commands that answer without a server."""

import os
from pathlib import Path

from bot.answer.understanding import Understanding, build, dump
from bot.content.loading import load
from bot.errors import ContentError
from bot.settings import Settings, content_facts


def understanding(settings: Settings) -> Understanding:
    """Load the content and train, or take the models from the cache. Raises ContentError with the findings."""
    loaded = load(settings.content, content_facts(settings))
    if loaded.catalogue is None:
        raise ContentError("\n".join(str(finding) for finding in loaded.findings if finding.is_error))
    cached = _cache() / f"{loaded.catalogue.training_version}.npz"
    if cached.exists():
        return build(loaded.catalogue, cached.read_bytes())
    built = build(loaded.catalogue)
    cached.parent.mkdir(parents=True, exist_ok=True)
    fresh = cached.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(dump(built))
    fresh.replace(cached)
    return built


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "buergerlotse"
