"""The learned judgement of danger: linear over hashed character and word stretches.

Trained on the emergency lines that are not held out, with every intent's examples as harmless ones. First question:
danger or not. Among danger: life crisis or acute. Among acute: police, fire, violence at home, cannot speak.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from bot.answer.linear import Floats, Rows, calibrate, logistic, shifted
from bot.answer.segments import folded_sentences, segments
from bot.answer.votes import Votes
from bot.content.catalogue import Catalogue, Danger, DangerLine, Service
from bot.text.fold import clean, fold
from bot.text.grams import ACROSS, BITS, INSIDE, PAIR, WORD, Bools, Numbers, choice, stretches

CHOSEN = choice([INSIDE[4], INSIDE[6], ACROSS[4], ACROSS[6], WORD, PAIR])
"""For danger or not. Further lengths gained nothing on held-out lines."""
SORT_CHOSEN = choice([INSIDE[3], INSIDE[4], INSIDE[6], WORD, PAIR])
"""For which danger: fewer lines to learn from, an easier question."""
SORT_BITS = 17
SORTS = ("crisis", "police", "fire", "home", "nospeech")
_RIDGE = 0.1
_SORT_RIDGE = 0.3
_STEPS = 25
_SORT_STEPS = 15
"""Steps of the descent; twice as many changed no held-out figure."""
_ONE = np.zeros(1, dtype=np.int64)
_FALLBACK = (4.0, 0.0)
"""Slope and offset of the probability where held-out lines are too few to fit them."""
EASY = {"leicht": "de"}
"""Languages that are recognised as another."""
_MOST_FOLDED = 200_000
_ONE_IN = 3
"""Every so many lines without any danger are known to the neighbours; all of them would only take longer."""
_ASKED = 8
"""Segments of a message about which the neighbours are asked; each costs half a millisecond."""
_UNHEARD = 0.02
"""Added to the share of crises, for despair in words nobody has used yet."""
_CRISES_WEIGH = 3
_NO_SPEECH = "cannot-"
"""Slices whose name begins so are about people who cannot call; they get the ways to call without speaking."""


@dataclass(frozen=True, slots=True)
class Linear:
    """One linear judgement per column over the chosen stretches."""

    chosen: Bools
    bits: int
    """Size of the hash space used; fewer than the stretches have where that is enough."""
    table: Floats
    """One row per hash: a weight per head, already multiplied with the inverse document frequency, and last the
    square of that frequency, which is what the stretch adds to the length of its text. One row is one look-up."""
    bias: Floats

    def margins(self, folded: Sequence[str]) -> Floats:
        """One row per text, one column per head."""
        rows, columns = _once(folded, self.chosen, self.bits)
        found = self.table[columns]
        sums = np.zeros((len(folded), found.shape[1]), dtype=np.float32)
        if len(rows):
            starts = np.searchsorted(rows, np.unique(rows)) if len(folded) > 1 else _ONE
            sums[rows[starts]] = np.add.reduceat(found, starts, axis=0)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1e-9))
        result: Floats = (sums[:, :-1] / lengths + self.bias).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Scale:
    """How evidence becomes a probability."""

    weights: tuple[float, ...] = (_FALLBACK[0], 0.0, _FALLBACK[1])
    """Of the columns of the evidence; the last is the offset."""
    offsets: Mapping[str, float] = field(default_factory=dict)
    """By language, on top, never above nought: a language with few harmless lines is judged too harshly otherwise."""

    def of(self, evidence: Floats) -> Floats:
        """Log-odds without the language's offset."""
        *weights, offset = self.weights
        result: Floats = (evidence @ np.array(weights, dtype=np.float32) + np.float32(offset)).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of some texts, one number each."""

    probabilities: Floats
    crises: Floats
    """The share of life crises among the nearest lines; nought where those were not asked."""


@dataclass(frozen=True, slots=True)
class DangerModel:
    """Whether a text speaks of danger, and of which."""

    danger: Linear
    sort: Linear
    """Columns as in SORTS."""
    votes: Votes
    scale: "Scale"

    def probabilities(self, folded: Sequence[str], language: str = "") -> Floats:
        """Calibrated probability of danger of each text, danger and harmless being equally frequent."""
        return self.judge(folded, language).probabilities

    def judge(self, folded: Sequence[str], language: str = "") -> "Judgement":
        """The probabilities, and what else the neighbours know."""
        evidence, crises = self._evidence(folded)
        scores = self.scale.of(evidence) + self.scale.offsets.get(language, 0.0)
        return Judgement(1 / (1 + np.exp(-np.clip(scores, -30, 30))), crises)

    def _evidence(self, folded: Sequence[str]) -> tuple[Floats, Floats]:
        """One row per text: the linear margin and what the neighbours say of danger; and what they say of crises.

        Neighbours are asked about the texts of the highest margins only; to the others they bring no danger.
        """
        margins = self.danger.margins(folded)[:, 0]
        rows = np.stack([margins, np.zeros_like(margins)], axis=1)
        crises = np.zeros_like(margins)
        asked = np.argsort(-margins, kind="stable")[:_ASKED]
        opinions = self.votes.of([folded[place] for place in asked.tolist()])
        rows[asked, 1], crises[asked] = opinions.danger, opinions.crisis
        rest = np.ones(len(margins), dtype=np.bool_)
        rest[asked] = False
        rows[rest, 1] = rows[asked, 1].min(initial=0.0)
        return rows, crises

    def despair(self, folded: str, probability: float, crises: float) -> float:
        """How much speaks for a life crisis; on a scale of its own, compared with nothing but a threshold.

        `probability` of danger and the share of `crises` among the neighbours are those of `judge`. The neighbours
        weigh most: on held-out lines their word alone finds more crises than the learnt sort does.
        """
        return probability * self.sorts(folded)["crisis"] * (crises + _UNHEARD) ** _CRISES_WEIGH

    def sorts(self, folded: str) -> dict[str, float]:
        """How likely each sort of danger is, given that there is danger. They do not exclude each other."""
        margins = self.sort.margins([folded])[0]
        return dict(zip(SORTS, (1 / (1 + np.exp(-3.0 * margins))).tolist(), strict=True))

    def convincing(self, folded: str, most: int = 3) -> list[str]:
        """The words that spoke most for danger."""
        words = [word for word in dict.fromkeys(folded.split()) if word not in "?!"]
        if not words:
            return []
        rows, columns = _once(words, self.danger.chosen, self.danger.bits)
        shares = np.bincount(rows, self.danger.table[columns, 0], minlength=len(words))
        order = np.argsort(-shares, kind="stable")[:most]
        return [words[place] for place in order if shares[place] > 0]


def _empty(chosen: Bools, bits: int) -> Linear:
    return Linear(chosen, bits, np.zeros((0, 0), np.float32), np.zeros(0, np.float32))


EMPTY = _empty(CHOSEN, BITS)
EMPTY_SORT = _empty(SORT_CHOSEN, SORT_BITS)
"""The shape of an untrained model, to be filled."""


_FOLDED: dict[str, str] = {}


def folded_line(text: str) -> str:
    """`fold` of a line of the content, remembered: publishing trains again on lines that have hardly changed."""
    found = _FOLDED.get(text)
    if found is None:
        if len(_FOLDED) >= _MOST_FOLDED:
            _FOLDED.clear()
        found = _FOLDED[text] = fold(text)
    return found


@lru_cache(maxsize=65_536)
def line_sentences(text: str) -> tuple[str, ...]:
    """The folded sentences of a line, remembered likewise."""
    return tuple(folded_sentences(clean(text)))


def train(catalogue: Catalogue) -> DangerModel:
    """Learn all heads. The same catalogue gives the same model."""
    texts, positive = known_lines(catalogue)
    everything = np.ones(len(positive), dtype=np.bool_)
    danger = _linear(texts, EMPTY, [(positive, everything)], _RIDGE, _STEPS)
    lines = [line for line in catalogue.danger if not line.held_out and line.danger is not Danger.HARMLESS]
    sort = _linear([folded_line(line.text) for line in lines], EMPTY_SORT, _sorts(lines), _SORT_RIDGE, _SORT_STEPS)
    model = DangerModel(danger, sort, _votes(catalogue, texts, positive), Scale())
    return replace(model, scale=_scale(model, catalogue))


def _votes(catalogue: Catalogue, texts: Sequence[str], positive: Bools) -> Votes:
    """The lines that are asked for their vote: all of the emergency data, some of what is asked every day."""
    lines = [line for line in catalogue.danger if not line.held_out]
    first = len(lines)
    dangerous = np.concatenate([positive[:first], positive[first::_ONE_IN]])
    crises = np.zeros_like(dangerous)
    crises[:first] = [line.danger is Danger.CRISIS for line in lines]
    return Votes.among([*texts[:first], *texts[first::_ONE_IN]], dangerous, crises)


def known_lines(catalogue: Catalogue) -> tuple[list[str], Bools]:
    """What danger is learnt from, folded, and which of it is dangerous."""
    lines = [line for line in catalogue.danger if not line.held_out]
    everyday = [
        example.text
        for intent in catalogue.all_intents().values()
        for example in (*intent.examples, *intent.counter_examples)
    ]
    # A line that stands in both is danger: the emergency data speaks about danger, examples about topics.
    dangerous = {folded_line(line.text) for line in lines if line.danger is not Danger.HARMLESS}
    harmless = [folded for text in dict.fromkeys(everyday) if (folded := folded_line(text)) not in dangerous]
    # A long harmless message is harmless in each of its sentences, and sentences are what will be judged.
    harmless += [
        sentence
        for line in lines
        if line.danger is Danger.HARMLESS and len(parts := line_sentences(line.text)) > 1
        for sentence in parts
    ]
    texts = [folded_line(line.text) for line in lines]
    positive = np.zeros(len(texts) + len(harmless), dtype=np.bool_)
    positive[: len(texts)] = [line.danger is not Danger.HARMLESS for line in lines]
    return [*texts, *harmless], positive


def _linear(
    texts: Sequence[str], like: Linear, targets: Sequence[tuple[Bools, Bools]], ridge: float, steps: int
) -> Linear:
    size = 1 << like.bits
    rows, columns = _once(texts, like.chosen, like.bits)
    spread = np.bincount(columns, minlength=size)
    # A stretch nobody has seen is as rare as one seen once. It makes its text longer, so that two known words
    # among ten unknown ones do not decide alone.
    idf = (np.log((1 + len(texts)) / (1 + np.maximum(spread, 1))) + 1).astype(np.float32)
    known = np.flatnonzero(spread)
    compact = np.full(size, -1, dtype=np.int32)
    compact[known] = np.arange(len(known))
    values = idf[columns]
    lengths = np.sqrt(np.bincount(rows, values * values, minlength=len(texts)))
    values = (values / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)
    at = compact[columns] >= 0
    data = Rows(rows[at], compact[columns[at]], values[at], len(texts), len(known))
    table = np.zeros((size, len(targets) + 1), dtype=np.float32)
    table[:, -1] = idf * idf
    # Without anything to learn from, danger stays open: a margin of nought is even odds.
    bias = np.zeros(len(targets), dtype=np.float32)
    for head, (positive, used) in enumerate(targets):
        if (positive & used).any() and (~positive & used).any():
            learned, bias[head] = logistic(data, positive, used, ridge=ridge, steps=steps)
            table[known, head] = learned * idf[known]
    return replace(like, table=table, bias=bias)


def _scale(model: DangerModel, catalogue: Catalogue) -> Scale:
    """Fitted on the held-out lines: a few numbers, never the weights of words."""
    lines = [line for line in catalogue.danger if line.held_out]
    if not lines:
        return Scale()
    positive = np.array([line.danger is not Danger.HARMLESS for line in lines])
    evidence = _strongest(model, [segments(line_sentences(line.text)) or [""] for line in lines])
    scale = Scale(tuple(calibrate(evidence, positive, Scale().weights)))
    scores = scale.of(evidence)
    languages = np.array([EASY.get(line.language, line.language) for line in lines])
    offsets = {
        str(one): min(shifted(scores[languages == one], positive[languages == one]), 0.0)
        for one in np.unique(languages)
    }
    return replace(scale, offsets=offsets)


def _strongest(model: DangerModel, judged: Sequence[Sequence[str]]) -> Floats:
    """For each line the evidence of the segment with the highest margin."""
    every = [segment for one in judged for segment in one]
    margins = model.danger.margins(every)[:, 0]
    ends = np.cumsum([len(one) for one in judged]).tolist()
    begins = [0, *ends[:-1]]
    highest = [begin + int(np.argmax(margins[begin:end])) for begin, end in zip(begins, ends, strict=True)]
    return np.stack([margins[highest], model.votes.of([every[place] for place in highest]).danger], axis=1)


def _sorts(lines: Sequence[DangerLine]) -> list[tuple[Bools, Bools]]:
    """For each of SORTS the lines that are of it, and the lines that count."""

    def rows(which: Iterable[bool]) -> Bools:
        return np.fromiter(which, dtype=np.bool_, count=len(lines))

    acute = rows(line.danger is Danger.ACUTE for line in lines)
    mixed = rows(line.service is Service.BOTH for line in lines)
    service = {one: rows(line.service is one for line in lines) for one in Service}
    return [
        (rows(line.danger is Danger.CRISIS for line in lines), np.ones(len(lines), dtype=np.bool_)),
        (service[Service.POLICE] | mixed, acute),
        (service[Service.FIRE] | mixed, acute),
        (service[Service.HOME], acute),
        (rows(line.slice.startswith(_NO_SPEECH) for line in lines), acute),
    ]


def _once(folded: Sequence[str], chosen: Bools, bits: int) -> tuple[Numbers, Numbers]:
    """Row and hash of each different stretch, ordered by row: whether it occurs counts, not how often."""
    found = stretches(folded, chosen)
    return found.rows, found.hashes >> (BITS - bits)
