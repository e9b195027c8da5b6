"""Folding: whatever people, keyboards and ill will do to a word, it comes out the same."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.fold import LONGEST, clean, fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Er schlägt mich", "er schlagt mich"),
        ("Er schlaegt mich", "er schlagt mich"),
        ("Er schla\u0308gt mich", "er schlagt mich"),
        ("HIIILFEEEE!!!", "hilfe !"),
        ("Straße", "strase"),
        ("STRASSE", "strase"),
        ("h\u200be\u200cl\u2060p", "help"),
        ("\u202ehelp\u202c", "help"),
        ("H I L F E", "hilfe"),
        ("\u041dilfe", "hilfe"),
        ("Notruf-Nummer", "notrufnumer"),
        ("Bundes·tag", "bundestag"),
        ("Bürger:innen", "burgerinen"),
        ("I’m can't", "im cant"),
        ("\u2066ABC\u2069", "abc"),
        ("ＨＥＬＰ", "help"),
        ("Київ ґанок", "киів ганок"),
        ("İstanbul ŞÜPHE", "istanbul suphe"),
        ("أُسرة", "اسره"),
        ("ﷲ", "اله"),
    ],
)
def test_spellings_of_one_word_meet(written: str, folded: str) -> None:
    """Umlauts, capitals, stretched and spaced letters, invisible and look-alike characters fold into one form."""
    assert fold(written) == folded


@pytest.mark.parametrize("written", ["112", "１１２", "١١٢", "۱۱۲", "1️⃣1️⃣2️⃣", "1 1 2", "1-1-2", "l12"])
def test_the_emergency_number_is_read_in_every_script(written: str) -> None:
    """Full-width, Arabic, Persian, keycap and spaced digits are the number."""
    assert fold(f"ruft {written} an").split()[1] == "112"


def test_a_letter_o_in_the_number_is_a_zero() -> None:
    """11O typed for 110 is 110."""
    assert fold("11O") == "110"


def test_longer_numbers_stay_as_they_are() -> None:
    """A list of digits or a telephone number is no emergency number."""
    assert fold("1 1 0 3") == "1 1 0 3"
    assert "110" not in fold("0211 1101").split()


def test_emoji_of_danger_become_words() -> None:
    """An emoji without any text still says something."""
    assert fold("🔥🔥🔥") == fold("emojifeuer")
    assert fold("🆘").split() == [fold("emojihilfe")]
    assert "emojikrankenwagen" in fold("schnell 🚑!")


def test_nothing_invisible_survives() -> None:
    """Controls, lone surrogates and noncharacters are gone, line ends are kept."""
    assert clean("a\x00b\ud83dc\ufffed\n e") == "abcd\n e"


def test_a_flood_of_combining_marks_is_cut_down() -> None:
    """Zalgo text costs no time and leaves the word."""
    flooded = "hi" + "\u0316\u0301" * 30_000 + "lfe"
    assert fold(flooded) == "hilfe"


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    """Lexicon entries and messages may be folded in any order."""
    once = fold(text)
    assert fold(once) == once


@given(st.text())
def test_any_text_folds_into_plain_words(text: str) -> None:
    """No text raises; what comes out has single spaces, no capitals and no control characters."""
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in folded)


@pytest.mark.parametrize("unit", ["a", "ä", "a ", "1 1 ", "\u0301\u0316", "🔥🆘", "\ufdfa", "?!", "a-", "Нi"])
def test_hostile_repetition_stays_within_bounds(unit: str) -> None:
    """No character, however often it comes, makes the folded text much longer than the message."""
    assert len(fold(unit * LONGEST)) <= 2 * LONGEST
