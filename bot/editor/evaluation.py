"""`lotse evaluate`: figures on lines that nothing was learnt from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.answer.understanding import Understanding
from bot.content.catalogue import Danger, DangerLine, Example, Source
from bot.editor.statistics import Share
from bot.editor.trying import came_to, is_alarm, numbers_open, numbers_somewhere, offered, put
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
class Prominence:
    """How prominent the emergency numbers are in the replies to some lines."""

    first: Count = field(default_factory=Count)
    """Taken for danger: emergency answer and alarm."""
    opening: Count = field(default_factory=Count)
    """The numbers stand in the first line, alarm or not."""
    body: Count = field(default_factory=Count)
    """The numbers stand anywhere in the reply."""

    def add(self, outcome: Outcome) -> None:
        self.first.add(is_alarm(outcome))
        self.opening.add(numbers_open(outcome))
        self.body.add(numbers_somewhere(outcome))


@dataclass
class MatchFigures:
    """One language's test lines of the intents."""

    right: Count = field(default_factory=Count)
    """Lines that come to their intent."""
    offered: Count = field(default_factory=Count)
    """Lines that are asked back with their intent among the choices."""
    wrong: Count = field(default_factory=Count)
    """Lines that get another intent's answer."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A line worth reading: danger without numbers at the top, or an alarm for nothing."""

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

    danger: dict[str, Prominence] = field(default_factory=dict)
    """Held-out danger lines: the more prominent the better."""
    harmless: dict[str, Prominence] = field(default_factory=dict)
    """Held-out harmless lines: the less prominent the better."""
    questions: dict[str, Prominence] = field(default_factory=dict)
    """Test lines of the intents: as harmless."""
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
        for test in intent.tests:
            _match(found, intent.name, test, put(test.text, authority, understanding, now))
    found.curve = tuple(_curve(held_out, understanding))
    return found


def _danger(found: Evaluation, line: DangerLine, outcome: Outcome) -> None:
    miss = Miss(line.source, line.text, came_to(outcome))
    harmless = line.danger is Danger.HARMLESS
    for language in ("", line.language):
        (found.harmless if harmless else found.danger).setdefault(language, Prominence()).add(outcome)
    if harmless and is_alarm(outcome):
        found.alarmed.append(miss)
    if not harmless and not numbers_open(outcome):
        found.missed.append(miss)


def _match(found: Evaluation, intent: str, line: Example, outcome: Outcome) -> None:
    for language in ("", line.language):
        found.questions.setdefault(language, Prominence()).add(outcome)
        figures = found.matching.setdefault(language, MatchFigures())
        figures.right.add(outcome.intent == intent)
        figures.offered.add(intent in offered(outcome))
        figures.wrong.add(outcome.intent not in {"", intent})
    if is_alarm(outcome):
        found.alarmed.append(Miss(line.source, line.text, came_to(outcome)))
    if outcome.intent not in {"", intent}:
        found.confusions[intent, outcome.intent] += 1


def _curve(held_out: Sequence[DangerLine], understanding: Understanding) -> Iterator[Point]:
    danger = _scores((line for line in held_out if line.danger is not Danger.HARMLESS), understanding)
    harmless = _scores((line for line in held_out if line.danger is Danger.HARMLESS), understanding)
    for threshold in THRESHOLDS:
        yield Point(threshold, _at_least(danger, threshold), _at_least(harmless, threshold))


def _scores(lines: Iterable[DangerLine], understanding: Understanding) -> list[float]:
    return [understanding.danger_score(line.text) for line in lines]


def _at_least(scores: Sequence[float], threshold: float) -> Share:
    return Share(sum(score >= threshold for score in scores), len(scores))
