"""Platforms that deliver only for a while after the citizen's last message."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refusal
from bot.inbox import times
from bot.message import Event, Severity
from bot.store import TakenOver, cases
from tests.inbox.conftest import Office, Person

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(hours=3), "14:00 Uhr"),
        (timedelta(hours=14), "So 01:00 Uhr"),
        (timedelta(days=5), "Do 11:00 Uhr"),
        (timedelta(days=7), "Sa 28.11., 11:00 Uhr"),
        (timedelta(days=-7), "Sa 14.11., 11:00 Uhr"),
    ],
)
def test_an_end_is_said_so_that_nobody_takes_one_day_for_another(ahead: timedelta, said: str) -> None:
    """In Berlin's time; the weekday within a week, beyond it the date."""
    assert times.deadline(NOW + ahead, NOW) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(seconds=-5), "noch 0 Min."),
        (timedelta(minutes=59, seconds=59), "noch 59 Min."),
        (timedelta(hours=3, minutes=59), "noch 3 Std."),
        (timedelta(hours=47), "noch 47 Std."),
        (timedelta(days=6, hours=23), "noch 6 Tage"),
    ],
)
def test_what_is_left_is_never_said_to_be_more(ahead: timedelta, said: str) -> None:
    """Rounded down."""
    assert times.left(NOW + ahead, NOW) == said


async def test_the_case_says_until_when_one_can_answer(office: Office, petra: Person) -> None:
    """And the list says so when four hours are left, not before."""
    await office.say("Wann?", channel="whatsapp")
    page = (await petra.get("/inbox/cases/1")).text
    assert "bis So 11:00 Uhr, noch 24 Std." in page
    office.clock.pass_(hours=19)
    petra = await office.person("petra")
    assert "Antwort nur bis" not in (await petra.get("/inbox")).text
    office.clock.pass_(hours=1)
    petra = await office.person("petra")
    assert "Antwort nur bis 11:00 Uhr möglich, noch 4 Std." in (await petra.get("/inbox")).text


async def test_where_the_platform_sets_no_limit_none_is_shown(office: Office) -> None:
    """The web chat delivers always."""
    await office.say("Wann?")
    office.clock.pass_(days=30)
    petra = await office.person("petra")
    page = (await petra.get("/inbox/cases/1")).text
    assert "Antwort möglich" not in page
    assert 'action="/inbox/cases/1/reply"' in page


async def test_people_may_answer_longer_than_the_program(office: Office) -> None:
    """After a day the program can tell nobody any more that it answers again; people still answer."""
    await office.say("Wann?", channel="messenger")
    office.clock.pass_(days=2)
    petra = await office.person("petra")
    page = (await petra.get("/inbox/cases/1")).text
    assert 'action="/inbox/cases/1/reply"' in page
    assert "Ans Programm zurückgeben" not in page
    assert (await petra.post("/inbox/cases/1/hand-back")).location.endswith("?done=closed")
    assert [message.text for message in await office.said()] == ["Wann?", "Ein Mensch schreibt Ihnen."]


async def test_after_the_end_nothing_is_sent_and_nothing_typed_is_lost(office: Office) -> None:
    """The page says what to do instead; a form that was open before is refused with its text."""
    await office.say("Wann?", channel="whatsapp")
    office.clock.pass_(hours=24)
    petra = await office.person("petra")
    page = (await petra.get("/inbox/cases/1")).text
    assert "WhatsApp stellt keine Antwort mehr zu." in page
    assert "nur 24 Stunden lang" in page
    assert 'action="/inbox/cases/1/reply"' not in page
    refused = await petra.post("/inbox/cases/1/reply", text="Morgen um neun.", seen="9")
    assert refused.status == 409
    assert "Nicht gesendet" in refused.text
    assert "Morgen um neun." in refused.text
    assert len(await office.said()) == 2


async def test_the_citizens_next_message_opens_the_window_again(office: Office) -> None:
    """Answering is possible at once."""
    await office.say("Wann?", channel="whatsapp")
    office.clock.pass_(days=3)
    petra = await office.person("petra")
    await office.say("Hallo?", channel="whatsapp")
    assert 'action="/inbox/cases/1/reply"' in (await petra.get("/inbox/cases/1")).text


async def test_a_refusal_for_the_window_says_so(office: Office, petra: Person) -> None:
    """The platform's word counts, whatever we had reckoned."""
    await office.say("Wann?", channel="whatsapp", severity=Severity.NORMAL)
    (item,) = await office.store.journey.claim_outbox(5, office.clock(), timedelta(minutes=1))
    await office.store.journey.give_up(item.outbound.id, "window_closed", office.clock())
    page = (await petra.get("/inbox/cases/1")).text
    assert "Nicht zugestellt: Die Plattform erlaubt gerade keinen freien Text" in page
    (case,) = await office.store.read(cases.open_cases, petra.id)
    assert case.undelivered


async def test_a_changed_safety_number_is_said_plainly(office: Office, petra: Person) -> None:
    """What is wrong, and who has to do something about it; the case comes back, for an answer of staff too."""
    await office.say("Wann?", channel="signal")
    for text in ("", "Um neun."):
        if text:
            await petra.post("/inbox/cases/1/reply", text=text, seen="9")
        (item,) = await office.store.journey.claim_outbox(5, office.clock(), timedelta(minutes=1))
        await office.store.journey.give_up(item.outbound.id, Refusal.IDENTITY_CHANGED.value, office.clock())
        page = (await petra.get("/inbox/cases/1")).text
        assert "Die Sicherheitsnummer der Person hat sich geändert; die Technik muss sie erst bestätigen" in page
        assert "Nachricht nicht zugestellt" in (await petra.get("/inbox")).text


async def test_a_public_post_is_marked_and_opens_no_window(office: Office, petra: Person) -> None:
    """Staff see that everybody could read it."""
    await office.say("er verfolgt mich", channel="messenger", severity=Severity.RAISED, public=True, reply="")
    page = (await petra.get("/inbox/cases/1")).text
    assert "öffentlicher Beitrag" in page
    assert "Antwort möglich" not in page


async def test_an_answer_given_elsewhere_stands_in_the_case(office: Office, petra: Person) -> None:
    """With a word for where it was given."""
    await office.say("Wann?", channel="messenger", severity=None)
    event = Event("messenger", "colleague", "citizen", b"{}")
    await office.store.journey.accept([event], office.clock())
    (claimed,) = await office.store.journey.claim(1, office.clock(), timedelta(minutes=1))
    taken = TakenOver(claimed.inbound_id, "messenger", "citizen", "messenger", "nrw-im", "Um neun.", office.clock())
    await office.store.journey.taken_over(taken)
    page = (await petra.get("/inbox/cases/1")).text
    assert "Pressestelle · außerhalb des Postfachs" in page
    assert "Außerhalb des Postfachs beantwortet" in page
    assert "Programm schweigt" in page
