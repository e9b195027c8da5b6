"""The editors' commands end with 1 exactly when something must be mended."""

import json
from pathlib import Path
from typing import Any

from tests.editor.conftest import Run


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


def test_explain_and_evaluate_answer_in_german(folder: Path, lotse: Run) -> None:
    """Both are read by people."""
    assert "Anliegen: contact.press" in lotse("explain", "Wie erreiche ich die Pressestelle?").output
    assert "von denen nichts gelernt ist" in lotse("evaluate").output
    lines = folder / "more.jsonl"
    lines.write_text('{"text": "der bus kam pünktlich", "danger": "everyday"}\n')
    alone = json.loads(lotse("evaluate", "--json", "--authority", "nrw-im", "--lines", str(lines)).output)
    totals = {one["name"]: one["total"] for one in alone["figures"]}
    assert totals["everyday-alarm"] == 1


def test_evaluate_measures_a_corpus_without_any_content(folder: Path, lotse: Run) -> None:
    """The figures of the matcher alone."""
    path = folder / "corpus.jsonl"
    rows = [
        {"text": f"{verb} {thing}", "intent": verb} for verb in ("kaufe", "male", "esse") for thing in "abcdefghij"
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "Tippfehler" in lotse("evaluate", "--corpus", str(path), "--shots", "3").output
    assert json.loads(lotse("evaluate", "--corpus", str(path), "--foreign", "0", "--json").output)["intents"] == 3
