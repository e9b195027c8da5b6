"""Which language a text is in."""

import pytest

from bot.text.fold import fold
from bot.text.language import LanguageModel, learn

GERMAN = """wie erreiche ich die pressestelle
ich möchte wissen wann das amt geöffnet hat
können sie mir bitte helfen
wo finde ich den link zum kanal
mein nachbar ist jede nacht so laut
das ist nicht richtig und ich bin nicht zufrieden
danke für die schnelle antwort
was muss ich tun wenn der ausweis weg ist"""
ENGLISH = """how do i reach the press office
i would like to know when the office is open
can you please help me
where do i find the link to the channel
my neighbour is so loud every night
this is not right and i am not happy with it
thank you for the quick answer
what should i do if my passport is gone"""
UKRAINIAN = """як зв'язатися з пресслужбою
де я можу знайти посилання на канал
будь ласка допоможіть мені"""


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    """Trained on a handful of lines of each language."""
    samples = {"de": GERMAN, "en": ENGLISH, "uk": UKRAINIAN}
    return learn({name: [fold(line) for line in text.splitlines()] for name, text in samples.items()})


@pytest.mark.parametrize(
    ("text", "language"),
    [("mein Nachbar", "de"), ("my neighbour", "en"), ("der Kanal", "de"), ("the channel", "en"), ("де канал", "uk")],
)
def test_two_words_are_enough(model: LanguageModel, text: str, language: str) -> None:
    """A language shows in two words."""
    assert model.guess(fold(text)).language == language


@pytest.mark.parametrize("text", ["", "112", "🔥🔥", "?!", "12345 678"])
def test_what_has_no_letters_has_no_language(model: LanguageModel, text: str) -> None:
    """Numbers, marks and pictures change nothing about a conversation's language."""
    assert model.guess(fold(text)).language == ""


def test_a_script_nobody_writes_in_is_no_guess(model: LanguageModel) -> None:
    """Arabic is not German because German is all there is."""
    assert model.guess(fold("كيف حالك اليوم")).language == ""


def test_what_was_expected_settles_a_tie(model: LanguageModel) -> None:
    """A name is in every language; the conversation's own wins."""
    assert model.guess("qzx", "en").language == "en"
    assert model.guess("qzx", "de").language == "de"


def test_a_new_language_needs_examples_and_nothing_else() -> None:
    """No list of languages stands in the code."""
    model = learn({"de": ["das ist gut"], "fr": ["je voudrais savoir ou se trouve le bureau"], "xx": []})
    assert model.languages == ("de", "fr")
    assert model.guess(fold("je voudrais le bureau")).language == "fr"
