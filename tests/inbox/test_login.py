"""Logging in and out, and how long a session lasts."""

from datetime import timedelta

import pytest

from bot.inbox import seats
from bot.store import sessions, users
from tests.inbox.conftest import PASSWORD, Answer, Office, Person


async def log_in(person: Person, name: str, password: str = PASSWORD, **more: str) -> Answer:
    """As a browser does it: open the form, send it."""
    form = await person.get("/inbox/login")
    person.csrf = form.hidden("csrf")
    return await person.post("/inbox/login", name=name, password=password, **more)


async def test_the_right_password_opens_the_inbox(office: Office, stranger: Person) -> None:
    """The session's cookie is bound to this host and invisible to scripts."""
    await office.account("petra")
    answer = await log_in(stranger, " Petra ")
    assert (answer.status, answer.location) == (303, "/inbox")
    cookie = next(value for value in answer.headers.getall("Set-Cookie") if value.startswith("__Host-lotse="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert (await stranger.get("/inbox")).status == 200


@pytest.mark.parametrize(
    ("name", "password"), [("petra", "falsch"), ("niemand", PASSWORD), ("omar", PASSWORD), ("", "")]
)
async def test_every_failure_looks_the_same(office: Office, stranger: Person, name: str, password: str) -> None:
    """Wrong password, unknown name, locked account: nobody learns which accounts exist."""
    await office.account("petra")
    omar = await office.account("omar")
    await office.store.write(users.disable, omar, office.clock())
    answer = await log_in(stranger, name, password)
    assert answer.status == 401
    assert "Name oder Passwort stimmt nicht." in answer.text
    assert seats.COOKIE not in stranger.cookies


async def test_guessing_slows_down_for_the_guesser_only(office: Office, stranger: Person) -> None:
    """After a few failures the account is closed to this network for a while, not to its owner elsewhere."""
    await office.account("petra")
    for _ in range(4):
        assert (await log_in(stranger, "petra", "falsch")).status == 401
    answer = await log_in(stranger, "petra")
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert (await log_in(stranger, "omar", "falsch")).status == 401
    office.clock.pass_(seconds=int(answer.headers["Retry-After"]))
    assert (await log_in(stranger, "petra")).status == 303


async def test_the_right_password_forgives_earlier_mistakes(office: Office) -> None:
    """Three slips in the morning do not count in the afternoon."""
    await office.account("petra")
    for _ in range(3):
        person = office.stranger()
        for _ in range(3):
            assert (await log_in(person, "petra", "vertippt")).status == 401
        assert (await log_in(person, "petra")).status == 303


async def test_nobody_is_logged_in_by_another_site(office: Office, stranger: Person) -> None:
    """The form's token must be the one in the cookie."""
    await office.account("petra")
    for token in ("", "x" * 43):
        answer = await stranger.post("/inbox/login", csrf=token, name="petra", password=PASSWORD)
        assert answer.status == 403
        assert seats.COOKIE not in stranger.cookies


async def test_logging_in_gives_a_new_session(office: Office, stranger: Person) -> None:
    """A token that somebody planted, or the one before, opens nothing afterwards."""
    await office.account("petra")
    await log_in(stranger, "petra")
    first = stranger.cookies[seats.COOKIE]
    del stranger.cookies[seats.COOKIE]
    form = await stranger.get("/inbox/login")
    stranger.cookies[seats.COOKIE] = first
    stranger.csrf = form.hidden("csrf")
    await stranger.post("/inbox/login", name="petra", password=PASSWORD)
    assert stranger.cookies[seats.COOKIE] != first
    stranger.cookies[seats.COOKIE] = first
    assert (await stranger.get("/inbox")).status == 303


async def test_the_table_does_not_hold_the_token(office: Office, stranger: Person) -> None:
    """Who reads the database cannot take over a session."""
    await office.account("petra")
    await log_in(stranger, "petra")
    token = stranger.cookies[seats.COOKIE]
    now, day = office.clock(), timedelta(days=1)
    assert await office.store.read(sessions.current, token.encode(), now, day, day) is None
    assert await office.store.read(sessions.current, seats.hashed(token), now, day, day) is not None


async def test_after_the_login_one_gets_where_one_wanted(office: Office, stranger: Person) -> None:
    """A link to a case opens it; a link to another site does not."""
    await office.account("petra")
    sent_off = await stranger.get("/inbox/cases/1?x=1")
    form = await stranger.get(sent_off.location)
    assert form.hidden("next") == "/inbox/cases/1?x=1"
    assert (await log_in(stranger, "petra", next=form.hidden("next"))).location == "/inbox/cases/1?x=1"
    assert (await log_in(office.stranger(), "petra", next="//evil.example")).location == "/inbox"


async def test_logging_out_ends_the_session_on_the_server(office: Office, petra: Person) -> None:
    """A copied cookie is worth nothing afterwards, and the browser is told to forget."""
    copied = dict(petra.cookies)
    answer = await petra.post("/inbox/logout")
    assert answer.location.startswith("/inbox/login")
    assert '"storage"' in answer.headers["Clear-Site-Data"]
    assert not petra.cookies
    petra.cookies = copied
    assert (await petra.get("/inbox")).status == 303


async def test_a_session_ends_without_use(office: Office, petra: Person) -> None:
    """Thirty minutes; what the page fetches by itself is no use."""
    office.clock.pass_(minutes=29)
    assert (await petra.get("/inbox")).status == 200
    office.clock.pass_(minutes=29)
    assert (await petra.ask("GET", "/inbox", Lotse_Live="1")).status == 200
    office.clock.pass_(minutes=2)
    assert (await petra.get("/inbox")).status == 303


async def test_a_session_ends_in_any_case(office: Office, petra: Person) -> None:
    """After twelve hours, however busy."""
    for _ in range(24):
        office.clock.pass_(minutes=29)
        assert (await petra.get("/inbox")).status == 200
    office.clock.pass_(minutes=29)
    assert (await petra.get("/inbox")).status == 303


async def test_writing_keeps_the_session(office: Office, petra: Person) -> None:
    """The page says that its person is still there."""
    office.clock.pass_(minutes=29)
    assert (await petra.post("/inbox/session")).status == 204
    office.clock.pass_(minutes=29)
    assert (await petra.get("/inbox")).status == 200


async def test_a_locked_account_is_out_at_once(office: Office, petra: Person) -> None:
    """Its next request leads to the login."""
    await office.store.write(users.disable, petra.id, office.clock())
    assert (await petra.get("/inbox")).status == 303
