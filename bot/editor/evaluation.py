"""`lotse evaluate`: figures on lines that nothing was learnt from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.answer.understanding import Understanding
from bot.content.catalogue import Danger, DangerLine, Intent, Source
from bot.editor.statistics import Share
from bot.editor.trying import came_to, numbers_first, numbers_somewhere, put
from bot.message import Outcome


@dataclass
class Count:
    """Hits of a total, counted up line by line."""

    hits: int = 0
    total: int = 0

    def add(self, hit: bool) -> None:
        self.hits += hit
        self.total += 1

    @property
    def share(self) -> Share:
        return Share(self.hits, self.total)


@dataclass
class DangerFigures:
    """One language's held-out emergency data."""

    first: Count = field(default_factory=Count)
    """Danger lines whose reply begins with the numbers."""
    body: Count = field(default_factory=Count)
    """Danger lines whose reply has the numbers anywhere."""
    alarms: Count = field(default_factory=Count)
    """Harmless lines that raise an alarm."""
    numbers: Count = field(default_factory=Count)
    """Harmless lines whose reply has the numbers anywhere."""


@dataclass
class MatchFigures:
    """One language's test lines of the intents."""

    right: Count = field(default_factory=Count)
    """Lines that come to their intent."""
    wrong: Count = field(default_factory=Count)
    """Lines that get another intent's answer; the rest is asked back or handed over."""
    alarms: Count = field(default_factory=Count)
    """Lines that raise an alarm."""
    numbers: Count = field(default_factory=Count)
    """Lines whose reply has the numbers anywhere, though they are none of danger."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A line worth reading: danger without numbers, or an alarm for nothing."""

    source: Source
    text: str
    came: str


@dataclass(frozen=True, slots=True)
class Point:
    """What a danger threshold would do: danger at or above it, harmless at or above it."""

    threshold: float
    recall: Share
    false: Share


@dataclass
class Evaluation:
    """All figures; dictionaries are by language, "" for all together."""

    danger: dict[str, DangerFigures] = field(default_factory=dict)
    matching: dict[str, MatchFigures] = field(default_factory=dict)
    missed: list[Miss] = field(default_factory=list)
    alarmed: list[Miss] = field(default_factory=list)
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    curve: tuple[Point, ...] = ()


THRESHOLDS = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def evaluate(understanding: Understanding, authority: str, now: datetime) -> Evaluation:
    """Put every held-out line and every test line to the pipeline as a first message to `authority`."""
    found = Evaluation()
    held_out = [line for line in understanding.catalogue.danger if line.held_out]
    for line in held_out:
        _danger(found, line, put(line.text, authority, understanding, now))
    for intent in understanding.catalogue.authorities[authority].intents.values():
        for outcome, language, source, text in _tests(intent, understanding, authority, now):
            _match(found, intent.name, language, Miss(source, text, came_to(outcome)), outcome)
    found.curve = tuple(_curve(held_out, understanding))
    return found


def _tests(
    intent: Intent, understanding: Understanding, authority: str, now: datetime
) -> Iterator[tuple[Outcome, str, Source, str]]:
    for line in intent.tests:
        yield put(line.text, authority, understanding, now), line.language, line.source, line.text


def _danger(found: Evaluation, line: DangerLine, outcome: Outcome) -> None:
    miss = Miss(line.source, line.text, came_to(outcome))
    for language in ("", line.language):
        figures = found.danger.setdefault(language, DangerFigures())
        if line.danger is Danger.HARMLESS:
            figures.alarms.add(numbers_first(outcome))
            figures.numbers.add(numbers_somewhere(outcome))
        else:
            figures.first.add(numbers_first(outcome))
            figures.body.add(numbers_somewhere(outcome))
    if line.danger is Danger.HARMLESS and numbers_first(outcome):
        found.alarmed.append(miss)
    if line.danger is not Danger.HARMLESS and not numbers_somewhere(outcome):
        found.missed.append(miss)


def _match(found: Evaluation, intent: str, language: str, miss: Miss, outcome: Outcome) -> None:
    for key in ("", language):
        figures = found.matching.setdefault(key, MatchFigures())
        figures.right.add(outcome.intent == intent)
        figures.wrong.add(outcome.intent not in {"", intent})
        figures.alarms.add(numbers_first(outcome))
        figures.numbers.add(numbers_somewhere(outcome))
    if numbers_first(outcome):
        found.alarmed.append(miss)
    if outcome.intent not in {"", intent}:
        found.confusions[intent, outcome.intent] += 1


def _curve(held_out: Sequence[DangerLine], understanding: Understanding) -> Iterator[Point]:
    danger = _scores((line for line in held_out if line.danger is not Danger.HARMLESS), understanding)
    harmless = _scores((line for line in held_out if line.danger is Danger.HARMLESS), understanding)
    for threshold in THRESHOLDS:
        yield Point(threshold, _at_least(danger, threshold), _at_least(harmless, threshold))


def _scores(lines: Iterable[DangerLine], understanding: Understanding) -> list[float]:
    raise NotImplementedError


def _at_least(scores: Sequence[float], threshold: float) -> Share:
    return Share(sum(score >= threshold for score in scores), len(scores))
