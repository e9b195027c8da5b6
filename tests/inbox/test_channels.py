"""The page that says how the platforms are."""

from datetime import timedelta

import pytest

from bot.inbox import times, wording
from bot.store import account_states
from bot.store.account_states import AccountState
from tests.inbox.conftest import Office, Person


async def tell(office: Office, *states: AccountState) -> None:
    await office.store.write(account_states.tell, states, office.clock())


async def test_each_account_says_how_it_is(office: Office, petra: Person) -> None:
    """In words, with when it was last heard of, how late, and what will run out."""
    now = office.clock()
    gauges = {"token_expires_at": (now + timedelta(days=40)).timestamp(), "metered_messages": 12345.0}
    await tell(
        office,
        AccountState("webchat", "webchat", "ok", now - timedelta(minutes=3), None),
        AccountState("insta-2", "instagram", "ok", now - timedelta(hours=2), 0.4, gauges),
        AccountState("threema", "threema", "", None, None, {"credit": 87.0}),
    )
    page = (await petra.get("/inbox/channels")).text
    for words in (
        "Web-Chat",
        "vor 3 Min.",
        "Instagram",
        "insta-2",
        "vor 2 Std.",
        "unter 1 Sek.",
        "31.12.2026",
        "12.345",
        "Threema",
        "noch nie",
        "87",
        "In Ordnung",
        "Noch unklar",
    ):
        assert words in page, words
    assert "Störung</span>" not in page
    assert "gestört" not in page


async def test_trouble_stands_first_and_is_marked_on_every_page(office: Office, petra: Person) -> None:
    """Also in the navigation; with what it means, and the report for those who repair it."""
    await tell(office, AccountState("aaa", "telegram", "ok"), AccountState("zzz", "matrix", "token refused"))
    page = (await petra.get("/inbox/channels")).text
    assert page.index("zzz") < page.index("aaa")
    assert "Die Plattform nimmt die Zugangsdaten nicht an." in page
    assert "token refused" in page
    for path in ("/inbox", "/inbox/bulletins", "/inbox/password"):
        assert "1 gestört" in (await petra.get(path)).text
    await tell(office, AccountState("aaa", "telegram", "ok"), AccountState("zzz", "matrix", "ok"))
    assert "gestört" not in (await petra.get("/inbox")).text


async def test_a_token_that_was_not_renewed_is_pointed_out(office: Office, petra: Person) -> None:
    """Two weeks before its end, and when it is over."""
    now = office.clock()
    for left, words in ((14, "läuft bald ab"), (-1, "ist abgelaufen")):
        gauges = {"token_expires_at": (now + timedelta(days=left)).timestamp()}
        await tell(office, AccountState("instagram", "instagram", "ok", gauges=gauges))
        assert words in (await petra.get("/inbox/channels")).text


async def test_nonsense_of_a_platform_does_not_break_the_page(office: Office, petra: Person) -> None:
    """Whatever number it names, whatever it says."""
    odd = {"token_expires_at": 1e300, "credit": -1.0, "metered_messages": 1e18}
    await tell(office, AccountState("x", "unknown", "<script>\0", office.clock(), 1e9, odd))
    answer = await petra.get("/inbox/channels")
    assert answer.status == 200
    assert "<script>\0" not in answer.text
    assert "&lt;script&gt;" in answer.text


async def test_it_is_for_those_who_are_logged_in(office: Office, stranger: Person) -> None:
    """A stranger is sent to the log-in."""
    assert (await stranger.get("/inbox/channels")).status == 303


@pytest.mark.parametrize(
    ("report", "meaning"),
    [
        ("InvalidToken", "Zugangsdaten"),
        ("no credit", "Guthaben"),
        ("Conflict", "denselben Zugang"),
        ("TimedOut", "nicht erreichbar"),
        ("fault", "arbeitet gerade nicht"),
        ("ok", ""),
        ("", ""),
    ],
)
def test_reports_are_said_in_german(report: str, meaning: str) -> None:
    """As far as a word tells what is wrong."""
    said = wording.trouble(AccountState("a", "b", report))
    assert meaning in said
    assert bool(said) is bool(meaning)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, "unter 1 Sek."), (1.2, "1 Sek."), (89.0, "89 Sek."), (90.0, "2 Min."), (7200.0, "2 Std.")],
)
def test_lags_are_said_in_one_unit(seconds: float, said: str) -> None:
    """Near enough to see whether something is wrong."""
    assert times.lag(seconds) == said
