"""Loads content for commands that answer without a server."""

import os
from pathlib import Path

from bot.answer.understanding import Understanding
from bot.content.loading import load
from bot.errors import ContentError
from bot.flow.learning import CHECKED, MODELS
from bot.flow.models import learnt
from bot.settings import Settings, content_facts


def understanding(settings: Settings) -> Understanding:
    """Load the content and train, or take the models from the cache. Raises ContentError with the findings."""
    loaded = load(settings.content, content_facts(settings), kept=cache_folder() / CHECKED)
    if loaded.catalogue is None:
        raise ContentError("\n".join(str(finding) for finding in loaded.findings if finding.is_error))
    return learnt(loaded.catalogue, cache_folder() / MODELS)


def cache_folder() -> Path:
    """Where the commands of this account keep what was checked and learnt."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "buergerlotse"
