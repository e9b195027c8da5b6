"""Everything learnt from one catalogue: what `answer` needs to judge a message. Immutable, built whole.

Learnt by `learning.building`, kept by `dump`, read by `restored`; all three give the same.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from bot.answer import danger
from bot.answer.arrays import Array, Arrays, Block, packed, unpacked
from bot.answer.confidence import Confidence
from bot.answer.courtesy import Courtesy
from bot.answer.danger import DangerModel, Scale
from bot.answer.examples import Examples
from bot.answer.layer import Layer
from bot.answer.lines import folded_line
from bot.answer.match import Learnt, Matcher
from bot.answer.nearest import Index
from bot.answer.places import Gazetteers
from bot.answer.segments import read
from bot.answer.signals import Signals
from bot.answer.votes import Votes
from bot.content.catalogue import Catalogue, Intent, Place
from bot.text.fold import clean
from bot.text.language import LanguageModel
from bot.text.places import Gazetteer

_FORMAT = "9"
"""Raise it whenever features or models change shape or meaning; older caches are then ignored."""
_JOINT = "\n"


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
        reading = read(clean(text))
        if not reading.judged:
            return 0.0
        judged = self.danger.judge(reading.judged, len(reading.thoughts), danger.EASY.get(language, language))
        return float(judged.probabilities.max())


def restored(catalogue: Catalogue, kept: Block) -> Understanding | None:
    """What `dump` made of the same training data; None where it is of other data, or of another make, or broken."""
    try:
        # Whether all of it is whole is looked through outside the interpreter's lock.
        with ThreadPoolExecutor(1) as beside:
            reading = beside.submit(unpacked, kept)
            places = Gazetteers(catalogue.authorities.values())
            arrays, about = reading.result()
        if (about["format"], about["training_version"]) != (_FORMAT, catalogue.training_version):
            return None
        return _from(catalogue, arrays, about, places)
    except (ValueError, LookupError):
        return None


def adapted(previous: Understanding, catalogue: Catalogue) -> Understanding:
    """The new content with what was learnt from the one before it: made in a moment.

    The same as learning anew where nothing that is learnt from has changed (see `learns_the_same`). Otherwise good
    enough until that is done: new examples are matched already, danger is judged as before.
    """
    matcher, places = previous.matcher, Gazetteers(catalogue.authorities.values())
    if _matched(previous.catalogue) != _matched(catalogue):
        before = matcher.examples.spelling() if _places(previous.catalogue) == _places(catalogue) else {}
        fresh = spelled(places.everywhere)
        examples = Examples.of(catalogue, lambda text: before.get(text) or fresh(text), hurried=True)
        matcher = Matcher(catalogue, examples, matcher.learnt, places.everywhere.without)
    return assembled(catalogue, previous.danger, previous.language, matcher, places)


def learns_the_same(one: Catalogue, other: Catalogue) -> bool:
    """Whether the same would be learnt from both."""
    return one.training_version == other.training_version and _matched(one) == _matched(other)


def _matched(catalogue: Catalogue) -> tuple[Mapping[str, Intent], object]:
    """What a matcher is made of: each intent once, and by authority their names and the places."""
    asked = {one.id: (one.intents.keys(), one.places) for one in catalogue.authorities.values()}
    return catalogue.all_intents(), asked


def _places(catalogue: Catalogue) -> list[tuple[Place, ...]]:
    return [authority.places for authority in catalogue.authorities.values()]


def dump(understanding: Understanding) -> list[memoryview]:
    """What took time to learn, as arrays in one block, in parts to be written one after another."""
    matcher, judged, spoken = understanding.matcher, understanding.danger, understanding.language
    layer = matcher.learnt.layer
    arrays: dict[str, Array] = {
        **matcher.examples.packed(),
        **judged.votes.index.packed("votes"),
        "votes.dangerous": judged.votes.dangerous.astype(np.uint8),
        "votes.crises": judged.votes.crises.astype(np.uint8),
        "danger.table": judged.danger.table,
        "danger.bias": judged.danger.bias,
        "sort.table": judged.sort.table,
        "sort.bias": judged.sort.bias,
        "scale.weights": np.array(judged.scale.weights, dtype=np.float64),
        "scale.offsets": np.array(list(judged.scale.offsets.values()), dtype=np.float64),
        "language.table": spoken.table,
        "confidence": np.array(matcher.learnt.confidence.weights, dtype=np.float64),
        "layer": layer.weights if layer is not None else np.zeros((0, 0), np.float32),
    }
    about = {
        "format": _FORMAT,
        "training_version": understanding.catalogue.training_version,
        "scale.languages": _JOINT.join(judged.scale.offsets),
        "languages": _JOINT.join(spoken.languages),
        "scripts": _JOINT.join(spoken.scripts),
        "layer": _JOINT.join(layer.names if layer is not None else ()),
    }
    return packed(arrays, about)


def _from(catalogue: Catalogue, arrays: Arrays, about: Mapping[str, str], places: Gazetteers) -> Understanding:
    layer = Layer(_parts(about["layer"]), arrays["layer"]) if about["layer"] else None
    learnt = Learnt(layer, Confidence(tuple(arrays["confidence"].tolist())))
    offsets = dict(zip(_parts(about["scale.languages"]), arrays["scale.offsets"].tolist(), strict=True))
    return assembled(
        catalogue,
        DangerModel(
            replace(danger.EMPTY, table=arrays["danger.table"], bias=arrays["danger.bias"]),
            replace(danger.EMPTY_SORT, table=arrays["sort.table"], bias=arrays["sort.bias"]),
            Votes(
                Index.unpacked(arrays, "votes"),
                arrays["votes.dangerous"].astype(np.bool_),
                arrays["votes.crises"].astype(np.bool_),
            ),
            Scale(tuple(arrays["scale.weights"].tolist()), offsets),
        ),
        LanguageModel(_parts(about["languages"]), tuple(about["scripts"].split(_JOINT)), arrays["language.table"]),
        Matcher(catalogue, Examples.unpacked(catalogue, arrays), learnt, places.everywhere.without),
        places,
    )


def spelled(places: Gazetteer) -> Callable[[str], str]:
    """Examples are folded, and places left out of them: what is asked does not hang on them."""
    return lambda text: places.without(folded_line(text))


def assembled(
    catalogue: Catalogue, judged: DangerModel, spoken: LanguageModel, matcher: Matcher, places: Gazetteers
) -> Understanding:
    """The parts, and what is looked up and never learnt."""
    lexicon = catalogue.lexicon
    return Understanding(
        catalogue=catalogue,
        danger=judged,
        language=spoken,
        matcher=matcher,
        signals=Signals(lexicon),
        courtesy=Courtesy(phrase for phrases in lexicon.courtesy.values() for phrase in phrases),
        places=places,
    )


def _parts(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(_JOINT)) if joined else ()
