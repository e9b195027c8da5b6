"""`lotse test` tells the editor which lines fail, and why."""

from datetime import datetime
from pathlib import Path
from typing import Any

from bot.editor.excusing import excuse
from bot.editor.testing import run

PRESS = "intents/common/contact-press.yaml"
WRONG = "vielen lieben dank für alles"


def add_test(folder: Path, line: str) -> None:
    """Append a German test line to the press intent."""
    path = folder / PRESS
    head, tests = path.read_text().split("tests:\n", 1)
    path.write_text(head + "tests:\n" + tests.replace("  de: |\n", f"  de: |\n    {line}\n", 1))


def test_a_line_that_comes_to_something_else_is_named(folder: Path, learn: Any, now: datetime) -> None:
    """With place, expectation, what came, and the example that led there."""
    add_test(folder, WRONG)
    understanding, loaded = learn()
    failures = [one for one in run(understanding, loaded.known_failures, now).failures if one.text == WRONG]
    (failure,) = failures
    assert failure.source.path == PRESS
    assert (folder / PRESS).read_text().split("\n")[failure.source.line - 1].strip() == WRONG
    assert failure.expected == "contact.press"
    assert failure.came == "smalltalk.thanks"
    assert "smalltalk-thanks.yaml" in failure.nearest
    assert WRONG in failure.remedy


def test_known_failures_are_excused_until_they_work(folder: Path, learn: Any, now: datetime) -> None:
    """Written down once, they are quiet; mended or forgotten ones must be struck out."""
    add_test(folder, WRONG)
    understanding, _ = learn()
    lines = excuse(folder, run(understanding, (), now).failures)
    assert lines >= 1
    understanding, loaded = learn()
    again = run(understanding, loaded.known_failures, now)
    assert again.failures == ()
    assert again.known == lines

    path = folder / "intents/known_failures.yaml"
    path.write_text("known_failure: smalltalk.thanks\nlines:\n  de: |\n    vielen dank\n    gibt es nicht\n")
    understanding, loaded = learn()
    failures = {one.text: one for one in run(understanding, loaded.known_failures, now).mended}
    assert "kein Prüfsatz" in failures["gibt es nicht"].came
    assert "known_failures.yaml" in failures["gibt es nicht"].remedy


def test_a_danger_line_without_numbers_is_never_excused(folder: Path, learn: Any, now: datetime) -> None:
    """Whatever stands in the list of known failures."""
    understanding, _ = learn()
    held_out = [line for line in understanding.catalogue.danger if line.held_out and line.danger != "harmless"]
    results = run(understanding, (), now)
    unsafe = [one for one in results.failures if not one.excusable]
    assert results.danger + len(unsafe) == len(held_out)
    excuse(folder, unsafe)
    assert "known_failure:" not in (folder / "intents/known_failures.yaml").read_text()


def test_strict_wants_the_answer_itself(learn: Any, now: datetime) -> None:
    """A question back with the right choice counts otherwise, and is counted apart."""
    understanding, _ = learn()
    lenient, strict = run(understanding, (), now), run(understanding, (), now, strict=True)
    assert strict.offered == 0
    assert lenient.answered == strict.answered
    assert len(strict.failures) == len(lenient.failures) + lenient.offered


def test_one_authority_can_be_tested_alone(learn: Any, now: datetime) -> None:
    """An unknown one has no lines."""
    understanding, _ = learn()
    assert run(understanding, (), now, authority="nobody").answered == 0
