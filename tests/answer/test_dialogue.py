"""Conversation rules: what was said before decides what is said now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answer.choices import chosen
from bot.answer.pipeline import MOST_IN_MINUTE
from bot.answer.understanding import Understanding
from bot.message import Choice, Command, Kind, Level, Owner, Severity
from tests.answer.conftest import Citizen, body


def test_a_question_back_offers_choices(citizen: Citizen) -> None:
    """What is near but not sure is asked back, with the likeliest as buttons."""
    outcome = citizen.says("mein hund heißt bello und mag spaziergänge")
    assert outcome.intent == ""
    assert 1 <= len(outcome.dialogue.pending) <= 4
    assert all(choice.id.startswith("i:") for choice in outcome.dialogue.pending)


OFFERED = (Choice("i:contact.press", "Presse"), Choice("i:channels.instagram", "Instagram"))


@pytest.mark.parametrize(
    "typed",
    ["2", "2.", "die 2", "zwei", "Nummer zwei", "die zweite bitte", "Instagram", "instagramm", "the second one"],
)
def test_a_typed_answer_means_the_button(citizen: Citizen, typed: str) -> None:
    """A number, a number word, the label and a misspelt label are the choice."""
    citizen.dialogue = replace(citizen.dialogue, pending=OFFERED)
    outcome = citizen.says(typed)
    assert outcome.intent == "channels.instagram"
    assert outcome.level is Level.HARMLESS


def test_a_pressed_button_needs_no_memory(citizen: Citizen) -> None:
    """A button pressed days later still leads to its answer."""
    assert citizen.says("Presse", Kind.CHOICE, choice="i:contact.press").intent == "contact.press"


def test_a_button_of_an_intent_that_is_gone_has_expired(citizen: Citizen) -> None:
    """The content has changed since: say so, with the numbers, for nothing was understood."""
    outcome = citizen.says("Alt", Kind.CHOICE, choice="i:old.intent")
    assert "dialogue.expired" in body(outcome)
    assert "110" in body(outcome)


def test_words_beside_a_button_are_judged(citizen: Citizen) -> None:
    """A client may send any text with a button's id; danger in it counts."""
    outcome = citizen.says("er hat ein messer und bedroht uns", Kind.CHOICE, choice="i:contact.press")
    assert outcome.level is Level.ACUTE


def test_a_number_without_a_question_is_no_choice(citizen: Citizen) -> None:
    """Typing 2 means nothing when nothing was offered."""
    assert citizen.says("2").intent == ""


def test_too_many_messages_are_told_so_once(citizen: Citizen) -> None:
    """A program that went astray is told once, with the numbers; a minute later everything is answered again."""
    question = "wo finde ich euch auf instagram"
    assert all(citizen.says(question, after=61).intent == "channels.instagram" for _ in range(3))
    assert all(citizen.says(question, after=1).intent == "channels.instagram" for _ in range(MOST_IN_MINUTE - 1))
    told = citizen.says(question, after=1)
    assert "dialogue.slow" in body(told)
    assert "110" in body(told)
    assert told.case is not None
    assert citizen.says(question, after=1).replies == ()
    assert citizen.says(question, after=61).intent == "channels.instagram"


def test_danger_is_answered_however_many_messages_there_were(citizen: Citizen) -> None:
    """The one that matters may be among them."""
    for _ in range(2 * MOST_IN_MINUTE):
        citizen.says("wo finde ich euch auf instagram", after=0.5)
    assert citizen.says("er hat ein messer und bedroht uns", after=0.5).level is Level.ACUTE
    assert citizen.says("jetzt ist er weg", after=0.5).replies != ()


def test_two_requests_get_two_answers(citizen: Citizen) -> None:
    """Both halves are answered, the second introduced as such."""
    outcome = citizen.says("wie erreiche ich die pressestelle und wo finde ich euch auf instagram")
    assert {"contact.press [de]", "channels.instagram [de]"} <= set(body(outcome).splitlines())
    assert "dialogue.two [de]" in body(outcome)


