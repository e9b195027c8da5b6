"""`lotse evaluate` counts what it says it counts."""

import json
from datetime import datetime
from io import StringIO
from itertools import pairwise
from typing import Any

from rich.console import Console

from bot.content.catalogue import Danger
from bot.editor import printing
from bot.editor.evaluation import THRESHOLDS, evaluate
from bot.editor.records import evaluation_record


def test_every_held_out_line_and_every_test_is_counted_once(learn: Any, now: datetime) -> None:
    """All languages together are the sum of the languages."""
    understanding, _ = learn()
    found = evaluate(understanding, "nrw-im", now)
    held_out = [line for line in understanding.catalogue.danger if line.held_out]
    dangerous = [line for line in held_out if line.danger is not Danger.HARMLESS]
    tests = [test for intent in understanding.catalogue.all_intents().values() for test in intent.tests]
    assert found.danger[""].body.total == len(dangerous)
    assert found.harmless[""].body.total == len(held_out) - len(dangerous)
    assert found.matching[""].right.total == found.questions[""].first.total == len(tests)
    for figures in (found.danger, found.harmless):
        assert sum(one.first.hits for language, one in figures.items() if language) == figures[""].first.hits


def test_a_higher_threshold_never_catches_more(learn: Any, now: datetime) -> None:
    """The curve falls for danger and for harmless lines."""
    understanding, _ = learn()
    curve = evaluate(understanding, "nrw-im", now).curve
    assert [point.threshold for point in curve] == list(THRESHOLDS)
    for lower, higher in pairwise(curve):
        assert lower.recall.hits >= higher.recall.hits
        assert lower.false.hits >= higher.false.hits


def test_the_figures_are_printed_and_written_for_programs(learn: Any, now: datetime) -> None:
    """Both from the same evaluation."""
    understanding, _ = learn()
    found = evaluate(understanding, "nrw-im", now)
    console = Console(file=StringIO(), width=120)
    printing.evaluation(console, found)
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    record = json.loads(json.dumps(evaluation_record(found)))
    share = record["danger"]["all"]["body"]
    assert f"{share['hits']}/{share['total']}" in text
    assert len(record["missed"]) == len(found.missed)
