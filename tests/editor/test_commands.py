"""The editors' commands end with 1 exactly when something must be mended."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.check import check
from bot.cli.evaluate import evaluate
from bot.cli.explain import explain
from bot.cli.test import test as run_tests

Run = Callable[..., Result]


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


def test_check_passes_sound_content(lotse: Run) -> None:
    """Warnings alone are no failure."""
    result = lotse("check")
    assert result.exit_code == 0, result.output
    assert "0 Fehler" in result.output


def test_check_names_file_line_and_remedy(folder: Path, lotse: Run) -> None:
    """On the terminal and as JSON."""
    path = folder / "responses/common/contact-press.yaml"
    path.write_text(path.read_text().replace("{contacts.press.phone}", "0211 871-1111"))
    result = lotse("check")
    assert result.exit_code == 1
    assert "responses/common/contact-press.yaml:" in result.output
    assert "Platzhalter" in result.output
    findings: list[dict[str, Any]] = json.loads(lotse("check", "--json").output)
    assert {"path", "line", "severity", "code", "what", "remedy"} == set(findings[0])
    assert "literal-number" in {finding["code"] for finding in findings}


def test_test_fails_until_failures_are_mended_or_written_down(folder: Path, lotse: Run) -> None:
    """The count is printed either way."""
    path = folder / "intents/common/contact-press.yaml"
    head, tests = path.read_text().split("tests:\n", 1)
    path.write_text(head + "tests:\n" + tests.replace("  de: |\n", "  de: |\n    tausend dank für alles\n", 1))
    result = lotse("test")
    assert result.exit_code == 1
    assert "„tausend dank für alles“" in result.output
    assert lotse("test", "--write-known-failures").exit_code == 0
    assert lotse("test").exit_code == 0
    assert json.loads(lotse("test", "--json").output)["known"] >= 1


def test_explain_and_evaluate_answer_in_german(lotse: Run) -> None:
    """Both are read by people."""
    assert "Anliegen: contact.press" in lotse("explain", "Wie erreiche ich die Pressestelle?").output
    assert "zurückgehaltene Zeilen" in lotse("evaluate").output
    assert "danger" in json.loads(lotse("evaluate", "--json").output)