@pytest.mark.parametrize("thanks", ["Danke.", "Danke für die Mühe.", "Sie helfen mir sehr."])
def test_two_requests_in_one_of_several_sentences_get_two_answers(shipped: Understanding, thanks: str) -> None:
    """The halves of "this and that" are looked at in each sentence of a short message."""
    citizen = Citizen(shipped, "pd-lueneburg")
    outcome = citizen.says(f"Guten Tag. Wo ist das Fundbüro und wie bewerbe ich mich bei der Polizei? {thanks}")
    assert {outcome.intent, *outcome.also} == {"service.lostfound", "jobs"}


@pytest.mark.parametrize(
    "said",
    [
        "Auf meiner Straße ist ein großes Loch. Wem sage ich das?",
        "Die Laterne vor unserm Haus geht nicht. An wen wende ich mich?",
        "Ich suche meinen verlorenen Schlüssel. Wer hilft mir da weiter?",
    ],
)
def test_a_sentence_that_only_asks_whom_to_tell_is_no_second_request(shipped: Understanding, said: str) -> None:
    """By itself it would be near to anything."""
    assert Citizen(shipped, "nrw-im").says(said).also == ()


def test_two_sentences_get_two_answers(citizen: Citizen) -> None:
    """The same across a full stop."""
    outcome = citizen.says("Wo finde ich euch auf Instagram? Ich bin Journalistin und brauche ein Statement.")
    assert "channels.instagram [de]" in body(outcome)
    assert "contact.press [de]" in body(outcome)


def test_a_greeting_before_a_question_is_no_greeting(citizen: Citizen) -> None:
    """Courtesy is taken away before a question is compared."""
    assert citizen.says("Guten Tag, wo finde ich euch auf Instagram?").intent == "channels.instagram"
    assert citizen.says("Hallo!").intent == "smalltalk.hello"


def test_a_short_message_continues_the_last_topic(citizen: Citizen) -> None:
    """Asking for "the link" means the link of what was spoken about."""
    citizen.says("wo finde ich euch auf instagram")
    assert citizen.says("ok dann den Link dafür").intent == "channels.instagram"


def test_after_two_misses_a_person_takes_over(citizen: Citizen) -> None:
    """Nobody is asked back twice in a row."""
    first = citizen.says("mein hund heißt bello und mag spaziergänge")
    second = citizen.says("mein hund heißt bello und mag spaziergänge wirklich")
    assert first.dialogue.pending
    assert not second.dialogue.pending
    assert second.case is not None
    assert body(second).startswith("dialogue.handover")


def test_an_answer_forgets_the_misses(citizen: Citizen) -> None:
    """Two misses count only in a row."""
    citizen.says("mein hund heißt bello und mag spaziergänge")
    citizen.says("wie erreiche ich die pressestelle")
    assert citizen.dialogue.misses == 0


def test_the_waiting_text_comes_once(citizen: Citizen) -> None:
    """While people are expected, further puzzles are not commented again and again."""
    citizen.dialogue = replace(citizen.dialogue, misses=1)
    assert "dialogue.handover" in body(citizen.says("das wetter ist heute wirklich schön"))
    assert "dialogue.waiting" in body(citizen.says("das wetter ist heute wirklich schön ja"))
    assert citizen.says("das wetter ist heute wirklich schön so").replies == ()
    assert citizen.says("wie erreiche ich die pressestelle").intent == "contact.press"


def test_a_denial_lowers_nothing_for_ten_minutes(citizen: Citizen) -> None:
    """Somebody may be made to write "all is well"."""
    citizen.says("er hat ein messer und bedroht uns")
    denial = citizen.says("das ist kein notfall alles gut bei uns")
    assert denial.level is Level.ACUTE
    assert body(denial).startswith("danger.again")
    assert citizen.says("danke").level is Level.ACUTE
    question = citizen.says("wie erreiche ich die pressestelle")
    assert question.level is Level.POSSIBLE
    assert body(question).startswith("danger.opening")
    assert "contact.press" in body(question)
    assert citizen.says("wie erreiche ich die pressestelle", after=3600).level is Level.HARMLESS


