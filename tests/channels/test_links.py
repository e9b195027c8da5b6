"""Telephone numbers and addresses in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.links import pieces


def links(text: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.href) for piece in pieces(text) if piece.href]


@pytest.mark.parametrize(
    ("text", "shown", "dialled"),
    [
        ("Notruf 110.", "110", "110"),
        ("(112)", "112", "112"),
        ("Behördennummer: 115", "115", "115"),
        ("Arzt: 116117", "116117", "116117"),
        ("Arzt: 116 117!", "116 117", "116117"),
        ("Kinder: 116 111", "116 111", "116111"),
        ("Zentrale 0211 871-01.", "0211 871-01", "021187101"),
        ("Presse 0211 871-1111,", "0211 871-1111", "02118711111"),
        ("0211/871-01", "0211/871-01", "021187101"),
        ("(0211) 871-01", "(0211) 871-01", "021187101"),
        ("+49 211 871-01", "+49 211 871-01", "+4921187101"),
        ("+49 (0)211 871-01", "+49 (0)211 871-01", "+4921187101"),
        ("Seelsorge 0800 111 0 111", "0800 111 0 111", "08001110111"),
        ("0800 – 116 016", "0800 – 116 016", "0800116016"),
    ],
)
def test_a_number_can_be_dialled(text: str, shown: str, dialled: str) -> None:
    """Every way a German number is written leads to the number."""
    assert links(text) == [(shown, f"tel:{dialled}")]


@pytest.mark.parametrize("text", ["110/112", "110 oder 112", "110, 112", "110 (Polizei) und 112 (Feuerwehr)"])
def test_both_emergency_numbers_can_be_dialled(text: str) -> None:
    """Whatever stands between them."""
    assert [href for _, href in links(text)] == ["tel:110", "tel:112"]


def test_two_numbers_stay_two() -> None:
    """A stroke between numbers does not join them."""
    assert [href for _, href in links("0211 871-01 / 0211 871-02")] == ["tel:021187101", "tel:021187102"]


@pytest.mark.parametrize(
    "text",
    [
        "am 01.12.2026 um 01:30 Uhr",
        "110 Euro, 112 %, 110 km",
        "§ 112 und §112",
        "2.110,50 und 110,5 und 1,110",
        "40217 Düsseldorf, 01067 Dresden",
        "Version 110.2, x110, 110er",
        "Artikel-110-Gesetz",
        "0",
        "1795219000",
    ],
)
def test_other_figures_are_no_numbers_to_dial(text: str) -> None:
    """Dates, sums, paragraphs and postal codes stay text."""
    assert links(text) == []


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("Siehe https://im.nrw.", "https://im.nrw"),
        ("(https://im.nrw/a_(b))", "https://im.nrw/a_(b)"),
        ("„https://im.nrw/x“", "https://im.nrw/x"),
        ("www.im.nrw!", "https://www.im.nrw"),
        ("https://www.instagram.com/innen.nrw/ und", "https://www.instagram.com/innen.nrw/"),
        ("https://im.nrw/tel/0211871010", "https://im.nrw/tel/0211871010"),
        ("poststelle@im.nrw.de.", "mailto:poststelle@im.nrw.de"),
    ],
)
def test_an_address_becomes_a_link(text: str, href: str) -> None:
    """Without the punctuation of the sentence around it."""
    assert [link for _, link in links(text)] == [href]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "[x](javascript:alert(1))", "//evil.example"]
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    """Only web, mail and telephone."""
    assert links(text) == []


@given(st.text(alphabet=st.sampled_from('012 /-()+.,;:§€htps@w\n"x'), max_size=60) | st.text(max_size=60))
def test_the_pieces_are_the_text(text: str) -> None:
    """Nothing is added and nothing lost, whatever the text."""
    cut = pieces(text)
    assert "".join(piece.text for piece in cut) == text
    assert all(piece.href.startswith(("", "tel:", "https://", "http://", "mailto:")) for piece in cut)
