"""The language of the reply is the language of the question."""

from tests.answer.conftest import Citizen


def test_english_is_answered_in_english_from_the_first_word(stranger: Citizen) -> None:
    """Nobody has to ask for it."""
    assert stranger.says("how do i reach the press office").language == "en"


def test_the_language_follows_a_clear_change(citizen: Citizen) -> None:
    """A conversation may switch, and switch back."""
    assert citizen.says("how do i reach the press office").language == "en"
    assert citizen.says("wo finde ich euch auf instagram").language == "de"


def test_a_number_changes_no_language(citizen: Citizen) -> None:
    """What has no letters leaves the language as it was."""
    citizen.says("how do i reach the press office")
    assert citizen.says("2").language == "en"


def test_easy_language_stays_once_chosen(citizen: Citizen) -> None:
    """`leicht` is a language like any other and is not taken away by recognition."""
    assert citizen.says("bitte in leichter sprache").language == "leicht"
    assert citizen.says("wie erreiche ich die pressestelle").replies[0].text.startswith("contact.press [leicht]")
    assert citizen.says("normale sprache").language == "de"
    assert citizen.says("wie erreiche ich die pressestelle").language == "de"


def test_easy_language_follows_the_page_it_was_asked_on(stranger: Citizen) -> None:
    """A page in easy language is a choice too, until somebody writes in another language."""
    assert stranger.says("wie erreiche ich die pressestelle", language_hint="leicht").language == "leicht"
    assert stranger.says("wo finde ich euch auf instagram").language == "leicht"
    assert stranger.says("how do i reach the press office").language == "en"


def test_a_language_can_be_asked_for_and_stays(citizen: Citizen) -> None:
    """What was asked for holds although German words follow."""
    assert citizen.says("auf englisch bitte").language == "en"
    assert citizen.says("wo finde ich euch auf instagram").language == "en"


def test_an_unknown_script_is_answered_in_the_hinted_language(stranger: Citizen) -> None:
    """Where we cannot tell, the platform's language decides, then German."""
    assert stranger.says("你好吗", language_hint="en-GB").language == "en"
    stranger.dialogue = type(stranger.dialogue)()
    assert stranger.says("你好吗", language_hint="zh").language == "de"