def test_a_crisis_stays_a_crisis(citizen: Citizen) -> None:
    """What follows within minutes is still about a life."""
    citizen.says("ich will nicht mehr leben")
    assert citizen.says("danke").level is Level.CRISIS


def test_the_same_danger_again_gets_the_short_text(citizen: Citizen) -> None:
    """The long text is not repeated, the numbers are."""
    citizen.says("er hat ein messer und bedroht uns")
    again = citizen.says("er hat ein messer und bedroht uns")
    assert body(again).startswith("danger.again")
    assert body(citizen.says("die küche brennt und der rauch kommt ins zimmer")).startswith("danger.fire")


def test_split_messages_are_judged_together(citizen: Citizen) -> None:
    """Three short messages within a minute make one cry for help."""
    assert citizen.says("museum").level is not Level.ACUTE
    assert citizen.says("auf den", after=2).level is not Level.ACUTE
    outcome = citizen.says("schienen", after=2)
    assert outcome.level is Level.ACUTE
    assert any(reason.code == "joined" for reason in outcome.reasons)


def test_what_was_said_long_ago_is_not_joined(citizen: Citizen) -> None:
    """A minute later a word stands for itself, and nothing of the old text is kept."""
    citizen.says("museum auf den")
    assert citizen.says("schienen", after=61).level is not Level.ACUTE
    citizen.says("wie erreiche ich die pressestelle", after=500)
    assert [said.text for said in citizen.dialogue.recent] == ["wie erreiche ich die pressestelle"]


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.PHOTO, Kind.LOCATION, Kind.STICKER, Kind.UNREADABLE])
def test_what_cannot_be_read_gets_the_numbers_and_people(citizen: Citizen, kind: Kind) -> None:
    """A voice note may be a call for help."""
    outcome = citizen.says("", kind)
    assert outcome.level is Level.UNKNOWN
    assert "110" in body(outcome)
    assert outcome.case is not None
    assert outcome.case.reason == "unreadable"


def test_an_album_is_answered_once(citizen: Citizen) -> None:
    """Five pictures are five events and one reply."""
    citizen.says("", Kind.PHOTO)
    assert citizen.says("", Kind.PHOTO, after=1).replies == ()
    assert citizen.says("", Kind.PHOTO, after=600).replies != ()


def test_a_caption_is_read(citizen: Citizen) -> None:
    """Danger under a photo is danger; a question under it is answered, and people see the photo."""
    assert citizen.says("wie erreiche ich die pressestelle", Kind.PHOTO).intent == "contact.press"
    assert citizen.has_case
    assert citizen.says("er hat ein messer und bedroht uns", Kind.PHOTO).level is Level.ACUTE


def test_an_empty_message_gets_the_numbers(citizen: Citizen) -> None:
    """Nothing readable: say so with the numbers; a second time people take over."""
    assert "dialogue.empty" in body(citizen.says("\u200b \n"))
    assert citizen.says("").case is not None


def test_an_edit_is_answered_only_if_it_became_urgent(citizen: Citizen) -> None:
    """A corrected typo is no new question; a corrected cry for help is one."""
    assert citizen.says("wie erreiche ich die pressestelle", Kind.EDIT).replies == ()
    urgent = citizen.says("er hat ein messer und bedroht uns", Kind.EDIT)
    assert body(urgent).startswith("danger.police")
    assert citizen.says("er hat ein messer und bedroht uns !", Kind.EDIT, after=5).replies == ()


def test_a_late_message_gets_one_late_answer(citizen: Citizen) -> None:
    """After fifteen minutes only the lateness is said, once, and people are told."""
    late = citizen.now - timedelta(minutes=20)
    first = citizen.says("wie erreiche ich die pressestelle", sent_at=late)
    assert "danger.late" in body(first)
    assert first.case is not None
    second = citizen.says("wo finde ich euch auf instagram", sent_at=late)
    assert second.replies == ()
    assert second.case is not None


