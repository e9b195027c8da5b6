"""A small part of the real content, learnt once, and a folder of it to change."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.answer.learning.building import build
from bot.answer.understanding import Understanding
from bot.cli.check import check
from bot.cli.evaluate import evaluate
from bot.cli.explain import explain
from bot.cli.test import test as run_tests
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
Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with two intents."""
    for part in PARTS:
        (tmp_path / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / part, tmp_path / part)
    # So little data knows no danger for sure: hardly anything may count as harmless.
    thresholds = tmp_path / "intents/thresholds.yaml"
    cautious = re.sub(r'(danger_harmless_\w+): "[\d.]+"', r'\1: "0.0001"', thresholds.read_text())
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


@pytest.fixture
def lotse(folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the small content, with a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("LOTSE_DATA", str(tmp_path_factory.mktemp("data")))
    app = typer.Typer()
    app.command("check")(check)
    app.command("test")(run_tests)
    app.command("explain")(explain)
    app.command("evaluate")(evaluate)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--content", str(folder)], catch_exceptions=False)

    return run
