"""A small part of the real content, learnt once, and a folder of it to change."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answer.understanding import Understanding, build
from bot.content.loading import Loaded, load

ROOT = Path(__file__).parents[2]
PARTS = (
    "intents/thresholds.yaml",
    "intents/emergency/lexicon.yaml",
    "intents/emergency/acute-fire-plain.yaml",
    "intents/emergency/crisis-ending-life-plain.yaml",
    "intents/emergency/harmless-idioms.yaml",
    "intents/common/contact-press.yaml",
    "intents/common/smalltalk-thanks.yaml",
    "responses/common/emergency.yaml",
    "responses/common/dialogue.yaml",
    "responses/common/page-privacy.yaml",
    "responses/common/services.yaml",
    "responses/common/contact-press.yaml",
    "responses/common/smalltalk-thanks.yaml",
    "responses/nrw-im/authority.yaml",
)

Learn = Callable[[], tuple[Understanding, Loaded]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with two intents."""
    for part in PARTS:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    # So little data knows no danger for sure: hardly anything may count as harmless.
    thresholds = tmp_path / "intents/thresholds.yaml"
    cautious = re.sub(r'(danger_harmless_\w+): "[\d.]+"', r'\1: "0.001"', thresholds.read_text())
    thresholds.write_text(cautious)
    return tmp_path


@pytest.fixture
def learn(folder: Path) -> Learn:
    """Load and learn what the folder holds now."""

    def learnt() -> tuple[Understanding, Loaded]:
        loaded = load(folder)
        assert loaded.catalogue is not None, list(map(str, loaded.errors))
        return build(loaded.catalogue), loaded

    return learnt