def test_late_danger_is_always_answered(citizen: Citizen) -> None:
    """The lateness text has the numbers first, and people are alarmed."""
    citizen.says("hallo", sent_at=citizen.now - timedelta(hours=1))
    outcome = citizen.says("er hat ein messer und bedroht uns", sent_at=citizen.now - timedelta(minutes=20))
    assert body(outcome).startswith("danger.late")
    assert outcome.case is not None
    assert outcome.case.severity is Severity.ALARM


def test_the_bot_is_silent_while_a_person_answers(citizen: Citizen) -> None:
    """Questions are the person's; possible danger raises the case without a word."""
    citizen.owner = Owner.HUMAN
    assert citizen.says("wie erreiche ich die pressestelle").replies == ()
    assert citizen.says("löschen").command is None


def test_danger_is_answered_while_a_person_owns_the_conversation(citizen: Citizen) -> None:
    """Triage goes on under both owners."""
    citizen.owner = Owner.HUMAN
    outcome = citizen.says("er hat ein messer und bedroht uns")
    assert body(outcome).startswith("danger.police")
    assert outcome.case is not None
    assert outcome.case.severity is Severity.ALARM


def test_praise_is_answered_and_goes_to_people(citizen: Citizen) -> None:
    """An intent that escalates opens a case beside its answer."""
    outcome = citizen.says("ich möchte ein lob aussprechen")
    assert outcome.intent == "feedback.praise"
    assert outcome.case is not None
    assert outcome.case.reason == "escalate"


