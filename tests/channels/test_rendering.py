"""Cutting texts for platforms: everything arrives, nothing is torn apart."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.rendering import measure, numbered, shorten, split
from bot.message import Choice

LINK = "https://im.nrw/lange/adresse?x=1"
FIREFIGHTER = "\U0001f469\U0001f3fd\u200d\U0001f692"
FLAG = "\U0001f1e9\U0001f1ea"
PHONE = "0211 871-01"
WORDS = st.sampled_from(["Rufen", "Sie", PHONE, "an.", "Oder:", LINK, FIREFIGHTER, FLAG, "é", "مرحبا", "\n\n", "…"])
TEXTS = st.lists(WORDS, max_size=120).map(" ".join)


@given(text=st.text(max_size=400), limit=st.integers(8, 60), unit=st.sampled_from(["chars", "utf16", "bytes"]))
def test_parts_fit_and_nothing_but_blanks_is_lost(text: str, limit: int, unit: str) -> None:
    """For any text whatsoever, in every unit a platform counts in."""
    parts = split(text, limit, unit)
    assert all(measure(part, unit) <= limit for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


@given(text=TEXTS, limit=st.integers(60, 120))
def test_numbers_links_and_signs_stay_whole(text: str, limit: int) -> None:
    """A number cut in two is a wrong number."""
    parts = split(text, limit)
    for whole in (PHONE, LINK, FIREFIGHTER, FLAG):
        assert sum(part.count(whole) for part in parts) == text.count(whole)


def test_the_cut_is_at_the_end_of_a_sentence() -> None:
    """Where there is one in the second half, each part ends with it."""
    text = "Dies ist ein Satz. " * 30
    parts = split(text, 100)
    assert all(part.endswith("Satz.") for part in parts)


def test_a_paragraph_is_a_better_place_than_a_sentence() -> None:
    """The best place in the second half wins."""
    assert split("Eins zwei drei.\n\nVier. Fünf sechs sieben.", 28)[0] == "Eins zwei drei."


def test_a_word_without_end_is_cut_somewhere() -> None:
    """Nothing stops the text from arriving."""
    assert split("x" * 250, 100) == ["x" * 100, "x" * 100, "x" * 50]


def test_ten_thousand_accents_on_one_letter_are_cut_too() -> None:
    """ATTACKS C1, Zalgo: it ends, and every part fits."""
    parts = split("a" + "\u0301" * 10_000, 4096, "utf16")
    assert max(len(part) for part in parts) <= 4096
    assert "".join(parts) == "a" + "\u0301" * 10_000


def test_an_empty_text_is_one_empty_part() -> None:
    """The platform says what it thinks of it, not we."""
    assert split("  \n ", 10) == [""]


def test_choices_as_text_are_numbered() -> None:
    """A platform without buttons shows what a number means."""
    assert numbered("Was meinen Sie?\n", (Choice("a", "Presse"), Choice("b", "Stellen"))) == (
        "Was meinen Sie?\n\n1. Presse\n2. Stellen"
    )
    assert numbered("Nichts zu wählen", ()) == "Nichts zu wählen"


@pytest.mark.parametrize("unit", ["chars", "utf16", "bytes"])
def test_a_label_is_shortened_to_what_fits(unit: str) -> None:
    """In the platform's own unit, with a sign that something is missing."""
    short = shorten("🙂 Vermessungsangelegenheiten", 20, unit)
    assert measure(short, unit) <= 20
    assert short.endswith("…")
    assert shorten("kurz", 20, unit) == "kurz"
