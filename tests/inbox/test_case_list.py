"""The list of cases."""

from bot.message import Severity
from tests.inbox.conftest import Office, Person


async def test_alarms_stand_on_top(office: Office, petra: Person) -> None:
    """Then the rest, the longest open first; each with a word for how urgent it is."""
    await office.say("zuerst", address="a")
    office.clock.pass_(minutes=5)
    await office.say("danach", address="b", severity=Severity.RAISED, reason="wants-person")
    office.clock.pass_(minutes=5)
    await office.say("Hilfe", address="c", severity=Severity.ALARM, reason="danger")
    text = (await petra.get("/inbox")).text
    assert text.index("Hilfe") < text.index("danach") < text.index("zuerst")
    assert "(1 Alarm) Fälle" in text
    for word in (
        "Alarm",
        "Erhöht",
        "Normal",
        "Gefahr erkannt",
        "Wünscht einen Menschen",
        "Nicht verstanden",
        "Web-Chat",
        "seit 10 Min.",
    ):
        assert word in text


async def test_mine_are_those_i_took(office: Office, petra: Person, omar: Person) -> None:
    """A colleague's cases are not among them, but in the open list with the colleague's name."""
    await office.say("für Petra", address="a")
    await office.say("für Omar", address="b")
    await petra.post("/inbox/cases/1/claim")
    await omar.post("/inbox/cases/2/claim")
    mine = (await petra.get("/inbox?filter=mine")).text
    assert "für Petra" in mine
    assert "für Omar" not in mine
    assert "Übernommen von omar" in (await petra.get("/inbox")).text


async def test_closed_cases_leave_the_list_and_can_be_found(office: Office, petra: Person) -> None:
    """Under their own filter."""
    await office.say("erledigt")
    await petra.post("/inbox/cases/1/close")
    assert "Kein Fall ist offen" in (await petra.get("/inbox")).text
    assert "erledigt" in (await petra.get("/inbox?filter=closed")).text
    assert (await petra.get("/inbox?filter=<script>")).status == 200


async def test_foreign_words_say_their_language_and_direction(office: Office, petra: Person) -> None:
    """A screen reader changes its voice, the line keeps its order."""
    await office.say("سلام", language="fa")
    text = (await petra.get("/inbox")).text
    assert '<bdi lang="fa" dir="auto">سلام</bdi>' in text
    assert "Persisch" in text


async def test_broken_content_is_shown_to_those_who_can_tell_the_editors(office: Office, petra: Person) -> None:
    """File, line and remedy stand on the page, and that the old content is still in force."""
    office.findings.append("intents/x.yaml:3: Fehler: doppelt → eines löschen")
    text = (await petra.get("/inbox")).text
    assert "intents/x.yaml:3" in text
    assert "letzten guten Fassung" in text
