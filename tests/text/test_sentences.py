"""Cutting a message into what is judged on its own."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.text.sentences import sentences, windows


def test_sentences_end_where_people_end_them() -> None:
    """Full stops, questions, cries and new lines end a sentence, with or without a space."""
    assert sentences("Guten Tag. Was nun?Hilfe!\nSchnell") == ["Guten Tag.", "Was nun?", "Hilfe!", "Schnell"]


def test_abbreviations_and_dates_end_nothing() -> None:
    """A short word or number before a full stop is rarely the end."""
    assert sentences("Am 3. Mai war Dr. Meier da. Gut.") == ["Am 3. Mai war Dr. Meier da.", "Gut."]


def test_other_scripts_have_their_own_question_mark() -> None:
    """The Arabic question mark ends a sentence too."""
    assert len(sentences("أين أنت؟ تعال")) == 2


def test_a_short_sentence_is_one_window() -> None:
    """Only what nobody would say in one breath is cut."""
    assert list(windows("eins zwei drei")) == ["eins zwei drei"]


def test_every_word_of_an_endless_sentence_stands_in_a_window_with_its_neighbours() -> None:
    """Voice input without punctuation is judged in overlapping stretches."""
    words = [f"w{number}" for number in range(200)]
    cut = list(windows(" ".join(words)))
    for one, other in pairwise(words):
        assert any(f"{one} {other}" in window for window in cut)


@given(st.text())
def test_nothing_is_lost_between_sentences(text: str) -> None:
    """All letters come out again, in order."""
    kept = "".join("".join(sentences(text)).split())
    assert [one for one in kept if one.isalpha()] == [one for one in text if one.isalpha()]
