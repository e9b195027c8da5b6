"""Everything learnt from one catalogue: what `answer` needs to judge a message. Immutable, built whole.

`build` is pure and deterministic: the same catalogue gives the same understanding, with or without a cache.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bot.answer import danger
from bot.answer.confidence import Confidence
from bot.answer.courtesy import Courtesy
from bot.answer.danger import DangerModel, Linear, Scale
from bot.answer.layer import Layer
from bot.answer.match import Learnt, Matcher
from bot.answer.places import Gazetteers
from bot.answer.segments import folded_sentences, segments
from bot.answer.signals import Signals
from bot.content.catalogue import Catalogue, Intent, Place
from bot.text import language
from bot.text.fold import clean
from bot.text.language import LanguageModel

_FORMAT = "5"
"""Raise it whenever features or models change shape or meaning; older caches are then ignored."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """One state of the content with everything learnt from it."""

    catalogue: Catalogue
    danger: DangerModel
    language: LanguageModel
    matcher: Matcher
    signals: Signals
    courtesy: Courtesy
    places: Gazetteers

    def danger_score(self, text: str, language: str = "") -> float:
        """Calibrated probability of danger of a raw text, without lexicon: its most dangerous segment's."""
        judged = segments(folded_sentences(clean(text)))
        return float(self.danger.probabilities(judged, danger.EASY.get(language, language)).max()) if judged else 0.0


def build(catalogue: Catalogue, cached: bytes | None = None) -> Understanding:
    """Learn from a catalogue. `cached` is what `dump` made of the same training data; anything else is ignored."""
    stored = _stored(cached, catalogue.training_version) if cached else None
    places = Gazetteers(catalogue.authorities.values())
    if stored is not None:
        folded = stored["folded"].tobytes().decode().split("\n")
        danger.already_folded(zip(_texts(catalogue), folded, strict=True))
    return Understanding(
        catalogue=catalogue,
        danger=_danger(stored, catalogue) if stored is not None else danger.train(catalogue),
        language=_language(stored) if stored is not None else language.learn(_samples(catalogue)),
        matcher=Matcher(catalogue, _learnt(stored) if stored is not None else None, places=places.everywhere),
        signals=Signals(catalogue.lexicon),
        courtesy=Courtesy(phrase for phrases in catalogue.lexicon.courtesy.values() for phrase in phrases),
        places=places,
    )


def adapted(previous: Understanding, catalogue: Catalogue) -> Understanding:
    """The new content with what was learnt from the one before it: made in a moment.

    The same as `build` where nothing that is learnt from has changed (see `learns_the_same`). Otherwise good enough
    until `build` is done: new examples are matched already, danger is judged as before.
    """
    matcher, places = previous.matcher, Gazetteers(catalogue.authorities.values())
    if _matched(previous.catalogue) != _matched(catalogue):
        matcher = Matcher(catalogue, previous.matcher.learnt, places=places.everywhere, hurried=True)
    return replace(
        previous,
        catalogue=catalogue,
        matcher=matcher,
        signals=Signals(catalogue.lexicon),
        courtesy=Courtesy(phrase for phrases in catalogue.lexicon.courtesy.values() for phrase in phrases),
        places=places,
    )


def learns_the_same(one: Catalogue, other: Catalogue) -> bool:
    """Whether `build` would learn the same from both."""
    return one.training_version == other.training_version and _matched(one) == _matched(other)


def _matched(catalogue: Catalogue) -> dict[str, tuple[Mapping[str, Intent], tuple[Place, ...]]]:
    return {name: (authority.intents, authority.places) for name, authority in catalogue.authorities.items()}


