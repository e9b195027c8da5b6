"""The figures of `lotse evaluate` for programs."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from bot.editor.evaluation import Count, Evaluation, Miss
from bot.editor.statistics import Share


def evaluation_record(found: Evaluation) -> dict[str, Any]:
    """All figures with their intervals, all misses with their lines."""
    return {
        "danger": _by_language(found.danger),
        "harmless": _by_language(found.harmless),
        "questions": _by_language(found.questions),
        "matching": _by_language(found.matching),
        "curve": [
            {"threshold": point.threshold, "danger": _share(point.recall), "harmless": _share(point.false)}
            for point in found.curve
        ],
        "missed": _misses(found.missed),
        "alarmed": _misses(found.alarmed),
        "confusions": [
            {"intent": expected, "came": came, "count": count}
            for (expected, came), count in found.confusions.most_common()
        ],
    }


def _by_language(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {language or "all": _counts(one) for language, one in figures.items()}


def _counts(figures: Any) -> dict[str, Any]:
    counts: dict[str, Count] = {field.name: getattr(figures, field.name) for field in dataclasses.fields(figures)}
    return {name: _share(count.share) for name, count in counts.items()}


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval()
    return {"hits": share.hits, "total": share.total, "low": round(low, 4), "high": round(high, 4)}


def _misses(misses: Iterable[Miss]) -> list[dict[str, Any]]:
    return [
        {"path": miss.source.path, "line": miss.source.line, "text": miss.text, "came": miss.came} for miss in misses
    ]
