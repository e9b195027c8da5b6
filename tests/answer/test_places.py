"""What a named place does to an answer, with the shipped tables of the Lüneburg directorate."""

import pytest

from bot.answer.understanding import Understanding
from bot.message import Level, Outcome, Severity
from tests.answer.conftest import Citizen, body

OFFICE = "pd-lueneburg"


@pytest.fixture
def neighbour(shipped: Understanding) -> Citizen:
    return Citizen(shipped, OFFICE)


def link(understanding: Understanding, region: str) -> str:
    return understanding.catalogue.authorities[OFFICE].channels[f"whatsapp-{region}"].values["url"]


def offers(outcome: Outcome) -> list[str]:
    return [choice.label for choice in outcome.dialogue.pending]


def test_the_place_decides_which_channel_is_named(neighbour: Citizen, shipped: Understanding) -> None:
    """And stays for the next question."""
    assert link(shipped, "harburg") in body(neighbour.says("Welcher WhatsApp-Kanal gilt für Undeloh?"))
    assert link(shipped, "heidekreis") in body(neighbour.says("und für Soltau?"))


@pytest.mark.parametrize(
    "said",
    [
        "WhatsApp-Kanal nicht für Celle, sondern für Soltau",
        "Ich bin von Celle nach Soltau gezogen, welcher WhatsApp-Kanal ist das jetzt?",
        "WhatsApp-Kanal für Landkreis HK",
        "Früher Celle, jetzt Soltau, welcher WhatsApp-Kanal",
        "welcher WhatsApp-Kanal gilt, ich arbeite in Stade aber wohne in Soltau",
        "nicht Celle! ich meinte Soltau, den WhatsApp-Kanal",
        "statt Celle hätt ich lieber den WhatsApp-Kanal für Soltau",
        "ich habe den Celler Kanal auf WhatsApp, brauche aber den für Soltau",
        "I have the channel for Celle but need the WhatsApp channel for Soltau",
        "nicht Celle, Soltau, den WhatsApp-Kanal bitte",
        "Mein Betrieb sitzt in Stade, privat bin ich in Soltau gemeldet, welcher WhatsApp-Kanal",
        "I moved from Celle to Soltau, which WhatsApp channel",
        "przeprowadziłem się z Celle do Soltau, jaki kanał WhatsApp",
        "переехал из Целле в Зольтау, какой ватсап канал",
        "переїхала з Целле до Зольтау, який канал у ватсапі",
        "Celle? Nein! Soltau. Der WhatsApp-Kanal",
        "Celle, Quatsch, Soltau, den WhatsApp-Kanal",
        "Celler Straße 40 in Soltau, welcher WhatsApp-Kanal",
        "wohne im Celler Weg, Ort ist Soltau, welcher WhatsApp-Kanal",
        "Familie Celle aus Soltau möchte den WhatsApp-Kanal",
        "Wochenendhaus in Soltau, wohne in Celle, welcher WhatsApp-Kanal fürs Wochenendhaus",
        "Unser Wohnwagen steht in Soltau, daheim sind wir in Celle, WhatsApp-Kanal",
        "Passiert ist es in Soltau, ich selbst wohne in Celle, welcher WhatsApp-Kanal",
        "ich wohne in Celle, gestohlen wurde mir das Rad in Soltau, welcher WhatsApp-Kanal",
        "my bike was stolen in Soltau but I live in Celle, which WhatsApp channel",
        "WhatsApp-Kanal vom Soltauer Revier",
        "WhatsApp-Kanal für Schnevedingen",
        "Soltau'da oturuyorum, WhatsApp kanalı hangisi",
        "какой ватсап канал в Зольтау",
        "رابط قناة الواتساب لشرطة سولتاو",
    ],
)
def test_the_place_that_is_meant_decides(neighbour: Citizen, shipped: Understanding, said: str) -> None:
    """In every script, and not the place that somebody has left."""
    answer = body(neighbour.says(said))
    assert link(shipped, "heidekreis") in answer
    assert link(shipped, "celle") not in answer
    assert link(shipped, "stade") not in answer


