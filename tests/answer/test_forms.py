"""What each level says first, and that danger is the safe default."""

from dataclasses import replace

import pytest

from bot.answer import render, triage
from bot.answer.understanding import Understanding
from bot.message import Kind, Lane, Level, Outcome, Reply, Severity
from tests.answer.conftest import NOW, Citizen, body

HELPLINE = "0800 111 0 111"


def numbers(outcome: Outcome) -> bool:
    """Both numbers stand beside the notice."""
    return "110" in body(outcome) and "112" in body(outcome)


def test_acute_danger_gets_the_numbers_first_and_an_alarm(citizen: Citizen) -> None:
    """Nothing stands before the numbers, the reply overtakes, people are alarmed."""
    outcome = citizen.says("er hat ein messer und bedroht uns")
    assert outcome.level is Level.ACUTE
    assert body(outcome).startswith("danger.police")
    assert outcome.replies[0].lane is Lane.EMERGENCY
    assert outcome.case is not None
    assert (outcome.case.severity, outcome.case.reason) == (Severity.ALARM, "danger")


def test_fire_and_illness_go_to_the_fire_brigade(citizen: Citizen) -> None:
    """The number that helps stands first."""
    assert body(citizen.says("die küche brennt und der rauch kommt ins zimmer")).startswith("danger.fire")
    assert body(citizen.says("my father is not breathing", after=4000)).startswith("danger.fire [en]")


def test_a_life_crisis_gets_its_own_text_and_an_alarm(citizen: Citizen) -> None:
    """Suicidal words are answered with the crisis lines."""
    outcome = citizen.says("ich will nicht mehr leben")
    assert outcome.level is Level.CRISIS
    assert body(outcome).startswith("danger.crisis")
    assert outcome.case is not None
    assert (outcome.case.severity, outcome.case.reason) == (Severity.ALARM, "crisis")


def test_a_harmless_question_is_answered_without_numbers(citizen: Citizen) -> None:
    """Positively recognised as harmless and answered: the only reply that may leave the numbers out."""
    outcome = citizen.says("wie erreiche ich die pressestelle")
    assert outcome.level is Level.HARMLESS
    assert body(outcome) == "contact.press [de]"
    assert outcome.case is None


def test_what_is_not_understood_is_never_silent_about_the_numbers(citizen: Citizen) -> None:
    """Gibberish, questions back and hand-overs all carry the numbers somewhere."""
    for text in ("qwertz foo bar", "mein hund heißt bello und mag spaziergänge", "xyzzy", "🤔", "?", "....."):
        somebody = Citizen(citizen.understanding, dialogue=citizen.dialogue)
        assert numbers(somebody.says(text)), text


def test_unknown_and_possible_open_with_the_numbers(citizen: Citizen) -> None:
    """Where danger is open the first line names the numbers, the answer follows."""
    outcome = citizen.says("meine mutter ist im keller und ich höre sie nicht")
    assert outcome.level in {Level.POSSIBLE, Level.UNKNOWN, Level.ACUTE}
    assert "110" in body(outcome).splitlines()[0]


def test_no_answer_stands_before_the_numbers_where_danger_is_possible(shipped: Understanding) -> None:
    """Whatever the editors have written: numbers at the end of an answer are not read in time."""
    for office in shipped.catalogue.authorities.values():
        for name, response in office.responses.items():
            for language in response.text:
                written = (render.said(office, name, language, NOW),)
                (said,) = render.opened(written, Level.POSSIBLE, office, NOW)
                first = render.NUMBERS.search(said.text)
                assert first is not None, (office.id, name, language)
                assert first.start() <= 75, (office.id, name, language)


def test_a_harmless_message_nobody_can_answer_closes_with_the_numbers(citizen: Citizen) -> None:
    """People take over, and one sentence at the end names the numbers."""
    citizen.dialogue = replace(citizen.dialogue, misses=1)
    outcome = citizen.says("das wetter ist heute wirklich schön")
    assert outcome.level is Level.HARMLESS
    assert outcome.intent == ""
    assert body(outcome).startswith("dialogue.handover")
    assert "danger.closing" in body(outcome)
    assert outcome.case is not None


def test_the_notice_comes_before_an_answer(stranger: Citizen) -> None:
    """First contact says who answers, as a message of its own, once."""
    outcome = stranger.says("wie erreiche ich die pressestelle")
    assert [reply.notice for reply in outcome.replies] == [True, False]
    assert not any(reply.notice for reply in stranger.says("hallo").replies)


def test_the_notice_comes_after_the_numbers(stranger: Citizen) -> None:
    """In danger nothing stands before the numbers, not even the duty to say that a program answers."""
    outcome = stranger.says("er hat ein messer und bedroht uns")
    assert [reply.notice for reply in outcome.replies] == [False, True]
    assert outcome.replies[0].text.startswith("danger.")


