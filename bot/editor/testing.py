"""`lotse test`: every test line of the editors through the real pipeline."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.answer.understanding import Understanding
from bot.content.catalogue import Authority, Example, Source
from bot.content.loading import KnownFailure
from bot.content.rules.lines import spelled
from bot.editor.trying import came_to, numbers_first, put
from bot.message import Outcome


@dataclass(frozen=True, slots=True)
class Failure:
    """A test line that came to something else, or a known failure that is none any more."""

    source: Source
    text: str
    authority: str
    expected: str
    came: str
    confidence: float
    remedy: str

    def __str__(self) -> str:
        what = f"„{self.text}“ soll „{self.expected}“ sein, wird aber: {self.came} ({self.confidence:.2f})"
        return f"{self.source}: {what} → {self.remedy}"


@dataclass(frozen=True, slots=True)
class Results:
    """What all test lines came to."""

    passed: int
    known: int
    failures: tuple[Failure, ...]


def run(
    understanding: Understanding, known_failures: Iterable[KnownFailure], now: datetime, *, authority: str = ""
) -> Results:
    """Test every intent at each authority that answers it, or at one.

    Known failures are excused from matching only: a line that comes to a wrong alarm is never excused.
    """
    excused = {(failure.intent, spelled(failure.line.text)): failure for failure in known_failures}
    used: set[tuple[str, str]] = set()
    failing: set[tuple[str, str]] = set()
    passed = known = 0
    failures: list[Failure] = []
    for office, intent, line in _lines(understanding, authority):
        outcome = put(line.text, office.id, understanding, now)
        key = (intent, spelled(line.text))
        used.add(key)
        if outcome.intent == intent:
            passed += 1
            continue
        failing.add(key)
        if key in excused and not numbers_first(outcome):
            known += 1
        else:
            failures.append(_failure(office, intent, line, outcome))
    failures.extend(_mended(failure, key in used) for key, failure in excused.items() if key not in failing)
    return Results(passed, known, tuple(failures))


def _lines(understanding: Understanding, authority: str) -> Iterator[tuple[Authority, str, Example]]:
    for office in understanding.catalogue.authorities.values():
        if authority in {"", office.id}:
            for intent in office.intents.values():
                for line in intent.tests:
                    yield office, intent.name, line


def _failure(office: Authority, intent: str, line: Example, outcome: Outcome) -> Failure:
    remedy = f'mit lotse explain "{line.text}" nachsehen; Beispiele ergänzen oder unter „not“ abgrenzen'
    return Failure(line.source, line.text, office.id, intent, came_to(outcome), outcome.confidence, remedy)


def _mended(failure: KnownFailure, tested: bool) -> Failure:
    came = "wird inzwischen erkannt" if tested else "kein Prüfsatz"
    remedy = "aus known_failures.yaml streichen"
    return Failure(failure.line.source, failure.line.text, "", failure.intent, came, 0.0, remedy)
