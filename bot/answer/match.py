"""Which intent a text means: kernel ridge regression, solved on the nearest examples of the message.

The kernel is the cosine of TF-IDF rows plus a quarter of the fourth power of rapidfuzz's token-sort ratio. Nothing in
it is trained, so a changed example is in force as soon as it is indexed. To the neighbours' word comes that of a
trained layer (see `layer`), and from both a probability is fitted (see `learning.matching`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from bot.answer.confidence import Confidence, Evidence
from bot.answer.examples import NOBODY, Examples, in_order
from bot.answer.layer import Layer
from bot.answer.nearest import Floats, Ints, Mask, Numbers
from bot.content.catalogue import Catalogue, Example

_NEIGHBOURS = 128
"""Of 120 unseen messages that are for people, half as many neighbours sent five fewer to them; half as many again
gained nothing."""
_RIDGE = 0.8
_RATIO_SHARE = 0.25
_MOST_KERNEL = 1 + _RATIO_SHARE
_PERCENT = np.float32(0.01)
_AMONG: Floats = (_MOST_KERNEL * (np.arange(256, dtype=np.float32) / 255) ** np.float32(1.15)).astype(np.float32)
"""Kernel between two examples by their cosine in steps of 1/255. Their token ratio adds nothing to it."""
_LAYER_SHARE = 0.5
_REMEMBERED = 4096
_MANY = 10_000
_NO_SLIP = 3
"""Of so many examples, how many must hold a word for it to be no slip of the pen."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent that a text may mean, with the example that speaks most for it."""

    intent: str
    probability: float
    example: Example
    evidence: Evidence

    @property
    def similarity(self) -> float:
        """Of that example to the text, 0 to 1."""
        return self.evidence.nearest


