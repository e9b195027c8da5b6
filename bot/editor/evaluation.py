"""`lotse evaluate`: figures on lines that nothing was learnt from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answer.curve import danger_scores, suggested
from bot.answer.nearest import Floats
from bot.answer.understanding import Understanding
from bot.content.catalogue import Thresholds
from bot.editor.figures import Figure, answerable, body_by_language, figures
from bot.editor.lines import Line, held_out, intent_tests
from bot.editor.playing import Played, play
from bot.editor.statistics import Share

THRESHOLDS = (0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_NARROW = 0.15
"""Lead of an intent over the next below which another day might have gone the other way."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a danger threshold would do: danger at or above it, harmless at or above it."""

    threshold: float
    recall: Share
    false: Share


@dataclass(frozen=True, slots=True)
class Confusion:
    """One intent taken for another."""

    meant: str
    came: str
    count: int
    lines: tuple[Played, ...]
    """Each text once."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that was played, and what follows from it."""

    played: tuple[Played, ...]
    authority: str
    """The one that danger was put to."""
    version: str
    """Of the content."""
    at: datetime
    thresholds: Thresholds
    suggestion: Thresholds
    """What the goals of `bot.answer.curve` ask for on this content."""
    dangerous: Floats
    """Scores of the held-out danger lines, sorted."""
    harmless: Floats
    titles: Mapping[str, str]
    """Of the intents, by name."""
    offices: Mapping[str, str]
    """Names of the authorities, by id."""
    unknown_intents: tuple[str, ...] = ()
    """Expected by lines of files, and answered by no authority they were put to."""

    @property
    def figures(self) -> list[Figure]:
        return figures(self.played)

    @property
    def languages(self) -> list[Figure]:
        return body_by_language(self.played)

    @property
    def curve(self) -> list[Point]:
        return [self.point(threshold) for threshold in THRESHOLDS]

    def point(self, threshold: float) -> Point:
        """What this threshold would do."""
        return Point(threshold, _at_least(self.dangerous, threshold), _at_least(self.harmless, threshold))

    @property
    def missed(self) -> list[Played]:
        """Danger without the numbers in the first line."""
        return [one for one in self.played if one.line.sort.is_danger and not one.opening]

    @property
    def alarmed(self) -> list[Played]:
        """Alarm where nobody is in danger."""
        return _once(one for one in self.played if one.alarm and not one.line.sort.is_danger)

    @property
    def stranded(self) -> list[Played]:
        """Answerable, yet only people can help."""
        return _once(one for one in answerable(self.played) if one.handed_over)

    @property
    def narrow(self) -> list[Played]:
        """Lines that went one way by a hair, the narrowest first; what is too unlikely to be offered goes no way."""
        close = [
            one
            for one in self.played
            if one.line.expect
            and one.best is not None
            and one.best.probability >= self.thresholds.ask
            and one.margin < _NARROW
        ]
        return _once(sorted(close, key=lambda one: one.margin))

    @property
    def confusions(self) -> list[Confusion]:
        """The most frequent first."""
        found: dict[tuple[str, str], list[Played]] = {}
        for one in self.played:
            if one.line.expect and one.wrong:
                found.setdefault((one.line.expect[0], one.intent), []).append(one)
        ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return [Confusion(meant, came, len(lines), tuple(_once(lines))) for (meant, came), lines in ranked]

    def seconds(self, quantile: float) -> float:
        """Time for one message on this machine: as many as `quantile` of all took no longer."""
        ranked = sorted(one.seconds for one in self.played)
        return ranked[min(int(quantile * len(ranked)), len(ranked) - 1)] if ranked else 0.0


def evaluate(
    understanding: Understanding,
    authority: str,
    now: datetime,
    *,
    authorities: Sequence[str] = (),
    more: Sequence[Line] = (),
) -> Evaluation:
    """Put the held-out lines to `authority`, every test line to each of `authorities`, and `more` to its own."""
    catalogue = understanding.catalogue
    offices = authorities or sorted(catalogue.authorities)
    lines = [*held_out(catalogue, authority), *intent_tests(catalogue, offices), *more]
    dangerous, harmless = danger_scores(understanding)
    there = {office.id: set(office.intents) for office in catalogue.authorities.values()}
    unknown = {name for line in more for name in line.expect if not there[line.authority] & set(line.expect)}
    return Evaluation(
        tuple(play(lines, understanding, now)),
        authority,
        catalogue.version,
        now,
        catalogue.thresholds,
        suggested(understanding),
        dangerous,
        harmless,
        {intent.name: intent.title for intent in catalogue.all_intents().values()},
        {office.id: office.name.get("de", office.id) for office in catalogue.authorities.values()},
        tuple(sorted(unknown)),
    )


def _at_least(scores: Floats, threshold: float) -> Share:
    return Share(int((scores >= threshold).sum()), len(scores))


def _once(played: Iterable[Played]) -> list[Played]:
    """What is put to several authorities and comes to the same is read once."""
    return list(_unique(played))


def _unique(played: Iterable[Played]) -> Iterator[Played]:
    seen: set[tuple[str, tuple[str, ...], str]] = set()
    for one in played:
        key = (one.line.text, one.line.expect, one.came)
        if key not in seen:
            seen.add(key)
            yield one