def test_every_step_can_be_explained(citizen: Citizen) -> None:
    """The reasons name the example that convinced, its place, and the runner-up."""
    reasons = {reason.code: reason for reason in citizen.says("wie erreiche ich die pressestelle").reasons}
    assert "contact.press.yaml:1" in reasons["match-best"].evidence
    assert "match-next" in reasons
    assert "Gefahr" in reasons["danger-probability"].text
    dangerous = {reason.code for reason in citizen.says("es brennt bei uns im keller").reasons}
    assert {"danger-signal", "danger-probability", "danger"} <= dangerous


def test_an_unknown_authority_still_gets_the_numbers(citizen: Citizen) -> None:
    """A conversation whose authority is gone from the content is never left without an answer."""
    citizen.authority = "closed-down"
    assert numbers(citizen.says("hallo"))


def test_a_reaction_needs_no_reply(citizen: Citizen) -> None:
    """Nor does a deleted message."""
    assert citizen.says("", Kind.REACTION).replies == ()
    assert citizen.says("", Kind.DELETION).replies == ()


@pytest.mark.parametrize("language", ["de", "leicht", "en", "tr", "uk", "ru", "ar", "pl", "fr", "es", "ro", "fa"])
def test_whoever_may_despair_is_told_where_to_talk(shipped: Understanding, language: str) -> None:
    """After the numbers, in the language of the reply; a text that names the help line already says it once."""
    office = shipped.catalogue.authorities["nrw-im"]
    (plain,) = render.closed([Reply("…", language)], office, NOW)
    (said,) = render.closed([Reply("…", language)], office, NOW, despair=True)
    (again,) = render.closed([said], office, NOW, despair=True)
    assert render.NUMBERS.search(plain.text)
    assert HELPLINE not in plain.text
    assert said.text.startswith(plain.text)
    assert said.text.count(HELPLINE) == again.text.count(HELPLINE) == 1


@pytest.mark.parametrize(
    "text",
    ["bei uns brennt die Küche", "hier brennt die Wohnung", "im Nachbarort brennt das Dach", "da brennt der Wald"],
)
def test_the_plainest_words_are_an_alarm(shipped: Understanding, text: str) -> None:
    """However near they stand to a figure of speech such as "bei uns brennt die Hütte"."""
    outcome = Citizen(shipped, "nrw-im").says(text)
    assert outcome.level is Level.ACUTE


@pytest.mark.parametrize(
    "text",
    [
        "Welche Nummer hat die Pressestelle? Schnell, hier sticht gerade einer auf meinen Bruder ein!",
        "Wann haben Sie geöffnet? Meine Frau ist eben umgekippt und atmet nicht mehr.",
        "Wo ist das Fundbüro? Egal, bei uns brennt die Küche und die Kinder sind noch oben!",
        "Gibt es einen WhatsApp-Kanal? Mein Mann steht mit der Axt vor der Tür und tritt sie ein.",
        "Gibt es bei euch einen WhatsApp-Kanal, vor mir steht einer mit einer Axt",
        "Welche Nummer hat der Bereitschaftsdienst, mein Mann lallt und sein Mund hängt",
        "wie lange hat das rathaus heute auf mein nachbar schlägt gerade die tür zu unserer wohnung ein",
        "what are your opening hours someone is climbing through my window",
    ],
)
def test_a_question_beside_it_takes_no_alarm_back(shipped: Understanding, text: str) -> None:
    """Whatever else is asked, the numbers come first, and people are alarmed."""
    outcome = Citizen(shipped, "nrw-im").says(text)
    assert outcome.level is Level.ACUTE
    assert outcome.case is not None
    assert outcome.case.severity is Severity.ALARM


def test_a_question_that_sounds_dangerous_is_answered_after_the_numbers(shipped: Understanding) -> None:
    """It may be danger: nothing is held back, neither the numbers nor the answer nor the word to people."""
    understanding = replace(
        shipped,
        catalogue=replace(shipped.catalogue, thresholds=replace(shipped.catalogue.thresholds, danger_first=0.0)),
    )
    outcome = Citizen(understanding, "nrw-im").says("Wie erreiche ich die Pressestelle?")
    assert outcome.level is Level.POSSIBLE
    assert outcome.intent == "contact.press"
    assert numbers(outcome)
    assert outcome.case is not None
    assert outcome.case.severity is Severity.RAISED
    assert "danger-doubted" in {reason.code for reason in outcome.reasons}


def test_hints_of_despair_let_the_numbers_open_the_reply(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    """However unlikely other danger is; what was asked is answered all the same."""
    monkeypatch.setattr(triage, "_HINTED", -1.0)
    outcome = citizen.says("wie erreiche ich die pressestelle")
    assert outcome.level is Level.POSSIBLE
    assert numbers(outcome)
    assert outcome.intent == "contact.press"
    assert "crisis-hinted" in {reason.code for reason in outcome.reasons}
