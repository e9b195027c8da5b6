"""The lexicon at work: groups, wildcards, frames, and what no frame takes back."""

import pytest

from bot.answer.signals import Signals
from bot.content.catalogue import Danger, Frame, Lexicon, Service, Signal
from bot.text.fold import fold

LEXICON = Lexicon(
    signals=(
        Signal("fire", Danger.ACUTE, Service.FIRE, ("de",), (("es brennt", "flammen*"),), ("grill*",)),
        Signal("weapon", Danger.ACUTE, Service.POLICE, ("de",), (("*messer", "pistole"), ("bedroht",))),
        Signal("suicide", Danger.CRISIS, None, ("de",), (("bringe mich um",),), suppressible=False),
        Signal("sos", Danger.ACUTE, Service.BOTH, ("*",), (("🆘",),)),
    ),
    frames=(
        Frame("fiction", "de", ("im film",)),
        Frame("past", "de", ("gestern",)),
        Frame("past", "en", ("yesterday",)),
    ),
    now_words={"de": ("jetzt", "gerade")},
)


@pytest.fixture(scope="module")
def signals() -> Signals:
    """A lexicon of four signals."""
    return Signals(LEXICON)


def found(signals: Signals, text: str, language: str = "de") -> dict[str, str]:
    """Signal to the frame that took it back."""
    return {one.signal.name: one.frame for one in signals.find(fold(text), language)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Es brennt!", {"fire"}),
        ("überall Flammenmeer", {"fire"}),
        ("Er bedroht uns mit einem Küchenmesser", {"weapon"}),
        ("Das Messer liegt in der Küche", set()),
        ("🆘", {"sos"}),
        ("alles ruhig", set()),
        ("", set()),
    ],
)
def test_a_signal_needs_a_word_of_every_group(signals: Signals, text: str, names: set[str]) -> None:
    """Wildcards stand for any ending or beginning; one group alone is no signal."""
    assert set(found(signals, text)) == names


def test_a_word_against_a_signal_ends_it(signals: Signals) -> None:
    """What burns in the barbecue is no fire."""
    assert found(signals, "Es brennt im Grillkamin") == {}


def test_a_frame_takes_a_signal_back(signals: Signals) -> None:
    """What happened yesterday, or in a film, does not happen now; and the reason is kept."""
    assert found(signals, "Im Film ruft einer: es brennt") == {"fire": "fiction"}
    assert found(signals, "Gestern hieß es: es brennt") == {"fire": "past"}


def test_a_word_of_now_overrides_a_frame(signals: Signals) -> None:
    """A sentence that also speaks of now is about now."""
    assert found(signals, "Gestern Rauch, jetzt: es brennt") == {"fire": ""}


def test_frames_count_only_in_the_language_of_the_sentence(signals: Signals) -> None:
    """What takes danger back must be sure of the language; danger itself need not be."""
    assert found(signals, "Es brennt, gestern auch", "en") == {"fire": ""}
    assert found(signals, "Es brennt, gestern auch", "leicht") == {"fire": "past"}


def test_some_signals_cannot_be_taken_back(signals: Signals) -> None:
    """A suicidal sentence is never fiction to us."""
    assert found(signals, "Gestern im Film: ich bringe mich um") == {"suicide": ""}