def test_what_is_answered_without_certainty_goes_to_people_too(
    citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The citizen is told so once; a sure answer needs nobody."""
    assert citizen.says("habt ihr instagram").case is None
    monkeypatch.setattr("bot.answer.pipeline.UNSURE", 1.1)
    outcome = citizen.says("wie heißt euer instagram konto")
    assert outcome.case is not None
    assert outcome.case.reason == "unsure"
    assert "channels.instagram" in body(outcome)
    assert "dialogue.also" in body(outcome)
    assert "dialogue.also" not in body(citizen.says("habt ihr einen whatsapp kanal"))


def test_more_than_a_request_to_delete_is_confirmed_first(citizen: Citizen) -> None:
    """Something else may be meant."""
    outcome = citizen.says(
        "bitte alles löschen meine nachrichten löschen löschen sie meine daten bitte alles löschen"
    )
    assert outcome.command is None


def test_a_person_can_be_asked_for(citizen: Citizen) -> None:
    """Asking for a human opens a case."""
    outcome = citizen.says("ich möchte mit einem menschen sprechen")
    assert outcome.case is not None
    assert outcome.case.reason == "wants-person"


def test_deleting_leaves_nothing_of_what_was_said(citizen: Citizen) -> None:
    """The command is carried out, and the new dialogue holds only language and notice."""
    citizen.says("wie erreiche ich die pressestelle")
    outcome = citizen.says("löschen sie meine daten")
    assert outcome.command is Command.DELETE
    assert outcome.dialogue.recent == ()
    assert outcome.dialogue.last_intent == ""
    assert outcome.dialogue.notice


def test_a_guess_to_delete_is_confirmed_first(citizen: Citizen) -> None:
    """What cannot be undone needs more than a guess."""
    outcome = citizen.says("alles schön gelöscht haben die nachrichten gesagt")
    assert outcome.command is None


def test_a_wish_for_a_language_beside_a_question_is_granted_in_the_answer(citizen: Citizen) -> None:
    """Both were asked: the answer comes in that language, and what follows does, too."""
    outcome = citizen.says("habt ihr einen whatsapp kanal? auf englisch bitte")
    assert outcome.intent == "channels.whatsapp"
    assert outcome.also == ("language.en",)
    assert "channels.whatsapp [en]" in body(outcome)
    assert "[en]" in body(citizen.says("wie erreiche ich die pressestelle"))


def test_a_question_beside_a_wish_for_a_person_is_answered_too(citizen: Citizen) -> None:
    """Nobody waits for a person with a question that has its answer."""
    outcome = citizen.says("ich möchte mit einem menschen sprechen. habt ihr einen whatsapp kanal?")
    assert outcome.case is not None
    assert {outcome.intent, *outcome.also} == {"command.human", "channels.whatsapp"}
    assert "channels.whatsapp [de]" in body(outcome)


def test_what_is_said_to_be_deleted_is(citizen: Citizen) -> None:
    """Beside a question, too; and last, so that the answer does not follow the farewell."""
    outcome = citizen.says("habt ihr einen whatsapp kanal? löschen sie meine daten")
    assert outcome.command is Command.DELETE
    assert outcome.also == ("command.delete",)
    assert body(outcome).index("channels.whatsapp") < body(outcome).index("command.delete")
    assert outcome.dialogue.recent == ()


def test_an_uncertain_wish_to_delete_beside_a_question_becomes_a_button(citizen: Citizen) -> None:
    """The question is answered; deleting waits for a word."""
    outcome = citizen.says(
        "habt ihr einen whatsapp kanal? dort alles schön gelöscht haben die nachrichten gesagt bitte"
    )
    assert outcome.command is None
    assert outcome.intent == "channels.whatsapp"
    assert "i:command.delete" in [choice.id for choice in outcome.dialogue.pending]


def test_nothing_is_deleted_that_people_are_called_for(citizen: Citizen) -> None:
    """They need the messages that they are to answer."""
    outcome = citizen.says("löschen sie meine daten. ich möchte mit einem menschen sprechen")
    assert outcome.command is None
    assert outcome.case is not None


def test_nothing_is_deleted_minutes_after_danger(citizen: Citizen) -> None:
    """People may need the last messages to find somebody."""
    citizen.says("er hat ein messer und bedroht uns")
    assert citizen.says("löschen sie meine daten").command is None
    assert citizen.says("löschen sie meine daten", after=3600).command is Command.DELETE


@pytest.mark.parametrize(
    "typed", ["ikinci lütfen", "другий", "вторая пожалуйста", "الثاني", "drugi proszę", "the second one", "2."]
)
def test_a_choice_is_named_in_every_language(typed: str) -> None:
    """Whoever reads the choices in a language names them in it."""
    offered = (Choice("i:one", "Erstes"), Choice("i:two", "Zweites"), Choice("i:three", "Drittes"))
    assert chosen(typed, offered) == offered[1]


@pytest.mark.parametrize(
    ("question", "followup"),
    [
        ("Wo finde ich Sie auf Instagram?", "und auf facebook?"),
        ("Where can I find you on Instagram?", "and on facebook?"),
        ("Instagram hesabınız var mı?", "peki facebook?"),
        ("Ви є в інстаграмі?", "а у фейсбуці?"),
        ("Вы есть в инстаграме?", "а в фейсбуке?"),
        ("هل أنتم على انستغرام؟", "وعلى فيسبوك؟"),
        ("Macie Instagram?", "a na facebooku?"),
    ],
)
def test_a_question_goes_on_in_every_language(shipped: Understanding, question: str, followup: str) -> None:
    """What is asked after a question is understood with it, and answered in its language."""
    citizen = Citizen(shipped, "nrw-im")
    asked = citizen.says(question)
    assert asked.intent == "channels.instagram"
    outcome = citizen.says(followup)
    assert (outcome.intent, outcome.language) == ("channels.facebook", asked.language)


@pytest.mark.parametrize(
    ("question", "followup"),
    [
        ("Wo finde ich Sie auf Instagram?", "ok dann den link dafür"),
        ("Instagram hesabınız var mı?", "linki tekrar gönderin lütfen"),
        ("Ви є в інстаграмі?", "надішліть посилання ще раз"),
        ("Вы есть в инстаграме?", "пришлите ссылку ещё раз пожалуйста"),
        ("هل أنتم على انستغرام؟", "أرسل الرابط مرة أخرى من فضلك"),
        ("Macie Instagram?", "proszę podaj link jeszcze raz"),
    ],
)
def test_the_last_thing_can_be_asked_for_again_in_every_language(
    shipped: Understanding, question: str, followup: str
) -> None:
    """A link that was scrolled away comes again."""
    citizen = Citizen(shipped, "nrw-im")
    assert citizen.says(question).intent == "channels.instagram"
    assert citizen.says(followup).intent == "channels.instagram"