class Matcher:
    """All intents of all authorities, searchable; immutable."""

    def __init__(
        self,
        catalogue: Catalogue,
        examples: Examples,
        learnt: "Learnt",
        shortened: Callable[[str], str] = str,
    ) -> None:
        """`examples` are those of the catalogue; `shortened` leaves out of a message what was left out of them.

        `learnt` from them: see `learning.matching`.
        """
        self.examples = examples
        self.learnt = learnt
        self.names = examples.names
        self._shortened = shortened
        self._labels, self._index, self._vocabulary = examples.labels, examples.index, examples.vocabulary
        self._allowed = {
            authority.id: np.array([*(name in authority.intents for name in self.names), True])[self._labels]
            for authority in catalogue.authorities.values()
        }
        self._judges = {one: self._judge(learnt.layer, allowed) for one, allowed in self._allowed.items()}
        self._remembered: dict[tuple[str, str, int], tuple[Candidate, ...]] = {}

    def match(self, folded: Sequence[str], authority: str, most: int = 4) -> list[tuple[Candidate, ...]]:
        """For each folded text the likeliest intents of an authority, best first; empty where nothing is near."""
        if authority not in self._allowed or not len(self._labels):
            return [() for _ in folded]
        # The same short messages come again and again, most of all when many write at once.
        found = {text: self._remembered.get((text, authority, most)) for text in folded}
        fresh = [text for text, candidates in found.items() if candidates is None]
        if len(self._remembered) + len(fresh) > _REMEMBERED:
            self._remembered.clear()
        for text, candidates in zip(fresh, self._judged(fresh, authority, most), strict=True):
            found[text] = self._remembered[text, authority, most] = candidates
        return [found[text] or () for text in folded]

    def knows(self, word: str) -> bool:
        """Whether a folded word stands in some examples. Of many, a few may have the same slip."""
        return self._vocabulary.knows(word, _NO_SLIP if len(self._labels) > _MANY else 1)

    def _judged(self, texts: Sequence[str], authority: str, most: int) -> Iterator[tuple[Candidate, ...]]:
        texts = [self._shortened(text) for text in texts]
        spellings = [dict.fromkeys((self._vocabulary.snap(text), text)) for text in texts]
        # Cutting and weighing all at once costs little more than one of them.
        rows = self._index.weigh([spelling for each in spellings for spelling in each])
        number = 0
        for text, each in zip(texts, spellings, strict=True):
            variants = [(spelling, rows.row(place)) for place, spelling in enumerate(each, number)]
            number += len(each)
            scores = self._scores(variants, self._allowed[authority])
            self._add_layer(scores, [row for _, row in variants], self._judges[authority])
            known = self._vocabulary.share_known(text)
            yield tuple(self._candidates(scores, known, text.count(" ") + 1, most))

    def _scores(self, variants: Sequence[tuple[str, tuple[Numbers, Floats]]], allowed: Mask) -> "_Scores":
        """Evidence for each intent, averaged over the spellings of one text."""
        near = self._index.nearest(*_averaged([row for _, row in variants]), _NEIGHBOURS, allowed)
        ids = near.ids
        neighbours = self.examples.ordered.at(ids.tolist())
        spellings = [in_order(text) for text, _ in variants]
        ratios = process.cdist(spellings, neighbours, scorer=fuzz.ratio, dtype=np.float32) * _PERCENT
        kernel = (near.cosines + _RATIO_SHARE * (ratios**4).mean(axis=0)).astype(np.float32)
        among = _AMONG[self._index.among(ids)]
        among.flat[:: len(ids) + 1] = _MOST_KERNEL + _RIDGE
        shares = np.linalg.solve(among, kernel) if len(ids) else kernel
        labels = self._labels[ids]
        scores = np.bincount(labels + 1, shares, minlength=len(self.names) + 1)[1:].astype(np.float64)
        return _Scores(scores, np.zeros(len(self.names)), ids, labels, kernel)

    def _add_layer(self, scores: "_Scores", rows: Sequence[tuple[Numbers, Floats]], judge: "_Judge") -> None:
        """The layer's word, averaged over the spellings of the text, on top of the neighbours'."""
        if judge.layer is None:
            return
        for features, values in rows:
            hashes = self._index.hashes[features].astype(np.int64)
            scores.shares[judge.labels] += judge.layer.shares(hashes, values, judge.places) / len(rows)
        np.add(scores.scores, _LAYER_SHARE * scores.shares, out=scores.scores)

    def _candidates(self, found: "_Scores", known: float, words: int, most: int) -> list[Candidate]:
        # The first neighbour of each intent, nearest first, is the example that speaks for it.
        example: dict[int, int] = {}
        labels = found.labels.tolist()
        for place in np.argsort(-found.kernel, kind="stable").tolist():
            example.setdefault(labels[place], place)
        example.pop(NOBODY, None)
        scores = {label: float(found.scores[label]) for label in example}
        order = sorted(scores, key=lambda label: (-scores[label], label))
        candidates: list[Candidate] = []
        for rank, label in enumerate(order[:most]):
            rival = order[1] if rank == 0 and len(order) > 1 else order[0]
            evidence = Evidence(
                score=scores[label],
                lead=scores[label] - (scores[rival] if rival != label else 0.0),
                nearest=float(found.kernel[example[label]]) / _MOST_KERNEL,
                share=float(found.shares[label]),
                known=known,
                words=words,
            )
            line = self.examples.line(found.ids[example[label]])
            probability = self.learnt.confidence.probability(evidence)
            candidates.append(Candidate(self.names[label], probability, line, evidence))
        return candidates

    def leave_out(self, sample: Ints, groups: Ints, layer: Layer | None) -> "list[LeftOut]":
        """What is found for some examples, each judged without itself.

        `groups` belong together; `layer` has seen none of the sample's groups.

        Every third is judged without its whole intent: what is found then is wrong by construction, and the meant
        intent is "". That teaches the probability what a question looks like that nobody has written an answer to.
        """
        judged: list[LeftOut] = []
        for number, place in enumerate(sample):
            label = int(self._labels[place])
            whole = number % 3 == 2
            allowed = self._labels != label if whole else groups != groups[place]
            row = self._index.vectors.row(int(place))
            (text,) = self.examples.folded.at([int(place)])
            scores = self._scores([(text, row)], allowed)
            self._add_layer(scores, [row], self._judge(layer, allowed))
            # What only this example says would be unknown, had nobody written it.
            known = self._vocabulary.share_known(text, lines=2)
            if found := self._candidates(scores, known, text.count(" ") + 1, 1):
                judged.append(LeftOut("" if whole else self.names[label], found[0].intent, found[0].evidence))
        return judged

    def _judge(self, layer: Layer | None, allowed: Mask) -> "_Judge":
        if layer is None:
            return _Judge(None, np.zeros(0, np.int64), np.zeros(0, np.int64))
        column = {name: place for place, name in enumerate(layer.names)}
        labels = np.flatnonzero(np.bincount(self._labels[allowed] + 1, minlength=1)[1:])
        here = [label for label in labels.tolist() if self.names[label] in column]
        places = np.array([column[self.names[label]] for label in here], np.int64)
        return _Judge(layer, places, np.array(here, np.int64))


def _averaged(rows: Sequence[tuple[Numbers, Floats]]) -> tuple[Numbers, Floats]:
    """The row whose cosine with any example is the mean of theirs."""
    if len(rows) == 1:
        return rows[0]
    features, places = np.unique(np.concatenate([features for features, _ in rows]), return_inverse=True)
    values = np.bincount(places, np.concatenate([values for _, values in rows])) / len(rows)
    return features, values.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is trained on the examples."""

    layer: Layer | None
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What was found for an example as if it had not been written."""

    meant: str
    """Its intent; "" where nothing of that could be found."""
    found: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Scores:
    scores: npt.NDArray[np.float64]
    """By intent."""
    shares: npt.NDArray[np.float64]
    """By intent, the layer's."""
    ids: Ints
    labels: Ints
    kernel: Floats
    """Closeness of the text to each neighbour, 0 to _MOST_KERNEL."""


@dataclass(frozen=True, slots=True)
class _Judge:
    """The layer for the intents that it knows and that may be meant: their places in it, and their labels."""

    layer: Layer | None
    places: Ints
    labels: Ints
