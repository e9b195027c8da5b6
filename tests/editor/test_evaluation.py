"""`lotse evaluate` counts what it says it counts."""

import json
from dataclasses import replace
from datetime import datetime
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from bot.content.catalogue import Danger, Source
from bot.editor import printing_figures
from bot.editor.evaluation import THRESHOLDS, Evaluation, evaluate
from bot.editor.lines import Line, Sort
from bot.editor.records import evaluation_record
from bot.editor.statistics import Share
from bot.editor.trying import reaches_people
from bot.message import CaseRequest, Dialogue, Level, Outcome, Severity

OFFICE = "nrw-im"


def line(text: str, sort: Sort, *expect: str) -> Line:
    """As from a file."""
    return Line(text, "de", OFFICE, sort, Source("more.jsonl", 1), expect)


def figure(found: Evaluation, name: str) -> Share:
    """The share of a measure."""
    return next(one.share for one in found.figures if one.name == name)


@pytest.fixture
def found(learn: Any, now: datetime) -> Evaluation:
    """On the small content, with a few lines more."""
    understanding, _ = learn()
    more = [
        line("Wie erreiche ich die Pressestelle?", Sort.QUESTION, "smalltalk.thanks"),
        line("Wie erreiche ich die Pressestelle?", Sort.QUESTION, "contact.press"),
        line("bring mir bitte grünen tee mit zitrone", Sort.QUESTION, "gone.missing"),
        line("wo wächst der pfeffer am besten", Sort.PEOPLE),
        line("Hilfe es brennt im Keller", Sort.HARD),
        line("der bus kam heute pünktlich", Sort.EVERYDAY),
    ]
    return evaluate(understanding, OFFICE, now, more=more)


def test_every_held_out_line_and_every_test_is_counted_once(learn: Any, now: datetime, found: Evaluation) -> None:
    """And what the files bring."""
    catalogue = learn()[0].catalogue
    held_out = [one for one in catalogue.danger if one.held_out]
    dangerous = [one for one in held_out if one.danger is not Danger.HARMLESS]
    tests = [test for intent in catalogue.all_intents().values() for test in intent.tests]
    assert figure(found, "danger-body").total == len(dangerous)
    assert figure(found, "hard-alarm").total == len(held_out) - len(dangerous) + 1
    assert figure(found, f"right-{OFFICE}").total == len(tests) + 3
    assert figure(found, "everyday-alarm").total == figure(found, "people").total == 1
    assert sum(one.share.total for one in found.languages) == len(dangerous)
    assert figure(found, "crisis-line").total == sum(one.danger is Danger.CRISIS for one in held_out)


def test_each_figure_counts_the_lines_that_deserve_it(found: Evaluation) -> None:
    """One line of each sort, whose fate is known."""
    press = [one for one in found.played if one.line.text == "Wie erreiche ich die Pressestelle?"]
    assert [(one.right, one.wrong) for one in press] == [(False, True), (True, False)]
    assert ("smalltalk.thanks", "contact.press") in {(one.meant, one.came) for one in found.confusions}
    fire = next(one for one in found.played if one.line.text == "Hilfe es brennt im Keller")
    assert fire.alarm
    assert fire in found.alarmed
    assert figure(found, "hard-alarm").hits >= 1
    assert found.unknown_intents == ("gone.missing",)
    nothing = next(one for one in found.played if one.line.sort is Sort.PEOPLE)
    assert nothing.people is not (bool(nothing.intent) or nothing.asked_back)
    assert figure(found, "people").hits == nothing.people


@pytest.mark.parametrize(
    ("reason", "intent", "reached"),
    [
        ("", "contact.press", False),
        ("possible-danger", "contact.press", False),
        ("possible-danger", "smalltalk.thanks", True),
        ("unsure", "contact.press", True),
        ("not-understood", "", True),
    ],
)
def test_a_case_for_possible_danger_alone_does_not_reach_people(
    learn: Any, reason: str, intent: str, *, reached: bool
) -> None:
    """They are called for the danger then; what was asked reaches them where a person was promised."""
    office = learn()[0].catalogue.authorities[OFFICE]
    promised = replace(office.intents["smalltalk.thanks"], escalate=True)
    office = replace(office, intents={**office.intents, promised.name: promised})
    case = CaseRequest(Severity.RAISED, reason) if reason else None
    outcome = Outcome(Level.POSSIBLE, (), Dialogue(), "de", case, intent=intent)
    assert reaches_people(outcome, office) is reached


def test_every_alarm_for_suicidal_thoughts_names_the_crisis_line(found: Evaluation) -> None:
    """The number is found in the reply itself."""
    crisis = [one for one in found.played if one.line.sort is Sort.CRISIS and one.came == "Gefahr (crisis)"]
    assert crisis
    assert all(one.crisis_line for one in crisis)


def test_what_follows_from_a_line_adds_up(found: Evaluation) -> None:
    """Answered, asked back, handed over or alarmed: one of them."""
    for one in found.played:
        if one.line.expect:
            ways = [one.right, one.offered, one.misled, one.wrong, one.handed_over, one.alarm]
            assert sum(ways) == 1, (one.came, ways)
        assert 0 <= one.margin <= 1
    assert all(one.best is not None and one.second is not None for one in found.narrow)
    assert all(lower.margin <= higher.margin for lower, higher in pairwise(found.narrow))


def test_a_higher_threshold_never_catches_more(found: Evaluation) -> None:
    """The curve falls for danger and for harmless lines."""
    assert [point.threshold for point in found.curve] == list(THRESHOLDS)
    for lower, higher in pairwise(found.curve):
        assert lower.recall.hits >= higher.recall.hits
        assert lower.false.hits >= higher.false.hits


def test_the_figures_are_printed_and_written_for_programs(found: Evaluation) -> None:
    """Both from the same evaluation."""
    console = Console(file=StringIO(), width=200)
    printing_figures.evaluation(console, found)
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    record = json.loads(json.dumps(evaluation_record(found)))
    for one in record["figures"]:
        if one["total"]:
            assert f"{one['hits']}/{one['total']}" in text
    assert len(record["missed"]) == len(found.missed)
    assert "gone.missing" in text
