"""What each threshold costs and gains on lines that were never trained on, and the thresholds that follow from it.

The goals are written here, the numbers come out of the data: `suggested` is run after the data has changed, its
result is written to intents/thresholds.yaml by a person who has looked at the curve.
"""

from dataclasses import replace

import numpy as np

from bot.answer.nearest import Floats
from bot.answer.understanding import Understanding
from bot.content.catalogue import Danger, Thresholds
from bot.text.fold import fold

FALSE_ALARMS = 0.03
"""Share of held-out harmless lines (most of them sound dangerous) that may raise an alarm. What lies between this and
the next still begins with the numbers."""
FALSE_OPENINGS = 0.115
"""Share of them that may get the numbers as opening line for their danger score. With what the lexicon and hints of
despair find it comes to 15 of 100, and of everyday messages to fewer than 5."""
MISSED_WITH_INTENT = 0.085
"""Share of held-out danger that may lie below "harmless with a confident intent"."""
MISSED_ALONE = 0.08
"""Share of held-out danger that may lie below "harmless by itself". Nearly all of it still gets the numbers, in the
closing sentence: only an answered message goes without."""
RIGHT_ANSWERS = 0.86
"""Share of answers to the intents' test lines that must be right. Many of these were written to be confused; of
unseen questions 95 in 100 are answered rightly, and what little speaks for is read by people, too."""


def danger_scores(understanding: Understanding) -> tuple[Floats, Floats]:
    """Scores of the held-out danger lines and of the held-out harmless lines, each sorted."""
    lines = [line for line in understanding.catalogue.danger if line.held_out]
    scores = [np.float32(understanding.danger_score(line.text, line.language)) for line in lines]
    dangerous = [score for score, line in zip(scores, lines, strict=True) if line.danger is not Danger.HARMLESS]
    harmless = [score for score, line in zip(scores, lines, strict=True) if line.danger is Danger.HARMLESS]
    return np.sort(np.array(dangerous, np.float32)), np.sort(np.array(harmless, np.float32))


def suggested(understanding: Understanding) -> Thresholds:
    """The thresholds that meet the goals above on this content; those in force where nothing can be measured."""
    current = understanding.catalogue.thresholds
    dangerous, harmless = danger_scores(understanding)
    if not len(dangerous) or not len(harmless):
        return current
    opening = float(np.quantile(harmless, 1 - FALSE_OPENINGS))
    first = max(float(np.quantile(harmless, 1 - FALSE_ALARMS)), opening)
    with_intent = min(float(np.quantile(dangerous, MISSED_WITH_INTENT)), opening)
    alone = min(float(np.quantile(dangerous, MISSED_ALONE)), with_intent)
    answer = _answer(understanding)
    return replace(
        current,
        danger_first=round(first, 2),
        danger_opening=round(opening, 2),
        danger_harmless_with_intent=round(with_intent, 2),
        danger_harmless_alone=round(alone, 2),
        answer=max(round(answer, 2), current.ask) if answer is not None else current.answer,
    )


def _answer(understanding: Understanding) -> float | None:
    """The lowest probability from which enough answers are right; asking back costs one tap, a wrong answer trust."""
    judged: list[tuple[float, bool]] = []
    for authority in understanding.catalogue.authorities.values():
        for name, intent in authority.intents.items():
            for line in intent.tests:
                text = understanding.courtesy.strip(fold(line.text))
                best = understanding.matcher.match([text], authority.id, 1)[0]
                if best:
                    judged.append((best[0].probability, best[0].intent == name))
    judged.sort(reverse=True)
    right = 0
    lowest = None
    for number, (chance, hit) in enumerate(judged, 1):
        right += hit
        if right >= RIGHT_ANSWERS * number:
            lowest = chance
    return lowest