def dump(understanding: Understanding) -> bytes:
    """What took time to learn, as NumPy arrays."""
    learnt, catalogue = understanding.matcher.learnt, understanding.catalogue
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "format": np.array(_FORMAT),
        "training_version": np.array(understanding.catalogue.training_version),
        "confidence": np.array(learnt.confidence.weights),
        "layer_names": np.array(learnt.layer.names if learnt.layer is not None else (), dtype=np.str_),
        "layer_weights": learnt.layer.weights if learnt.layer is not None else np.zeros((0, 0), np.float16),
        "folded": np.frombuffer("\n".join(map(danger.folded_line, _texts(catalogue))).encode(), dtype=np.uint8),
        "scale_weights": np.array(understanding.danger.scale.weights),
        "scale_languages": np.array(list(understanding.danger.scale.offsets), dtype=np.str_),
        "scale_offsets": np.array(list(understanding.danger.scale.offsets.values()), dtype=np.float64),
        "language_table": understanding.language.table,
        "language_names": np.array(understanding.language.languages, dtype=np.str_),
        "language_scripts": np.array(understanding.language.scripts, dtype=np.str_),
    }
    for name, linear in (("danger", understanding.danger.danger), ("sort", understanding.danger.sort)):
        # Most rows are those of stretches never seen: no weight, the rarest length.
        unseen = linear.table[:, -1].max(initial=0.0)
        known = np.flatnonzero(linear.table[:, :-1].any(axis=1) | (linear.table[:, -1] < unseen))
        arrays |= {
            f"{name}_known": known,
            f"{name}_rows": linear.table[known],
            f"{name}_unseen": np.array(unseen),
            f"{name}_bias": linear.bias,
        }
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def _learnt(stored: Mapping[str, npt.NDArray[np.generic]]) -> Learnt:
    names = tuple(str(name) for name in stored["layer_names"])
    layer = Layer(names, stored["layer_weights"].astype(np.float16)) if names else None
    return Learnt(layer, Confidence(tuple(stored["confidence"].tolist())))


def _stored(cached: bytes, training_version: str) -> Mapping[str, npt.NDArray[np.generic]] | None:
    try:
        with np.load(io.BytesIO(cached), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, OSError, KeyError, zipfile.BadZipFile, EOFError):
        return None
    if str(arrays.get("format")) != _FORMAT or str(arrays.get("training_version")) != training_version:
        return None
    return arrays


def _danger(stored: Mapping[str, npt.NDArray[np.generic]], catalogue: Catalogue) -> DangerModel:
    def linear(name: str, like: Linear) -> Linear:
        bias = stored[f"{name}_bias"].astype(np.float32)
        table = np.zeros((1 << like.bits, len(bias) + 1), dtype=np.float32)
        table[:, -1] = stored[f"{name}_unseen"]
        table[stored[f"{name}_known"]] = stored[f"{name}_rows"]
        return replace(like, table=table, bias=bias)

    offsets = dict(zip(map(str, stored["scale_languages"]), stored["scale_offsets"].tolist(), strict=True))
    return DangerModel(
        linear("danger", danger.EMPTY),
        linear("sort", danger.EMPTY_SORT),
        danger.neighbours(catalogue),
        Scale(tuple(stored["scale_weights"].tolist()), offsets),
    )


def _language(stored: Mapping[str, npt.NDArray[np.generic]]) -> LanguageModel:
    return LanguageModel(
        tuple(map(str, stored["language_names"])),
        tuple(map(str, stored["language_scripts"])),
        stored["language_table"].astype(np.float32),
    )


def _texts(catalogue: Catalogue) -> list[str]:
    """All lines that are learnt from, in a fixed order."""
    lines = [line.text for line in catalogue.danger]
    for _, intent in sorted(catalogue.all_intents().items()):
        lines += [example.text for example in (*intent.examples, *intent.counter_examples)]
    return lines


def _samples(catalogue: Catalogue) -> dict[str, list[str]]:
    """Folded lines by language; easy-to-read German is German."""
    samples: dict[str, list[str]] = {}
    for line in catalogue.danger:
        if not line.held_out:
            samples.setdefault(line.language, []).append(danger.folded_line(line.text))
    for intent in catalogue.all_intents().values():
        for example in intent.examples:
            samples.setdefault(example.language, []).append(danger.folded_line(example.text))
    samples.setdefault("de", []).extend(samples.pop("leicht", []))
    return samples
