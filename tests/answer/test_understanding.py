"""Learning is pure, deterministic, and can be kept on disk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from bot.answer.learning.building import build
from bot.answer.pipeline import answer, glance
from bot.answer.understanding import Understanding, dump, restored
from bot.content.catalogue import Catalogue, Danger, DangerLine, Lexicon, Source, Thresholds
from bot.message import Conversation, Inbound, Kind, Level, Severity
from tests.answer.conftest import NOW, Citizen, catalogue

TEXTS = (
    "wie erreiche ich die pressestelle",
    "er hat ein messer",
    "xyzzy",
    "my father is not breathing",
    "instagramm",
)


def judgements(understanding: Understanding) -> list[object]:
    """All that can differ, for a handful of texts."""
    return [Citizen(understanding).says(text) for text in TEXTS]


def written(understanding: Understanding) -> bytes:
    """What is kept of it, in one piece."""
    return b"".join(dump(understanding))


def test_the_same_catalogue_gives_the_same_understanding(small: Understanding) -> None:
    """Learning twice gives the same weights to the last bit, and the same outcomes."""
    again = build(catalogue())
    assert np.array_equal(again.danger.danger.table, small.danger.danger.table)
    assert again.matcher.learnt.confidence == small.matcher.learnt.confidence
    assert judgements(again) == judgements(small)


def test_what_was_kept_judges_like_what_was_learnt(small: Understanding) -> None:
    """A cache saves time and changes nothing; what was kept can be kept again."""
    kept = restored(catalogue(), written(small))
    assert kept is not None
    assert judgements(kept) == judgements(small)
    assert written(kept) == written(small)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: b"",
        lambda kept: b"not a block of arrays",
        lambda kept: kept[: len(kept) // 2],
        lambda kept: kept[:-1],
        lambda kept: b"\x00" * 1000,
        lambda kept: kept[:-1000] + bytes(1000),
        lambda kept: kept.replace(b"examples.labels", b"examples.lapels"),
        lambda kept: kept.replace(b'"format"', b'"fromat"'),
    ],
)
def test_a_broken_cache_is_refused(small: Understanding, spoil: Callable[[bytes], bytes]) -> None:
    """Nothing of it is used."""
    assert restored(catalogue(), spoil(written(small))) is None


def test_a_cache_of_other_content_is_refused(small: Understanding) -> None:
    """Another training version learns anew; so does content whose examples are not where they were."""
    assert restored(replace(catalogue(), training_version="t2"), written(small)) is None
    fewer = {name: replace(one, intents={}) for name, one in catalogue().authorities.items()}
    assert restored(replace(catalogue(), authorities=fewer), written(small)) is None


def test_answering_is_pure(small: Understanding) -> None:
    """The same message, conversation, content and time give the same outcome."""
    inbound = Inbound(Kind.TEXT, "citizen", "er hat ein messer", sent_at=NOW)
    conversation = Conversation("test")
    assert answer(inbound, conversation, small, NOW) == answer(inbound, conversation, small, NOW)


def test_held_out_lines_teach_nothing(small: Understanding) -> None:
    """They may set the scale of the probability, never a weight."""
    known = catalogue()
    extra = DangerLine("zugvögel im oktober", "de", Danger.ACUTE, "x", None, held_out=True, source=Source("x", 1))
    taught = build(replace(known, danger=(*known.danger, extra)))
    assert np.array_equal(taught.danger.danger.table, small.danger.danger.table)


def test_a_glance_is_enough_for_the_queue(small: Understanding) -> None:
    """Danger overtakes, everything else waits its turn."""
    assert glance("er hat ein messer und bedroht uns", small) is Severity.ALARM
    assert glance("wie erreiche ich die pressestelle", small) is Severity.NORMAL
    assert glance("", small) is Severity.NORMAL


def test_an_empty_world_is_safe() -> None:
    """Without a single example or line every message is unknown or more, and nothing raises."""
    thresholds = Thresholds(0.9, 0.8, 0.1, 0.05, 0.5, 0.2)
    full = catalogue()
    bare = replace(full.authorities["test"], intents={})
    nothing = Catalogue("0", "0", {"test": bare}, (), Lexicon(), thresholds, ("de",))
    outcome = Citizen(build(nothing)).says("hallo")
    assert outcome.level in {Level.UNKNOWN, Level.POSSIBLE}
    assert "110" in "".join(reply.text for reply in outcome.replies)


def test_times_may_lie_in_the_future(small: Understanding) -> None:
    """A platform's clock that runs ahead makes no message late."""
    ahead = datetime(2030, 1, 1, tzinfo=UTC)
    outcome = Citizen(small).says("wie erreiche ich die pressestelle", sent_at=ahead)
    assert outcome.intent == "contact.press"
