"""Learns danger: from the emergency lines that are not held out, with every intent's examples as harmless ones."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from bot.answer.danger import EASY, EMPTY, EMPTY_SORT, DangerModel, Linear, Scale, once
from bot.answer.learning.calibration import calibrate, shifted
from bot.answer.learning.logistic import logistic
from bot.answer.lines import folded_line, line_read
from bot.answer.nearest import Floats
from bot.answer.segments import Reading
from bot.answer.votes import Votes
from bot.content.catalogue import Catalogue, Danger, DangerLine, Service
from bot.text.grams import Bools

_RIDGE = 0.1
_SORT_RIDGE = 0.3
_STEPS = 40
_SORT_STEPS = 15
"""Steps of the descent; twice as many changed no held-out figure."""
_MANY = 10_000
"""Lines from which on a stretch must stand in two of them to get a weight; what one alone says teaches that line by
heart. Among few lines nearly every stretch stands alone."""
_ONE_IN = 3
"""Of many, every so many examples of intents, and parts of harmless lines, are learnt as harmless; with all of them,
twice as many lines, it only takes longer."""
_MEASURED = 500
"""Held-out lines of each language on which the probability is fitted; a few numbers need no more."""
_NO_SPEECH = "cannot-"
"""Slices whose name begins so are about people who cannot call; they get the ways to call without speaking."""


def train(catalogue: Catalogue) -> DangerModel:
    """Learn whether there is danger, and of which sort. The same catalogue gives the same model."""
    texts, positive = known_lines(catalogue)
    everything = np.ones(len(positive), dtype=np.bool_)
    danger = _linear(texts, EMPTY, [(positive, everything)], _RIDGE, _STEPS)
    model = DangerModel(danger, _sort(catalogue), _votes(catalogue, texts, positive), Scale())
    return replace(model, scale=_scale(model, catalogue))


def _sort(catalogue: Catalogue) -> Linear:
    """Which danger it is, if there is any."""
    lines = [line for line in catalogue.danger if not line.held_out and line.danger is not Danger.HARMLESS]
    texts = [folded_line(line.text) for line in lines]
    return _linear(texts, EMPTY_SORT, _sorts(lines), _SORT_RIDGE, _SORT_STEPS)


def _votes(catalogue: Catalogue, texts: Sequence[str], positive: Bools) -> Votes:
    crises = np.zeros_like(positive)
    lines = [line.danger is Danger.CRISIS for line in catalogue.danger if not line.held_out]
    crises[: len(lines)] = lines
    return Votes.among(texts, positive, crises)


def known_lines(catalogue: Catalogue) -> tuple[list[str], Bools]:
    """What danger is learnt from, folded, and which of it is dangerous; first the emergency lines."""
    lines = [line for line in catalogue.danger if not line.held_out]
    everyday = [
        example.text
        for intent in catalogue.all_intents().values()
        for example in (*intent.examples, *intent.counter_examples)
    ]
    # A line that stands in both is danger: the emergency data speaks about danger, examples about topics.
    dangerous = {folded_line(line.text) for line in lines if line.danger is not Danger.HARMLESS}
    step = _ONE_IN if len(everyday) >= _MANY else 1
    harmless = [folded for text in everyday[::step] if (folded := folded_line(text)) not in dangerous]
    # A long harmless message is harmless in each of its parts, and parts are what will be judged.
    parts = [part for line in lines if line.danger is Danger.HARMLESS for part in _parts(line_read(line.text))]
    harmless = [*dict.fromkeys(harmless), *parts[::step]]
    texts = [folded_line(line.text) for line in lines]
    positive = np.zeros(len(texts) + len(harmless), dtype=np.bool_)
    positive[: len(texts)] = [line.danger is not Danger.HARMLESS for line in lines]
    return [*texts, *harmless], positive


def _linear(
    texts: Sequence[str], like: Linear, targets: Sequence[tuple[Bools, Bools]], ridge: float, steps: int
) -> Linear:
    size = 1 << like.bits
    rows, columns = once(texts, like.chosen, like.bits)
    spread = np.bincount(columns, minlength=size)
    # A stretch nobody has seen is as rare as one seen once. It makes its text longer, so that two known words
    # among ten unknown ones do not decide alone.
    idf = (np.log((1 + len(texts)) / (1 + np.maximum(spread, 1))) + 1).astype(np.float32)
    known = np.flatnonzero(spread >= (2 if len(texts) >= _MANY else 1))
    compact = np.full(size, -1, dtype=np.int32)
    compact[known] = np.arange(len(known))
    values = idf[columns]
    lengths = np.sqrt(np.bincount(rows, values * values, minlength=len(texts))).astype(np.float32)
    values /= np.maximum(lengths, np.float32(1e-9))[rows]
    columns = compact[columns]
    at = columns >= 0
    starts = np.searchsorted(rows[at], np.arange(len(texts) + 1)).astype(np.int32)
    data = sparse.csr_array((values[at], columns[at], starts), shape=(len(texts), len(known)))
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
    lines = _measured(catalogue)
    if not lines:
        return Scale()
    positive = np.array([line.danger is not Danger.HARMLESS for line in lines])
    evidence = _strongest(model, [line_read(line.text).judged or [""] for line in lines])
    scale = Scale(tuple(calibrate(evidence, positive, Scale().weights)))
    scores = scale.of(evidence)
    languages = np.array([EASY.get(line.language, line.language) for line in lines])
    offsets = {
        str(one): min(shifted(scores[languages == one], positive[languages == one]), 0.0)
        for one in np.unique(languages)
    }
    return replace(scale, offsets=offsets)


def _parts(reading: Reading) -> list[str]:
    """Sentences and clauses; of a single sentence only what stands in it."""
    sentences = reading.sentences if len(reading.sentences) > 1 else ()
    return list(dict.fromkeys([*sentences, *reading.clauses, *reading.unmarked]))


def _measured(catalogue: Catalogue) -> list[DangerLine]:
    """The held-out lines; of a language with very many some, evenly spread."""
    languages: dict[str, list[DangerLine]] = {}
    for line in catalogue.danger:
        if line.held_out:
            languages.setdefault(EASY.get(line.language, line.language), []).append(line)
    steps = {language: max(len(lines) / _MEASURED, 1.0) for language, lines in languages.items()}
    return [
        lines[int(place * steps[language])]
        for language, lines in languages.items()
        for place in range(int(len(lines) / steps[language]))
    ]


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