@pytest.mark.parametrize(
    "said", ["Celler Straße, welcher WhatsApp-Kanal", "Lüneburger Heide, welcher WhatsApp-Kanal"]
)
def test_a_street_or_a_landscape_is_no_place(neighbour: Citizen, shipped: Understanding, said: str) -> None:
    """They lie anywhere, or in several districts."""
    answer = body(neighbour.says(said))
    assert link(shipped, "celle") not in answer
    assert link(shipped, "lueneburg") not in answer


@pytest.mark.parametrize(
    "said",
    [
        "Winsen, da wo die Luhe fließt, welcher WhatsApp-Kanal",
        "kanał WhatsApp dla Winsen nad Luhe",
        "Winsen (nicht Aller), WhatsApp-Kanal",
    ],
)
def test_a_shared_name_is_told_apart_by_its_surname(neighbour: Citizen, shipped: Understanding, said: str) -> None:
    """The Lühe in the district of Stade is not meant, and nothing is asked back."""
    assert link(shipped, "harburg") in body(neighbour.says(said))


@pytest.mark.parametrize(
    "said",
    [
        "WhatsApp-Kanäle für Celle, aber auch für Soltau",
        "nicht nur den WhatsApp-Kanal für Celle, sondern auch den für Soltau",
        "Welcher WhatsApp-Kanal gilt für Celle? Aber bitte auch den für Soltau.",
    ],
)
def test_two_places_are_both_answered(neighbour: Citizen, shipped: Understanding, said: str) -> None:
    """Not every "but" takes something back."""
    answer = body(neighbour.says(said))
    assert link(shipped, "celle") in answer
    assert link(shipped, "heidekreis") in answer


@pytest.mark.parametrize("answer", ["Aller", "2", "nein, Winsen an der Aller", "Winsen (Aller)"])
def test_a_shared_name_is_asked_back_and_the_bare_answer_understood(
    neighbour: Citizen, shipped: Understanding, answer: str
) -> None:
    """Winsen lies on the Luhe and on the Aller."""
    asked = neighbour.says("WhatsApp-Kanal für Winsen")
    assert offers(asked) == ["Winsen (Luhe)", "Winsen (Aller)"]
    assert link(shipped, "celle") in body(neighbour.says(answer))


def test_danger_beside_a_bare_answer_is_judged(neighbour: Citizen) -> None:
    """What looks like a choice and says more is no choice."""
    neighbour.says("WhatsApp-Kanal für Winsen")
    assert "112" in body(neighbour.says("Aller, mein Haus brennt"))


def test_outside_is_said_to_be_outside(neighbour: Citizen) -> None:
    """With its name, and without one of our channels."""
    said = body(neighbour.says("Welcher WhatsApp-Kanal gilt für Hannover?"))
    assert "Hannover" in said
    assert "whatsapp.com" not in said


@pytest.mark.parametrize("said", ["polizei soltau handy", "soltau polizei news", "Undeloh Polizei was gibts neues"])
def test_a_vague_question_about_a_place_gets_its_station_and_its_channel(
    neighbour: Citizen, shipped: Understanding, said: str
) -> None:
    """Whichever of the two was meant, it stands there."""
    region = "harburg" if "Undeloh" in said else "heidekreis"
    answer = body(neighbour.says(said))
    assert link(shipped, region) in answer
    assert "Zuständig ist die" in answer


def test_people_are_told_of_possible_danger_beside_a_question_about_a_place(neighbour: Citizen) -> None:
    """Asking which place is meant does not put anybody off the track."""
    neighbour.says("er hat ein Messer und bedroht uns")
    outcome = neighbour.says("Welcher WhatsApp-Kanal gilt für Winsen?")
    assert outcome.level is Level.POSSIBLE
    assert offers(outcome)
    assert outcome.case is not None
    assert outcome.case.severity is Severity.RAISED
