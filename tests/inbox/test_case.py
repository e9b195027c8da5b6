"""One case: reading, taking, answering, noting, giving back."""

import asyncio
from collections import Counter

import pytest

from bot.errors import StoreBusy
from bot.message import Author, Level, Owner, Reason, Severity
from bot.store import users
from bot.store.cases import CaseState
from tests.inbox.conftest import Office, Person


async def test_the_page_shows_why_people_are_needed(office: Office, petra: Person) -> None:
    """The citizen's words, the bot's answer, and beside them level and reasons."""
    await office.say(
        "Mein Nachbar schlägt seine Frau",
        reply="Rufen Sie 110 an.",
        level=Level.ACUTE,
        severity=Severity.ALARM,
        reason="danger",
        reasons=(Reason("danger.signal", "Ausdrückliche Gefahr: Gewalt", "schlägt"),),
    )
    text = (await petra.get("/inbox/cases/1")).text
    for word in (
        "Mein Nachbar schlägt seine Frau",
        "Rufen Sie 110 an.",
        "Akute Gefahr",
        "Ausdrückliche Gefahr: Gewalt",
        "Gefahr erkannt",
        "Bürger/in",
        "Programm antwortet",
        "Wird zugestellt",
    ):
        assert word in text
    assert ("case.read", "case:1") in await office.audit()


async def test_every_reading_is_recorded_once(office: Office, petra: Person, omar: Person) -> None:
    """Opening always; what the open page fetches by itself only when it shows new words."""
    await office.say("Hallo?")

    async def readings() -> int:
        return (await office.audit()).count(("case.read", "case:1"))

    await petra.get("/inbox/cases/1")
    await petra.ask("GET", "/inbox/cases/1", Lotse_Live="1")
    assert await readings() == 1
    await office.say("Noch etwas", severity=None)
    await petra.ask("GET", "/inbox/cases/1", Lotse_Live="1")
    await petra.ask("GET", "/inbox/cases/1", Lotse_Live="1")
    assert await readings() == 2
    await omar.ask("GET", "/inbox/cases/1", Lotse_Live="1")
    await petra.get("/inbox/cases/1")
    assert await readings() == 4


