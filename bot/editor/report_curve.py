"""The danger curve as a picture: how much danger and how much harmlessness lies at or above each score."""

from dataclasses import dataclass

from bot.answer.nearest import Floats
from bot.editor.evaluation import Evaluation, Point

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 700, 56, 344
_STEPS = 200
_CLOSE = 0.04
"""Thresholds nearer to each other than this get their letters one above the other."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold in force."""

    letter: str
    title: str
    point: Point
    suggested: float
    x: float
    y: float
    """Where the letter stands."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Coordinates for the template."""

    danger: str
    harmless: str
    danger_label: tuple[float, float]
    harmless_label: tuple[float, float]
    columns: tuple[tuple[float, str], ...]
    rows: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]


def curve(found: Evaluation) -> Curve | None:
    """None where there is nothing to draw."""
    if not len(found.dangerous) or not len(found.harmless):
        return None
    return Curve(
        danger=_path(found.dangerous),
        harmless=_path(found.harmless),
        danger_label=(_x(0.5), _y(_above(found.dangerous, 0.5)) - 12),
        harmless_label=(_x(0.5), _y(_above(found.harmless, 0.5)) - 12),
        columns=tuple((_x(tenth / 10), f"{tenth / 10:.1f}".replace(".", ",")) for tenth in range(0, 11, 2)),
        rows=tuple((_y(quarter / 4), f"{quarter * 25} %") for quarter in range(5)),
        marks=_marks(found),
    )


def _marks(found: Evaluation) -> tuple[Mark, ...]:
    now, then = found.thresholds, found.suggestion
    named = (
        (now.danger_harmless_alone, then.danger_harmless_alone, "darunter: harmlos"),
        (
            now.danger_harmless_with_intent,
            then.danger_harmless_with_intent,
            "darunter: harmlos, wenn das Anliegen klar ist",
        ),
        (now.danger_opening, then.danger_opening, "ab hier: Gefahr möglich, 110/112 in der ersten Zeile"),
        (now.danger_first, then.danger_first, "ab hier: Gefahr, Notruf zuerst und Alarm"),
    )
    marks: list[Mark] = []
    raised = False
    for letter, (value, suggested, title) in zip("ABCD", named, strict=True):
        raised = not raised and bool(marks) and value - marks[-1].point.threshold < _CLOSE
        y = TOP - (26 if raised else 8)
        marks.append(Mark(letter, title, found.point(value), suggested, _x(value), y))
    return tuple(marks)


def _path(scores: Floats) -> str:
    steps = (step / _STEPS for step in range(_STEPS + 1))
    return " ".join(f"{_x(step)},{_y(_above(scores, step))}" for step in steps)


def _above(scores: Floats, threshold: float) -> float:
    return float((scores >= threshold).mean())


def _x(score: float) -> float:
    return round(LEFT + score * (RIGHT - LEFT), 1)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
