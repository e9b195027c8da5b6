"""Typos find the word that was meant, and nothing near is overlooked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot.answer.snapping import Vocabulary

WORDS = (
    "fundbüro fundsachen führerschein personalausweis parkausweis parkplatz wache wachen pressestelle presse".split()
)
LETTERS = st.text("abcdefghinprstuwü", min_size=4, max_size=14)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fundbpro", "fundbüro"),
        ("ufndbüro", "fundbüro"),
        ("persnalausweis", "personalausweis"),
        ("pressestele", "pressestelle"),
        ("wahce", "wache"),
        ("garten", "garten"),
        ("wax", "wax"),
    ],
)
def test_a_typo_becomes_the_word_that_was_meant(typed: str, meant: str) -> None:
    """One or two slips, or the first two letters in the wrong order; what is further off stays as it is."""
    assert Vocabulary.of([" ".join(WORDS)]).snap(f"wo ist {typed}") == f"wo ist {meant}"


@given(words=st.sets(LETTERS, min_size=1, max_size=30), typed=LETTERS)
def test_no_near_word_is_passed_over(words: set[str], typed: str) -> None:
    """Whatever begins with the same letter and is as few slips away as are forgiven is found."""
    most = 1 if len(typed) <= 5 else 2
    slips = {word: OSA.distance(word, typed) for word in words if word[0] == typed[0]}
    found = Vocabulary.of(words).snap(typed)
    if slips and min(slips.values()) <= most:
        assert slips[found] == min(slips.values())