async def test_a_full_disk_keeps_nobody_from_reading(
    office: Office, petra: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the session's use nor the reading can be stored; the page is shown all the same."""
    await office.say("Hallo?")

    async def full(*_args: object) -> None:
        raise StoreBusy("disk full")

    monkeypatch.setattr(office.store, "write", full)
    assert "Hallo?" in (await petra.get("/inbox")).text
    assert "Hallo?" in (await petra.get("/inbox/cases/1")).text
    refused = await petra.post("/inbox/cases/1/reply", text="Mein Entwurf", seen="2")
    assert refused.status == 503
    assert "Mein Entwurf</textarea>" in refused.text
    assert (await petra.post("/inbox/cases/1/claim")).status == 503


async def test_a_long_conversation_begins_at_its_end(office: Office, petra: Person) -> None:
    """The last two hundred messages, and a link to the rest."""
    for number in range(210):
        await office.say(f"Nachricht {number}.", reply="", severity=None if number else Severity.NORMAL)
    page = (await petra.get("/inbox/cases/1")).text
    assert "Nachricht 209." in page
    assert "Nachricht 9." not in page
    assert "10 ältere Nachrichten zeigen" in page
    assert "Nachricht 9." in (await petra.get("/inbox/cases/1?all=1")).text


async def test_claiming_silences_the_bot(office: Office, petra: Person, omar: Person) -> None:
    """And the colleague sees who has the case."""
    await office.say("Hallo?")
    answer = await petra.post("/inbox/cases/1/claim")
    assert answer.location == "/inbox/cases/1?done=claimed"
    case = await office.only_case()
    assert (case.owner, case.claimed_name) == (Owner.HUMAN, "petra")
    assert "petra bearbeitet diesen Fall" in (await omar.get("/inbox/cases/1")).text
    assert 'id="reply"' not in (await omar.get("/inbox/cases/1")).text


async def test_of_many_who_claim_one_wins(office: Office) -> None:
    """The others see the winner's name, and that they were not first."""
    await office.say("Hallo?")
    people = [await office.person(f"person{number}") for number in range(10)]
    answers = await asyncio.gather(*(person.post("/inbox/cases/1/claim") for person in people))
    assert Counter(answer.status for answer in answers) == {303: 1, 409: 9}
    winner = next(person for person, answer in zip(people, answers, strict=True) if answer.status == 303)
    assert (await office.only_case()).claimed_by == winner.id
    loser = next(answer for answer in answers if answer.status == 409)
    assert f"{winner.name} bearbeitet diese Anfrage." in loser.text


async def test_a_reply_goes_to_the_citizen(office: Office, petra: Person) -> None:
    """It stands in the conversation as the press office's, queued for sending, and the case is hers."""
    await office.say("Hallo?")
    seen = (await petra.get("/inbox/cases/1")).hidden("seen")
    answer = await petra.post("/inbox/cases/1/reply", text="  Guten Tag!\r\nWir kümmern uns. ", seen=seen)
    assert answer.location == "/inbox/cases/1?done=replied#m3"
    said = (await office.said())[-1]
    assert (said.author, said.text, said.delivery, said.staff_name) == (
        Author.STAFF,
        "Guten Tag!\nWir kümmern uns.",
        "queued",
        "petra",
    )
    case = await office.only_case()
    assert (case.claimed_by, case.state) == (petra.id, CaseState.WAITING)
    assert ("case.reply", "case:1#3") in await office.audit()


async def test_the_second_of_two_answers_is_refused_and_shown_the_first(
    office: Office, petra: Person, omar: Person
) -> None:
    """The citizen gets one answer; the second writer sees it and keeps the draft."""
    await office.say("Hallo?")
    seen = (await petra.get("/inbox/cases/1")).hidden("seen")
    answers = await asyncio.gather(
        petra.post("/inbox/cases/1/reply", text="Antwort von Petra", seen=seen),
        omar.post("/inbox/cases/1/reply", text="Antwort von Omar", seen=seen),
    )
    assert sorted(answer.status for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status == 409)
    assert "Antwort von Petra" in refused.text
    assert "Antwort von Omar" in refused.text
    assert "Nicht gesendet" in refused.text
    staff = [message for message in await office.said() if message.author is Author.STAFF]
    assert len(staff) == 1


async def test_an_answer_to_an_outdated_view_is_refused_with_its_draft(office: Office, petra: Person) -> None:
    """Also one's own from another window; sent again from the page shown, it goes out."""
    await office.say("Hallo?")
    seen = (await petra.get("/inbox/cases/1")).hidden("seen")
    await petra.post("/inbox/cases/1/reply", text="erste", seen=seen)
    refused = await petra.post("/inbox/cases/1/reply", text="zweite <b>", seen=seen)
    assert refused.status == 409
    assert "zweite &lt;b&gt;</textarea>" in refused.text
    again = await petra.post("/inbox/cases/1/reply", text="zweite", seen=refused.hidden("seen"))
    assert again.status == 303


async def test_pressing_send_twice_sends_once(office: Office, petra: Person) -> None:
    """A double click without scripts does not reach the citizen twice."""
    await office.say("Hallo?")
    seen = (await petra.get("/inbox/cases/1")).hidden("seen")
    answers = [await petra.post("/inbox/cases/1/reply", text="einmal", seen=seen) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 409]


async def test_an_empty_or_endless_reply_is_not_sent(office: Office, petra: Person) -> None:
    """And says why."""
    await office.say("Hallo?")
    for text in ("", "  \n ", "x" * 4001):
        answer = await petra.post("/inbox/cases/1/reply", text=text, seen="2")
        assert answer.status == 422
        assert "Die Antwort ist" in answer.text
    assert all(message.author is not Author.STAFF for message in await office.said())


async def test_a_note_never_reaches_the_citizen(office: Office, petra: Person, omar: Person) -> None:
    """Colleagues see it, also while somebody else holds the case; no message, nothing to send."""
    await office.say("Hallo?")
    before = await office.said()
    await petra.post("/inbox/cases/1/claim")
    answer = await omar.post("/inbox/cases/1/note", text="Bitte Leitstelle fragen")
    assert answer.location == "/inbox/cases/1?done=noted#notes"
    page = (await petra.get("/inbox/cases/1")).text
    assert "Bitte Leitstelle fragen" in page
    assert await office.said() == before
    assert (await petra.post("/inbox/cases/1/note", text=" ")).status == 422


async def test_handing_back_tells_the_citizen_in_their_language(office: Office, petra: Person) -> None:
    """In approved words; the case is closed and the bot answers again."""
    await office.say("hello?", language="en")
    await petra.post("/inbox/cases/1/claim")
    answer = await petra.post("/inbox/cases/1/hand-back")
    assert answer.location == "/inbox?done=handed-back"
    said = (await office.said())[-1]
    assert (said.author, said.text, said.language) == (Author.BOT, "A program answers again from now on.", "en")
    assert "Programm antwortet" not in (await petra.get("/inbox/cases/1")).text
    assert "Wieder öffnen" in (await petra.get("/inbox/cases/1")).text


async def test_a_closed_case_can_be_taken_up_again(office: Office, petra: Person, omar: Person) -> None:
    """By whoever opens it; nothing was said to the citizen meanwhile."""
    await office.say("Hallo?")
    await petra.post("/inbox/cases/1/close")
    before = await office.said()
    assert (await petra.post("/inbox/cases/1/reply", text="zu spät", seen="2")).status == 409
    assert (await omar.post("/inbox/cases/1/reopen")).status == 303
    assert (await office.only_case()).claimed_by == omar.id
    assert await office.said() == before


async def test_a_released_case_is_free_for_colleagues(office: Office, petra: Person, omar: Person) -> None:
    """The bot stays silent until somebody hands back."""
    await office.say("Hallo?")
    await petra.post("/inbox/cases/1/claim")
    assert (await omar.post("/inbox/cases/1/release")).status == 409
    await petra.post("/inbox/cases/1/release")
    assert (await office.only_case()).owner is Owner.HUMAN
    assert (await omar.post("/inbox/cases/1/claim")).status == 303


async def test_a_colleagues_case_is_not_touched(office: Office, petra: Person, omar: Person) -> None:
    """Every action of somebody else is refused, names who has it, and keeps what was written."""
    await office.say("Hallo?")
    await petra.post("/inbox/cases/1/claim")
    for action in ("claim", "release", "reply", "close", "hand-back"):
        answer = await omar.post(f"/inbox/cases/1/{action}", text="mein Entwurf", seen="2")
        assert answer.status == 409
        assert "petra bearbeitet" in answer.text
        assert action != "reply" or "mein Entwurf" in answer.text
    assert (await office.only_case()).claimed_by == petra.id


async def test_cases_of_a_locked_account_are_free(office: Office, petra: Person, omar: Person) -> None:
    """Nobody waits for somebody who cannot come."""
    await office.say("Hallo?")
    await petra.post("/inbox/cases/1/claim")
    await office.store.write(users.disable, petra.id, office.clock())
    assert (await omar.post("/inbox/cases/1/claim")).status == 303


async def test_an_approved_text_joins_the_draft(office: Office, petra: Person) -> None:
    """In the conversation's language; nothing is stored, and expired texts are not offered."""
    await office.say("hello?", language="en")
    page = (await petra.get("/inbox/cases/1")).text
    assert '<option value="contact.press">Presseanfragen</option>' in page
    assert "Veraltet" not in page
    answer = await petra.post("/inbox/cases/1/draft", text="Dear Ms. X,", approved="contact.press", seen="2")
    assert "Dear Ms. X,\n\nPress: 0211 871-1111.</textarea>" in answer.text
    assert (await petra.post("/inbox/cases/1/draft", text="mein Text", approved="old.news")).status == 422
    assert len(await office.said()) == 2


async def test_a_message_that_did_not_arrive_says_so(office: Office, petra: Person) -> None:
    """With the reason, in the conversation and in the list."""
    await office.say("Hallo?")
    items = await office.store.journey.claim_outbox(5, office.clock(), office.clock.now - office.clock.now)
    await office.store.journey.give_up(items[0].outbound.id, "recipient_gone", office.clock())
    page = (await petra.get("/inbox/cases/1")).text
    assert "Nicht zugestellt: Die Person hat den Kanal verlassen oder blockiert" in page
    assert "Nachricht nicht zugestellt" in (await petra.get("/inbox")).text


async def test_leaving_out_of_the_form_changes_nothing_else(office: Office, petra: Person) -> None:
    """Fields that no form has, such as a role or a state, are ignored."""
    await office.say("Hallo?")
    await petra.post("/inbox/cases/1/note", text="Notiz", role="admin", state="closed", user_id="1", severity="0")
    case = await office.only_case()
    assert (case.state, case.severity) == (CaseState.NEW, Severity.NORMAL)
    account = await office.store.read(users.by_id, petra.id)
    assert account.role == "press"
