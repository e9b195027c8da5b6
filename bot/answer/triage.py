"""Who may be in danger: the lexicon's certainty and the classifier's probability, joined into one finding.

Triage comes before anything else and never looks at intents; whether a message is harmless is decided later,
with what matching found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answer.segments import Reading, read
from bot.answer.signals import FRAME_NAMES, Found
from bot.answer.understanding import Understanding
from bot.message import Level, Reason
from bot.text.fold import clean

_SURE = 0.6
"""Probability from which one service is named alone; below it both numbers stand side by side."""
_CRISIS = 0.3
"""Probability from which danger is taken as a life crisis; that answer names 110 and 112, too."""
_DESPAIR = 1.2e-5
"""From this despair (see `DangerModel.despair`) somebody to talk to is named beside the answer. Of held-out crises 95
in 100 lie above, of what is said every day a seventh: there it is one closing sentence."""
_HINTED = 1e-3
"""From this despair the numbers and the help line open the reply, whatever the probability: hints at suicide have
little of what makes other danger sound like danger."""
_NO_SPEECH = 0.8
_FEW = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """What triage found in one text (or in several short ones, joined)."""

    level: Level | None
    """ACUTE, CRISIS or POSSIBLE; None where danger is below the opening threshold."""
    probability: float
    response: str = ""
    """With ACUTE and CRISIS: the name of the danger response."""
    reasons: tuple[Reason, ...] = ()
    explicit: bool = False
    """The lexicon says so too; not the classifier alone."""
    despair: bool = False
    """A life crisis is not ruled out."""
    where: str = ""
    """With ACUTE and CRISIS: the shortest part of the text, folded, that raises the alarm by itself."""


def triage(text: str, language: str, understanding: Understanding) -> Finding:
    """Judge one raw text. Linear in its length."""
    return judge(read(clean(text)), language, understanding)


def judge(reading: Reading, language: str, understanding: Understanding) -> Finding:
    """Judge what was read."""
    parts, thoughts = reading.judged, reading.thoughts
    if not parts:
        return Finding(None, 0.0)
    judged = understanding.danger.judge(parts, len(thoughts), language)
    worst = int(np.argmax(judged.probabilities))
    probability = float(judged.probabilities[worst])
    # What takes an explicit word back may stand in another clause. In a long text the neighbours of a sentence add
    # nothing to what explicit words say.
    searched = thoughts if len(thoughts) <= _FEW else reading.sentences
    found = [one for part in searched for one in understanding.signals.find(part, language)]
    standing = [one for one in found if one.stands]
    reasons = [_learnt(probability, parts[worst], understanding), *_lexical(found)]
    thresholds = understanding.catalogue.thresholds
    # A signal that frames may take back, in a message the classifier is sure about: possible, not certain.
    doubted = probability < thresholds.danger_harmless_alone
    certain = [one for one in standing if not (doubted and one.signal.suppressible)]
    first = thresholds.danger_first
    # The rest of the sentence alarms less, but says which danger it is.
    said = next((thought for thought in thoughts if parts[worst] in thought), parts[worst])
    crises = float(judged.crises.max())
    despaired = max(understanding.danger.despair(text, probability, crises) for text in (said, parts[worst]))
    despair, hinted = despaired > _DESPAIR, despaired > _HINTED
    if certain or probability >= first:
        level, response = _which(certain, said, understanding)
        alarming = [part for part, one in zip(parts, judged.probabilities, strict=True) if one >= first]
        where = min(alarming, key=len, default=parts[worst])
        return Finding(level, probability, response, tuple(reasons), bool(certain), despair, where)
    if standing or hinted or probability >= thresholds.danger_opening:
        if hinted:
            reasons.append(Reason("crisis-hinted", "Ähnliches schreiben Menschen in einer Lebenskrise."))
        return Finding(Level.POSSIBLE, probability, "", tuple(reasons), despair=despair)
    return Finding(None, probability, "", tuple(reasons), despair=despair)


def _which(certain: Sequence[Found], said: str, understanding: Understanding) -> tuple[Level, str]:
    """The level and the response: whom to call."""
    sorts = understanding.danger.sorts(said)
    names = {one.signal.name for one in certain}
    if any(one.is_crisis for one in certain) or (not certain and sorts["crisis"] > _CRISIS):
        return Level.CRISIS, "danger.crisis"
    if "cannot-speak" in names or sorts["nospeech"] >= _NO_SPEECH:
        return Level.ACUTE, "danger.nospeech"
    services = {one.signal.service.value for one in certain if one.signal.service is not None}
    if len(services) == 1:
        return Level.ACUTE, f"danger.{services.pop()}"
    if services == {"police", "home"}:
        return Level.ACUTE, "danger.home"
    if services:
        return Level.ACUTE, "danger.both"
    police, fire, home = (sorts[sort] >= _SURE for sort in ("police", "fire", "home"))
    if home and not fire:
        return Level.ACUTE, "danger.home"
    if police != fire:
        return Level.ACUTE, "danger.police" if police else "danger.fire"
    return Level.ACUTE, "danger.both"


def _learnt(probability: float, worst: str, understanding: Understanding) -> Reason:
    words = understanding.danger.convincing(worst) if probability >= 0.1 else []
    return Reason(
        "danger-probability",
        f"Gefahr nach den gelernten Beispielen: {probability:.0%}." + (" Ausschlag gaben:" if words else ""),
        ", ".join(words),
    )


def _lexical(found: Sequence[Found]) -> list[Reason]:
    reasons: dict[str, Reason] = {}
    for one in found:
        if one.stands:
            text = f"Ausdrückliches Signal „{one.signal.name}“ im Lexikon."
            reasons[one.signal.name] = Reason("danger-signal", text, str(one.signal.source))
        elif one.signal.name not in reasons:
            frame = FRAME_NAMES.get(one.frame, one.frame)
            text = f"Das Signal „{one.signal.name}“ gilt hier nicht: Der Satz spricht von „{frame}“."
            reasons[one.signal.name] = Reason("danger-framed", text, str(one.signal.source))
    return list(reasons.values())
