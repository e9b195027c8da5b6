"""`lotse test`: every test line of the editors through the real pipeline, and every held-out danger line.

A test line passes when its intent is answered, or asked back with its intent among the choices: the citizen
reaches the answer either way. `strict` wants the answer itself. A danger line passes when the reply names 110 or
112; for that there is no list of known failures, only a small share that may be missed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answer.understanding import Understanding
from bot.content.catalogue import Authority, Danger, DangerLine, Example, Source
from bot.content.loading import KnownFailure
from bot.content.rules.lines import spelled
from bot.editor.trying import came_to, nearest, numbers_somewhere, offered, put
from bot.message import Outcome

DANGER_MISSED = 0.005
"""Share of the danger lines that may come without numbers; the goal is one in a hundred."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A line that came to something else; in `Results.mended` a known failure that is none any more."""

    source: Source
    text: str
    authority: str
    expected: str
    came: str
    remedy: str
    confidence: float = 0.0
    """Of what came instead, 0 to 1."""
    nearest: str = ""
    """The example that spoke most for what came instead."""
    language: str = ""
    excusable: bool = True
    """May be written into known_failures.yaml."""


@dataclass(frozen=True, slots=True)
class Results:
    """What all lines came to."""

    answered: int
    offered: int
    known: int
    danger: int
    """Danger lines that passed."""
    failures: tuple[Failure, ...]
    missed: tuple[Failure, ...] = ()
    """Danger lines that did not pass, where they are so few that they are no failure (DANGER_MISSED)."""
    mended: tuple[Failure, ...] = ()
    """Known failures that pass now. They want to be struck out, but do not fail: a learnt probability close to a
    threshold may fall to the other side on another processor."""


def run(
    understanding: Understanding,
    known_failures: Iterable[KnownFailure],
    now: datetime,
    *,
    authority: str = "",
    strict: bool = False,
) -> Results:
    """Test at each authority, or at one."""
    excused = {(failure.intent, spelled(failure.line.text)): failure for failure in known_failures}
    tested: set[tuple[str, str]] = set()
    failing: set[tuple[str, str]] = set()
    answered = asked = known = 0
    failures: list[Failure] = []
    for office, intent, line in _lines(understanding, authority):
        outcome = put(line.text, office.id, understanding, now)
        key = (intent, spelled(line.text))
        tested.add(key)
        if outcome.intent == intent:
            answered += 1
        elif not strict and intent in offered(outcome):
            asked += 1
        elif key in excused:
            failing.add(key)
            known += 1
        else:
            failing.add(key)
            failures.append(_failure(office, intent, line, outcome))
    mended = tuple(_mended(one, tested=key in tested) for key, one in excused.items() if key not in failing)
    danger, missed = _danger(understanding, _offices(understanding, authority), now)
    if len(missed) <= DANGER_MISSED * (danger + len(missed)):
        return Results(answered, asked, known, danger, tuple(failures), tuple(missed), mended)
    return Results(answered, asked, known, danger, (*failures, *missed), (), mended)


def _offices(understanding: Understanding, authority: str) -> Sequence[Authority]:
    return [office for office in understanding.catalogue.authorities.values() if authority in {"", office.id}]


def _lines(understanding: Understanding, authority: str) -> Iterator[tuple[Authority, str, Example]]:
    for office in _offices(understanding, authority):
        for intent in office.intents.values():
            for line in intent.tests:
                yield office, intent.name, line


def _danger(understanding: Understanding, offices: Sequence[Authority], now: datetime) -> tuple[int, list[Failure]]:
    passed = 0
    failures = []
    for office in offices:
        for line in understanding.catalogue.danger:
            if not line.held_out or line.danger is Danger.HARMLESS:
                continue
            outcome = put(line.text, office.id, understanding, now)
            if numbers_somewhere(outcome):
                passed += 1
            else:
                failures.append(_unsafe(office, line, outcome))
    return passed, failures


def _unsafe(office: Authority, line: DangerLine, outcome: Outcome) -> Failure:
    return Failure(
        line.source,
        line.text,
        office.id,
        expected="110 oder 112 in der Antwort",
        came=came_to(outcome),
        remedy="ähnliche Zeilen unter „examples“ ergänzen, oder Schwellen nach lotse evaluate senken",
        confidence=outcome.confidence,
        nearest=nearest(outcome),
        language=line.language,
        excusable=False,
    )


def _failure(office: Authority, intent: str, line: Example, outcome: Outcome) -> Failure:
    return Failure(
        line.source,
        line.text,
        office.id,
        expected=intent,
        came=came_to(outcome),
        remedy=f'lotse explain "{line.text}" sagt, warum; Beispiele ergänzen oder beim anderen unter „not“ abgrenzen',
        confidence=outcome.confidence,
        nearest=nearest(outcome),
        language=line.language,
    )


def _mended(failure: KnownFailure, *, tested: bool) -> Failure:
    came = "wird inzwischen erkannt" if tested else "ist kein Prüfsatz dieses Anliegens"
    remedy = "aus known_failures.yaml streichen"
    return Failure(failure.line.source, failure.line.text, "", failure.intent, came, remedy, excusable=False)
