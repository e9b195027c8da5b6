"""The figures of `lotse evaluate` for programs."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from bot.answer.match import Candidate
from bot.editor.evaluation import Evaluation
from bot.editor.figures import Figure, answerable, by_authority, by_language, share
from bot.editor.playing import Played
from bot.editor.recognition import Recognition
from bot.editor.statistics import Share


def evaluation_record(found: Evaluation) -> dict[str, Any]:
    """All figures with their intervals, all misses with their lines."""
    return {
        "version": found.version,
        "authority": found.authority,
        "at": found.at.isoformat(),
        "figures": [_figure(one) for one in found.figures],
        "danger": {one.name.removeprefix("danger-body-"): _figure(one) for one in found.languages},
        "authorities": _matching(by_authority(answerable(found.played))),
        "languages": _matching(by_language(answerable(found.played))),
        "milliseconds": {"p50": found.seconds(0.5) * 1000, "p99": found.seconds(0.99) * 1000},
        "thresholds": dataclasses.asdict(found.thresholds),
        "suggestion": dataclasses.asdict(found.suggestion),
        "curve": [
            {"threshold": point.threshold, "danger": _share(point.recall), "harmless": _share(point.false)}
            for point in found.curve
        ],
        "unknown_intents": list(found.unknown_intents),
        "missed": _lines(found.missed),
        "alarmed": _lines(found.alarmed),
        "stranded": _lines(found.stranded),
        "narrow": _lines(found.narrow),
        "confusions": [
            {"intent": one.meant, "came": one.came, "count": one.count, "lines": _lines(one.lines)}
            for one in found.confusions
        ],
    }


def recognition_record(found: Recognition) -> dict[str, Any]:
    """What was measured on foreign data."""
    return dataclasses.asdict(found)


def _figure(one: Figure) -> dict[str, Any]:
    goal = {"goal": one.goal, "at_most": one.at_most} if one.goal is not None else {}
    return {"name": one.name, "title": one.title, **_share(one.share), **goal, "verdict": one.verdict.name.lower()}


def _matching(groups: Iterable[tuple[str, Sequence[Played]]]) -> dict[str, Any]:
    return {
        name: {
            "right": _share(share(lines, lambda one: one.right)),
            "offered": _share(share(lines, lambda one: one.offered)),
            "misled": _share(share(lines, lambda one: one.misled)),
            "wrong": _share(share(lines, lambda one: one.wrong)),
            "handed_over": _share(share(lines, lambda one: one.handed_over)),
        }
        for name, lines in groups
    }


def _share(one: Share) -> dict[str, Any]:
    low, high = one.interval()
    return {"hits": one.hits, "total": one.total, "low": round(low, 4), "high": round(high, 4)}


def _lines(played: Iterable[Played]) -> list[dict[str, Any]]:
    return [
        {
            "path": one.line.source.path,
            "line": one.line.source.line,
            "text": one.line.text,
            "authority": one.line.authority,
            "expect": list(one.line.expect),
            "came": one.came,
            "best": _candidate(one.best),
            "second": _candidate(one.second),
        }
        for one in played
    ]


def _candidate(one: Candidate | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"intent": one.intent, "probability": round(one.probability, 4), "example": str(one.example.source)}
