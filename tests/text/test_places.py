"""Names of places as people write them."""

import pytest

from bot.text.fold import fold
from bot.text.places import Gazetteer

NAMES = [
    ("Winsen (Luhe)", 0, False),
    ("Winsen", 0, False),
    ("Winsen (Aller)", 1, False),
    ("Winsen", 1, False),
    ("Bad Fallingbostel", 2, False),
    ("Stelle", 3, True),
    ("Celle", 4, False),
    ("29221", 4, False),
    ("Neu Wulmstorf", 5, False),
    ("Lüchow-Dannenberg", 6, False),
    ("Stade", 7, False),
    ("Lüneburg", 8, False),
    ("Люнебург", 8, False),
    ("لونبورغ", 8, False),
]
GAZETTEER = Gazetteer(NAMES)
KNOWN = {
    "stadt",
    "welche",
    "polizei",
    "ist",
    "zustandig",
    "wo",
    "die",
    "nachste",
    "in",
    "wir",
    "wohnen",
    "zele",
    "whatsapp",
    "kanal",
    "keler",
}


def found(text: str) -> list[tuple[int, ...]]:
    return [one.ids for one in GAZETTEER.find(fold(text), KNOWN.__contains__)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Winsen an der Luhe", (0,)),
        ("winsen/luhe", (0,)),
        ("in Winsen", (0, 1)),
        ("fallingbostel", (2,)),
        ("Bad Fallingbostl", (2,)),
        ("bei uns in Celles Altstadt", (4,)),
        ("die Celler Polizei", (4,)),
        ("29221", (4,)),
        ("neuwulmstorf", (5,)),
        ("Neu Wulmsdorf", (5,)),
        ("lüchow dannenberg", (6,)),
        ("Luechow-Danneberg", (6,)),
        ("Kelle Polizei", (4,)),
        ("wir wohnen in Setlle", (3,)),
        ("Polizei Stdae", (7,)),
        ("WhatsApp-Kanal Zelle", (4,)),
        ("die cellesche Polizei", (4,)),
        ("Bad-Fallingbostel", (2,)),
        ("Celle'deki polis", (4,)),
        ("Bad Fallingbostel'de oturuyorum", (2,)),
        ("Lüneburg’da polis numarası", (8,)),
        ("policja w Lüneburgu", (8,)),
        ("полиция в Люнебурге", (8,)),
        ("رقم الشرطة بلونبورغ", (8,)),
    ],
)
def test_a_place_is_found_however_it_is_written(text: str, ids: tuple[int, ...]) -> None:
    """With and without river, declined, run together, with a slip of the pen, by its code."""
    assert found(text) == [ids]


@pytest.mark.parametrize(
    "text",
    [
        "welche Stelle ist zuständig",
        "wo ist die nächste Stadt",
        "Zelle im Keller",
        "2922",
        "welche Setlle ist zuständig",
        "Stadien und Cellophan",
        "بالون",
    ],
)
def test_a_word_is_no_place(text: str) -> None:
    """Everyday words that are spelt like a place, or nearly so."""
    assert found(text) == []


@pytest.mark.parametrize("text", ["Stelle", "wir wohnen in Stelle", "Polizei Stelle"])
def test_a_word_is_a_place_where_only_a_place_can_stand(text: str) -> None:
    """By itself, or behind "in"."""
    assert found(text) == [(3,)]


def test_two_places_are_two() -> None:
    """In their order."""
    assert found("Celle und Bad Fallingbostel") == [(4,), (2,)]


def test_what_is_left_without_the_places() -> None:
    """The rest keeps its words; a text of nothing else stays as it is."""
    assert GAZETTEER.without(fold("Polizei in Celle Nummer")) == "polizei in numer"
    assert GAZETTEER.without("cele") == "cele"
