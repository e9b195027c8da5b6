"""Which intent a text means: kernel ridge regression, solved on the nearest examples of the message.

The kernel is cosine^1.5 of TF-IDF rows plus half the fourth power of rapidfuzz's token-sort ratio. Nothing is trained
but the probability, so a changed example is in force as soon as it is indexed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz, process

from bot.answer.confidence import UNFITTED, Confidence, Evidence
from bot.answer.danger import folded_line
from bot.answer.nearest import Floats, Index, Ints, Mask
from bot.answer.snapping import Vocabulary
from bot.content.catalogue import Catalogue, Example, Source

_NEIGHBOURS = 48
_RIDGE = 0.4
_RATIO_SHARE = 0.5
_MOST_KERNEL = 1 + _RATIO_SHARE
_SAMPLE = 900
"""Examples that are left out, one after another, to fit the probability; evenly spread over all intents."""
_PERCENT = np.float32(0.01)
_SKETCH_SCALE = np.float32(1 / 127**2)
_NOBODY = -1
"""Label of counter-examples: near an intent, and none."""


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


@dataclass(frozen=True, slots=True)
class _Line:
    folded: str
    label: int
    example: Example


class Matcher:
    """All intents of all authorities, searchable; immutable."""

    def __init__(self, catalogue: Catalogue, confidence: Confidence | None = None) -> None:
        intents = catalogue.all_intents()
        self.names = tuple(sorted(intents))
        self._lines = _lines(catalogue, self.names)
        self._labels = np.array([line.label for line in self._lines], dtype=np.int64)
        self._sorted = [_sorted_tokens(line.folded) for line in self._lines]
        self._groups = _groups(self._lines)
        self._index = Index([line.folded for line in self._lines])
        self._vocabulary = Vocabulary(line.folded for line in self._lines)
        self._allowed = {
            authority.id: np.array(
                [label == _NOBODY or self.names[label] in authority.intents for label in self._labels]
            )
            for authority in catalogue.authorities.values()
        }
        self.confidence = confidence if confidence is not None else UNFITTED
        if confidence is None:
            self.confidence = self._fitted()

    def match(self, folded: Sequence[str], authority: str, most: int = 4) -> list[list[Candidate]]:
        """For each folded text the likeliest intents of an authority, best first; empty where nothing is near."""
        allowed = self._allowed.get(authority)
        if allowed is None or not len(self._labels):
            return [[] for _ in folded]
        texts = [_bare(text) for text in folded]
        snapped = [self._vocabulary.snap(text) for text in texts]
        rows = self._index.weigh([*texts, *snapped])
        found: list[list[Candidate]] = []
        for number, text in enumerate(texts):
            variants = [(text, rows.row(number))]
            if snapped[number] != text:
                variants.append((snapped[number], rows.row(number + len(texts))))
            scores = self._scores(variants, allowed)
            found.append(self._candidates(text, scores, most) if scores is not None else [])
        return found

    def _scores(self, variants: Sequence[tuple[str, tuple[Ints, Floats]]], allowed: Mask) -> "_Scores | None":
        """Evidence for each intent, averaged over the spellings of one text."""
        ids = self._index.nearest(*variants[-1][1], _NEIGHBOURS, allowed).ids
        if not len(ids):
            return None
        kernel = np.zeros(len(ids), dtype=np.float32)
        neighbours = [self._sorted[place] for place in ids]
        for text, row in variants:
            cosines = self._index.cosines(ids, *row)
            ratios = process.cdist([_sorted_tokens(text)], neighbours, scorer=fuzz.ratio, dtype=np.float32)[0]
            kernel += _kernel(cosines, ratios * _PERCENT)
        kernel /= len(variants)
        sketch = self._index.sketch[ids].astype(np.float32)
        among = _kernel(
            np.clip(sketch @ sketch.T * _SKETCH_SCALE, 0, 1),
            process.cdist(neighbours, neighbours, scorer=fuzz.ratio, dtype=np.float32) * _PERCENT,
        )
        among[np.diag_indices_from(among)] = _MOST_KERNEL + _RIDGE
        shares = np.linalg.solve(among, kernel)
        labels = self._labels[ids]
        scores = np.bincount(labels + 1, shares, minlength=len(self.names) + 1)[1:].astype(np.float32)
        return _Scores(scores, ids, labels, kernel)

    def _candidates(self, text: str, scores: "_Scores", most: int) -> list[Candidate]:
        present = np.unique(scores.labels[scores.labels != _NOBODY])
        order = present[np.argsort(-scores.scores[present], kind="stable")][: most + 1]
        known = self._vocabulary.share_known(text)
        words = text.count(" ") + 1
        found: list[Candidate] = []
        for label in order[:most]:
            mine = scores.labels == label
            place = int(np.argmax(np.where(mine, scores.kernel, -1)))
            others = [float(scores.scores[other]) for other in order if other != label]
            evidence = Evidence(
                score=float(scores.scores[label]),
                lead=float(scores.scores[label]) - max(others, default=0.0),
                nearest=float(scores.kernel[place]) / _MOST_KERNEL,
                known=known,
                words=words,
            )
            found.append(
                Candidate(
                    self.names[label],
                    self.confidence.probability(evidence),
                    self._lines[scores.ids[place]].example,
                    evidence,
                )
            )
        return found

    def leave_out(self, most: int) -> list[tuple[str, str, Evidence]]:
        """Meant intent, found intent and evidence for a fixed sample of examples, each judged without itself.

        Every third is judged without its whole intent: what is found then is wrong by construction, and the meant
        intent is "". That teaches the probability what a question looks like that nobody has written an answer to.
        """
        places = np.flatnonzero(self._labels != _NOBODY)
        if len(places) > most:
            places = places[np.linspace(0, len(places) - 1, most).astype(np.int64)]
        judged: list[tuple[str, str, Evidence]] = []
        for number, place in enumerate(places):
            label = int(self._labels[place])
            whole = number % 3 == 2
            allowed = self._labels != label if whole else self._groups != self._groups[place]
            row = self._index.vectors.row(int(place))
            scores = self._scores([(self._lines[place].folded, row)], allowed)
            found = self._candidates(self._lines[place].folded, scores, 1) if scores is not None else []
            if found:
                judged.append(("" if whole else self.names[label], found[0].intent, found[0].evidence))
        return judged

    def _fitted(self) -> Confidence:
        sample = self.leave_out(_SAMPLE)
        return Confidence.fit(
            [evidence for _, _, evidence in sample],
            [meant == found for meant, found, _ in sample],
            [meant == "" for meant, _, _ in sample],
        )


@dataclass(frozen=True, slots=True)
class _Scores:
    scores: Floats
    """By intent."""
    ids: Ints
    labels: Ints
    kernel: Floats
    """Closeness of the text to each neighbour, 0 to _MOST_KERNEL."""


def _groups(lines: Sequence[_Line]) -> Ints:
    """Lines that stand for one template belong together: leaving out one means leaving out all."""
    numbers: dict[Source, int] = {}
    return np.array([numbers.setdefault(line.example.source, len(numbers)) for line in lines], dtype=np.int64)


def _kernel(cosines: Floats, ratios: Floats) -> Floats:
    close = np.maximum(cosines, 0)
    squares = ratios * ratios
    result: Floats = close * np.sqrt(close) + np.float32(_RATIO_SHARE) * squares * squares
    return result


def _bare(folded: str) -> str:
    return " ".join([word for word in folded.split() if word not in "?!"])


def _sorted_tokens(text: str) -> str:
    return " ".join(sorted(text.split()))


def _lines(catalogue: Catalogue, names: Sequence[str]) -> list[_Line]:
    """Every example once per intent, counter-examples as nobody's."""
    lines: dict[tuple[str, int], _Line] = {}
    intents = catalogue.all_intents()
    for label, name in enumerate(names):
        for example in intents[name].examples:
            folded = _bare(folded_line(example.text))
            lines.setdefault((folded, label), _Line(folded, label, example))
    meant = {folded for folded, _ in lines}
    for name in names:
        for example in intents[name].counter_examples:
            folded = _bare(folded_line(example.text))
            if folded not in meant:
                lines.setdefault((folded, _NOBODY), _Line(folded, _NOBODY, example))
    return [line for line in lines.values() if line.folded]
