"""What the press office puts in force leads the answers it concerns, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.answer.pipeline import answer
from bot.answer.understanding import Understanding, adapted
from bot.content.catalogue import Place, Response
from bot.message import Bulletin, Choice, Command, Conversation, Inbound, Kind, Level, Outcome, Owner, Told
from tests.answer.conftest import NOW, Citizen, body

HOUR = timedelta(hours=1)
STORM = Bulletin(7, 1, "test", {"de": "STURM", "en": "STORM"}, NOW - HOUR, NOW + 48 * HOUR)
PRESS, INSTAGRAM = "wie erreiche ich die pressestelle", "wo finde ich euch auf instagram"
PLACES = (
    Place("winsen", "Winsen", ("Winsen",), ("21423",), "harburg"),
    Place("uelzen", "Uelzen", ("Uelzen",), ("29525",), "uelzen"),
    Place("hanstedt-harburg", "Hanstedt (Harburg)", ("Hanstedt (Harburg)", "Hanstedt"), (), "harburg"),
    Place("hanstedt-uelzen", "Hanstedt (Uelzen)", ("Hanstedt (Uelzen)", "Hanstedt"), (), "uelzen"),
    Place("x-hamburg", "Hamburg", ("Hamburg",), (), ""),
)


@dataclass
class Reader(Citizen):
    """A citizen at a time when bulletins are in force."""

    bulletins: Sequence[Bulletin] = (STORM,)

    def says(self, text: str, kind: Kind = Kind.TEXT, *, after: float = 120, **details: object) -> Outcome:
        self.now += timedelta(seconds=after)
        inbound = Inbound(kind, "citizen", text, **({"sent_at": self.now} | details))  # type: ignore[arg-type]
        conversation = Conversation(self.authority, self.owner, self.dialogue, "webchat", self.has_case)
        outcome = answer(inbound, conversation, self.understanding, self.now, self.bulletins)
        self.dialogue = outcome.dialogue
        return outcome


@pytest.fixture
def reader(small: Understanding, citizen: Citizen) -> Reader:
    """Has read the first notice; asks now."""
    return Reader(small, dialogue=citizen.dialogue, now=citizen.now)


@pytest.fixture(scope="module")
def local(small: Understanding) -> Understanding:
    """The small world with places; WhatsApp differs from place to place."""
    catalogue = small.catalogue
    there = catalogue.authorities["test"]
    whatsapp = there.responses["channels.whatsapp"]
    regional = {region: {"de": f"channels.whatsapp in {region}"} for region in ("harburg", "uelzen")}
    responses = {
        **there.responses,
        "channels.whatsapp": replace(whatsapp, regional=regional),
        "place.which": replace(whatsapp, name="place.which", text={"de": "place.which"}),
        "place.outside": replace(whatsapp, name="place.outside", text={"de": "place.outside {place}"}),
    }
    world = replace(there, places=PLACES, responses=responses)
    return adapted(small, replace(catalogue, authorities={"test": world}))


def test_it_stands_before_the_answer(reader: Reader) -> None:
    """One paragraph, then the answer; and the reasons say so."""
    outcome = reader.says(PRESS)
    assert outcome.level is Level.HARMLESS
    assert body(outcome) == "STURM\n\ncontact.press [de]"
    assert [reason.evidence for reason in outcome.reasons if reason.code == "bulletin"] == ["#7"]


def test_it_stands_after_the_first_notice(small: Understanding) -> None:
    """The notice is a message of its own and says who speaks."""
    outcome = Reader(small).says(PRESS)
    assert [reply.notice for reply in outcome.replies] == [True, False]
    assert outcome.replies[1].text.startswith("STURM\n\n")


def test_it_speaks_the_language_of_the_reply_or_german(reader: Reader) -> None:
    """Better German than nothing."""
    assert body(reader.says("are you on instagram")).startswith("STORM\n\n")
    reader.bulletins = (replace(STORM, version=2, texts={"de": "STURM"}),)
    assert body(reader.says("how do i reach the press office")).startswith("STURM\n\n")


@pytest.mark.parametrize(
    "said",
    ["es brennt bei uns im keller", "er hat ein messer und bedroht uns", "ich bringe mich heute nacht um"],
)
def test_danger_has_numbers_and_no_bulletin(reader: Reader, said: str) -> None:
    """Nothing between a person in danger and the numbers; the same in the minutes after."""
    outcome = reader.says(said)
    assert outcome.level in {Level.ACUTE, Level.CRISIS}
    assert "STURM" not in body(outcome)
    assert "STURM" not in body(reader.says("hilfe bitte", after=20))


def test_it_stands_after_an_opening_with_the_numbers(reader: Reader) -> None:
    """Where danger is not ruled out, the numbers are the first line."""
    reader.says("es brennt bei uns im keller")
    outcome = reader.says(PRESS, after=300)
    assert outcome.level is Level.POSSIBLE
    assert body(outcome) == "danger.opening [de] 110 (Polizei) 112 (Feuerwehr)\n\nSTURM\n\ncontact.press [de]"


@pytest.mark.parametrize("opening", ["Erst: 110 oder 112.\nKostenlos.", "Reden hilft: 0800 111 0 111. Gefahr: 112."])
def test_it_stands_after_any_opening(small: Understanding, opening: str) -> None:
    """Whatever the paragraph with the numbers says, and however many lines it has."""
    there = small.catalogue.authorities["test"]
    responses = {**there.responses, "danger.opening": Response("danger.opening", {"de": opening})}
    world = replace(small.catalogue, authorities={"test": replace(there, responses=responses)})
    reader = Reader(adapted(small, world))
    reader.says("es brennt bei uns im keller")
    assert body(reader.says(PRESS, after=300)) == f"{opening}\n\nSTURM\n\ncontact.press [de]"


def test_it_stands_after_numbers_that_the_text_itself_begins_with(reader: Reader) -> None:
    """A text about what cannot be read opens with them."""
    lines = body(reader.says("", Kind.VOICE)).split("\n\n")
    assert "112" in lines[0]
    assert lines[1] == "STURM"


def test_it_begins_and_ends_to_the_moment(reader: Reader) -> None:
    """By the time of the answer; nothing has to be switched."""
    reader.bulletins = (replace(STORM, starts_at=reader.now + HOUR, ends_at=reader.now + 2 * HOUR),)
    seen = ["STURM" in body(reader.says(said, after=1800)) for said in (PRESS, INSTAGRAM, PRESS, INSTAGRAM, PRESS)]
    assert seen == [False, True, False, False, False]


def test_it_is_not_repeated_within_the_hour(reader: Reader) -> None:
    """Once is enough, whatever is asked next; after an hour it may be new to the reader."""
    assert "STURM" in body(reader.says(PRESS))
    assert "STURM" not in body(reader.says(INSTAGRAM))
    assert "STURM" not in body(reader.says("danke"))
    assert "STURM" in body(reader.says(INSTAGRAM, after=3600))
    assert len(reader.dialogue.told) == 1


def test_who_asks_the_same_again_reads_it_again(reader: Reader) -> None:
    """They are looking for something; small talk is no question."""
    reader.says(PRESS)
    assert "STURM" in body(reader.says(PRESS))
    reader.dialogue = replace(reader.dialogue, told=())
    assert "STURM" in body(reader.says("hallo"))
    assert "STURM" not in body(reader.says("hallo"))


def test_a_changed_bulletin_is_news(reader: Reader) -> None:
    """What was said before is no longer what holds."""
    reader.says(PRESS)
    reader.bulletins = (replace(STORM, version=2, texts={"de": "ENTWARNUNG"}),)
    assert "ENTWARNUNG" in body(reader.says(INSTAGRAM))
    assert [(one.id, one.version) for one in reader.dialogue.told] == [(7, 2)]


def test_a_bulletin_with_topics_leads_only_those(reader: Reader) -> None:
    """Also where the topic is the second of two."""
    reader.bulletins = (replace(STORM, topics=("channels.instagram",)),)
    assert "STURM" not in body(reader.says(PRESS))
    assert "STURM" not in body(reader.says("mein hund heißt bello und mag spaziergänge"))
    assert "STURM" in body(reader.says("wie erreiche ich die pressestelle und wo finde ich euch auf instagram"))


def test_another_authoritys_bulletin_is_none_of_ours(reader: Reader) -> None:
    """Each house speaks for itself."""
    reader.bulletins = (replace(STORM, authority="nrw-im"),)
    assert "STURM" not in body(reader.says(PRESS))


def test_what_is_not_understood_is_led_by_what_holds_for_everything(reader: Reader) -> None:
    """In a storm most odd questions are about the storm."""
    first = reader.says("mein hund heißt bello und mag spaziergänge")
    assert "STURM" in body(first)
    assert first.replies[0].choices


def test_silence_stays_silent(reader: Reader) -> None:
    """A person who owns the conversation is not talked over; a reaction gets nothing."""
    assert reader.says("👍", Kind.REACTION).replies == ()
    reader.owner = Owner.HUMAN
    assert reader.says(PRESS).replies == ()


def test_deleting_leaves_no_trace_of_it(reader: Reader) -> None:
    """Of what was said nothing stays, also not that it was said."""
    reader.says(PRESS)
    outcome = reader.says("löschen sie meine daten")
    assert outcome.command is Command.DELETE
    assert "STURM" not in body(outcome)
    assert outcome.dialogue.told == ()


def test_not_more_than_two_lead_one_answer(reader: Reader) -> None:
    """The nearest and newest first; the rest leads what is asked next."""
    reader.bulletins = [replace(STORM, id=number, texts={"de": f"B{number}"}) for number in (1, 2, 3)]
    reader.bulletins.append(replace(STORM, id=4, texts={"de": "B4"}, topics=("contact.press",)))
    assert body(reader.says(PRESS)).split("\n\n") == ["B4", "B3", "contact.press [de]"]
    assert body(reader.says(INSTAGRAM)).split("\n\n")[:2] == ["B2", "B1"]


def test_words_of_the_staff_are_said_as_they_are(reader: Reader) -> None:
    """Nothing in them is a placeholder or a pattern."""
    odd = "Tel. {contacts.press.phone} {place} \\1 <b>0211</b> https://example.org/%s"
    reader.bulletins = (replace(STORM, texts={"de": odd}),)
    assert body(reader.says(PRESS)).startswith(f"{odd}\n\n")


@pytest.mark.parametrize(
    ("said", "led"),
    [
        ("gibt es euch auf whatsapp", ""),
        ("gibt es euch auf whatsapp in Winsen", "harburg"),
        ("gibt es euch auf whatsapp in Uelzen", "uelzen"),
        ("gibt es euch auf whatsapp in Hanstedt", ""),
        ("gibt es euch auf whatsapp in Hamburg", "none"),
    ],
)
def test_a_regional_bulletin_needs_a_place_of_its_region(local: Understanding, said: str, led: str) -> None:
    """Unclear places wait for the answer to the question back; outside the area nothing is said at all."""
    here = [replace(STORM, id=id_, region=region, texts={"de": f"B-{region}"}) for id_, region in
            enumerate(("", "harburg", "uelzen"))]  # fmt: skip
    told = body(Reader(local, bulletins=here).says(said))
    expected = {f"B-{led}", "B-"} if led != "none" else set()
    assert {line for line in told.splitlines() if line.startswith("B-")} == expected


def test_a_chosen_place_and_a_remembered_one_count(local: Understanding) -> None:
    """After the question back, and for as long as the conversation is about that place."""
    reader = Reader(local, bulletins=(replace(STORM, region="uelzen"),))
    asked = reader.says("gibt es euch auf whatsapp in Hanstedt")
    assert "STURM" not in body(asked)
    picked = next(choice for choice in asked.dialogue.pending if choice.id == "p:hanstedt-uelzen")
    assert "STURM" in body(reader.says(picked.label, Kind.CHOICE, choice=picked.id))
    assert "STURM" in body(reader.says(PRESS, after=4000))


def test_a_clock_that_went_back_repeats_rather_than_hides(reader: Reader) -> None:
    """What was said in the future was not said."""
    later = Told(7, 1, "contact.press", reader.now + 5 * HOUR)
    reader.dialogue = replace(reader.dialogue, told=(later,))
    assert "STURM" in body(reader.says(INSTAGRAM))


def test_a_pressed_button_is_led_too(reader: Reader) -> None:
    """It asks like a sentence does."""
    reader.dialogue = replace(reader.dialogue, pending=(Choice("i:contact.press", "Presse"),))
    assert body(reader.says("Presse", Kind.CHOICE, choice="i:contact.press")).startswith("STURM\n\n")
