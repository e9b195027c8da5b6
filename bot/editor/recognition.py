"""How well the matcher recognises intents in foreign data: clean, misspelt, and where it must not err.

Only the matcher is measured: no triage, no dialogue, no courtesy phrases, and nothing of our own content.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from time import perf_counter

from bot.answer.examples import Examples
from bot.answer.lines import folded_line
from bot.answer.match import Candidate, Matcher
from bot.content.catalogue import Authority, Catalogue, Example, Intent, IntentKind, Lexicon, Source, Thresholds
from bot.editor.corpus import Corpus, Row, divided
from bot.editor.typos import with_typos

CHOICES = 3
"""With few examples much hangs on which ones: so many draws, averaged."""
PRECISION = 0.95
_FOREIGN_SHARE = 0.2
_OFFICE = "corpus"


@dataclass(frozen=True, slots=True)
class Recognition:
    """Shares from 0 to 1, averaged over the draws."""

    intents: int
    examples: int
    asked: int
    foreign: int
    left_out: int
    clean: float
    typos: float
    sure: float | None
    """R95: share of the messages meant for an intent that are answered rightly where at least 95 of 100 answers are
    right, with a fifth of all messages meant for none. None where there are none of those."""
    microseconds: float
    """For one clean message, on this machine."""
    draws: int = 1


def recognise(rows: Sequence[Row], shots: int = 0, foreign_share: float = 0.25) -> Recognition:
    """Learn from one part and ask the other; with `shots`, three times with other examples."""
    draws = CHOICES if shots else 1
    found = [
        measured(divided(rows, shots=shots, choice=choice, foreign_share=foreign_share)) for choice in range(draws)
    ]
    sure = [one.sure for one in found if one.sure is not None]
    last = found[-1]
    return Recognition(
        last.intents,
        last.examples,
        last.asked,
        last.foreign,
        last.left_out,
        fmean(one.clean for one in found),
        fmean(one.typos for one in found),
        fmean(sure) if sure else None,
        fmean(one.microseconds for one in found),
        draws,
    )


def measured(corpus: Corpus) -> Recognition:
    """One division of the data."""
    # Learning takes libraries that no other command holds in memory.
    from bot.answer.learning.matching import learn  # noqa: PLC0415

    catalogue = _catalogue(corpus)
    matcher = learn(catalogue, Examples.of(catalogue, folded_line))
    texts = [folded_line(text) for text, _ in corpus.asked]
    meant = [intent for _, intent in corpus.asked]
    _best(matcher, texts[:20])  # what is done once at the first message is not any message's cost
    begun = perf_counter()
    clean = _best(matcher, texts)
    spent = perf_counter() - begun
    typos = _best(matcher, [folded_line(with_typos(text)) for text, _ in corpus.asked])
    foreign = _best(matcher, [folded_line(text) for text in corpus.foreign])
    return Recognition(
        len(corpus.learnt),
        sum(map(len, corpus.learnt.values())),
        len(texts),
        len(foreign),
        corpus.left_out,
        _right(clean, meant),
        _right(typos, meant),
        sure_share(
            [(one.probability, one.intent == intent) for one, intent in zip(clean, meant, strict=True) if one],
            [one.probability for one in foreign if one],
            len(texts),
        )
        if foreign
        else None,
        spent / max(len(texts), 1) * 1e6,
    )


def sure_share(answers: Sequence[tuple[float, bool]], foreign: Sequence[float], asked: int) -> float:
    """Share of `asked` answered rightly at the lowest probability that keeps the precision over all answers.

    `answers` are probability and rightness of what was meant for an intent, `foreign` the probabilities of what was
    not. The foreign ones are weighed so that they make a fifth of all, however many there are.
    """
    weight = _FOREIGN_SHARE / (1 - _FOREIGN_SHARE) * asked / len(foreign) if foreign else 0.0
    ranked = sorted(
        [*((chance, 1.0 if hit else 0.0, 1.0) for chance, hit in answers), *((one, 0.0, weight) for one in foreign)],
        reverse=True,
    )
    right = total = best = 0.0
    for place, (chance, hit, counted) in enumerate(ranked):
        right += hit
        total += counted
        ends = place + 1 == len(ranked) or ranked[place + 1][0] < chance
        if ends and right >= PRECISION * total:
            best = right
    return best / asked if asked else 0.0


def _best(matcher: Matcher, texts: Sequence[str]) -> list[Candidate | None]:
    return [found[0] if found else None for found in matcher.match(texts, _OFFICE, 1)]


def _right(found: Sequence[Candidate | None], meant: Sequence[str]) -> float:
    hits = sum(one is not None and one.intent == intent for one, intent in zip(found, meant, strict=True))
    return hits / len(meant) if meant else 0.0


def _catalogue(corpus: Corpus) -> Catalogue:
    intents = {
        name: Intent(
            name,
            name,
            IntentKind.QUESTION,
            # Each line stands by itself: none is a variant of another.
            tuple(Example(text, "", Source(name, number)) for number, text in enumerate(texts, 1)),
        )
        for name, texts in corpus.learnt.items()
    }
    office = Authority(_OFFICE, {}, {}, {}, intents, {})
    thresholds = Thresholds(1, 1, 0, 0, 0, 0)
    return Catalogue("", "", {_OFFICE: office}, (), Lexicon(), thresholds, ())
