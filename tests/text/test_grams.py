"""Hashed stretches: the same for one text and for many, and what was promised to be cut."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.text.grams import ACROSS, BITS, INSIDE, PAIR, WORD, choice, stretches

EVERYTHING = choice([WORD, PAIR, *INSIDE.values(), *ACROSS.values()])
WORDS = st.lists(st.text("abcé я", min_size=1, max_size=6).map(lambda word: word.replace(" ", "") or "x"), max_size=8)


def expected(text: str) -> dict[int, set[str]]:
    """What ought to be cut, by code, written out the slow way."""
    padded = f" {text} "
    found: dict[int, set[str]] = {}
    for length in range(3, 7):
        for start in range(len(padded) - length + 1):
            piece = padded[start : start + length]
            code = (ACROSS if " " in piece[1:-1] else INSIDE).get(length)
            if code is not None:
                found.setdefault(code, set()).add(piece)
    words = text.split()
    found[WORD] = set(words)
    pairs = {f"{one} {other}" for gap in (1, 2) for one, other in zip(words, words[gap:], strict=False)}
    return found | {PAIR: pairs}


@given(WORDS)
def test_every_stretch_is_cut_once(words: list[str]) -> None:
    """The number of different stretches of each kind is what a slow reader would count."""
    text = " ".join(words)
    cut = stretches([text], EVERYTHING)
    for code, pieces in expected(text).items():
        # Two of some forty pieces may share one of a million hashes, once in a while.
        assert len(pieces) - 1 <= int((cut.codes == code).sum()) <= len(pieces)


@given(st.lists(WORDS, min_size=2, max_size=5))
def test_a_text_is_cut_alike_alone_and_in_company(batch: list[list[str]]) -> None:
    """Training cuts thousands of lines at once, answering cuts one: both must see the same."""
    texts = [" ".join(words) for words in batch]
    together = stretches(texts, EVERYTHING)
    for number, text in enumerate(texts):
        alone = stretches([text], EVERYTHING)
        mine = together.rows == number
        assert np.array_equal(together.hashes[mine], alone.hashes)
        assert np.array_equal(together.codes[mine], alone.codes)
        assert np.array_equal(together.counts[mine], alone.counts)


@given(st.lists(WORDS, min_size=2, max_size=3), st.sets(st.sampled_from(sorted(np.flatnonzero(EVERYTHING).tolist()))))
def test_only_what_is_chosen_is_cut(batch: list[list[str]], codes: set[int]) -> None:
    """Many texts are cut for the chosen codes alone, and give what cutting everything and choosing would."""
    texts = [" ".join(words) for words in batch]
    some, rest = stretches(texts, choice(codes)), stretches(texts, EVERYTHING).only(choice(codes))
    assert np.array_equal(some.rows, rest.rows)
    assert np.array_equal(some.hashes, rest.hashes)
    assert np.array_equal(some.codes, rest.codes)
    assert np.array_equal(some.counts, rest.counts)


def test_a_choice_keeps_only_its_codes() -> None:
    """Language, danger and matching each read their own part of one cut."""
    chosen = stretches(["wie geht es dir heute"], choice([WORD]))
    assert set(chosen.codes.tolist()) == {WORD}
    assert len(chosen.hashes) == 5
    assert int(chosen.hashes.max()) < 1 << BITS


def test_hashes_never_change_between_runs() -> None:
    """A model on disk is read by another process: the hash of a word is fixed for good."""
    assert stretches(["feuer"], choice([WORD])).hashes.tolist() == [399_273]
