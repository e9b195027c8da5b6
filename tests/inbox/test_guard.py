"""The door: closed to everybody a route does not name."""

import re

from bot.inbox.guard import Access
from bot.inbox.routes import ROUTES, Route
from tests.inbox.conftest import Office, Person


def _path(route: Route) -> str:
    return "/inbox" + re.sub(r"\{\w+:\\d\{1,18\}\}", "1", route.path)


CLOSED = [route for route in ROUTES if route.access not in {Access.FILES, Access.EVERYBODY}]
POSTS = [route for route in ROUTES if route.method == "POST"]


async def test_nothing_but_the_login_is_open_to_a_stranger(office: Office, stranger: Person) -> None:
    """Every route asks for a session: pages lead to the login, forms are refused."""
    assert {route.name for route in ROUTES if route not in CLOSED} == {"login", "login.submit"}
    for route in CLOSED:
        answer = await stranger.ask(route.method, _path(route), Sec_Fetch_Site="same-origin")
        if route.method == "POST":
            assert answer.status == 403, route.name
        else:
            assert (answer.status, answer.location.split("?")[0]) == (303, "/inbox/login"), route.name


async def test_the_router_serves_exactly_the_table(office: Office) -> None:
    """A route that was added past the table would be noticed."""
    served = {route.name for route in office.app.router.routes() if route.method != "HEAD"}
    assert served == {route.name for route in ROUTES} | {"static"}


async def test_every_form_needs_the_secret_of_its_session(office: Office, anna: Person, petra: Person) -> None:
    """No token, or the token of somebody else's session: refused, nothing happens."""
    await office.say("Hallo?")
    for route in POSTS:
        for token in ({}, {"csrf": "x"}, {"csrf": petra.csrf}):
            answer = await anna.ask("POST", _path(route), form=token, Sec_Fetch_Site="same-origin")
            assert answer.status == 403, route.name
    assert (await office.only_case()).state == "new"


FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
    {"Sec_Fetch_Site": "none"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
)


async def test_a_form_of_another_site_is_refused(office: Office, petra: Person) -> None:
    """Even one that knows the secret."""
    await office.say("Hallo?")
    for headers in FOREIGN:
        for path in ("/inbox/cases/1/claim", "/inbox/logout", "/inbox/login"):
            answer = await petra.ask("POST", path, form={"csrf": petra.csrf}, **headers)
            assert answer.status == 403, headers
    assert (await office.only_case()).claimed_by is None


async def test_an_older_browser_names_our_origin(office: Office, petra: Person) -> None:
    """Without Sec-Fetch-Site the Origin decides."""
    await office.say("Hallo?")
    answer = await petra.ask("POST", "/inbox/cases/1/claim", form={"csrf": petra.csrf}, Origin=office.base)
    assert answer.status == 303


async def test_only_admins_see_and_change_accounts(office: Office, petra: Person, anna: Person) -> None:
    """The press role gets 403 on every route of the accounts."""
    for route in ROUTES:
        if route.access is Access.ADMIN:
            answer = await (petra.get(_path(route)) if route.method == "GET" else petra.post(_path(route)))
            assert answer.status == 403, route.name
    assert (await anna.get("/inbox/users")).status == 200


async def test_what_does_not_exist_is_not_found_for_everybody(office: Office, petra: Person, anna: Person) -> None:
    """Every route with an id answers 404 for a foreign one, whatever the role."""
    for person in (petra, anna):
        for route in ROUTES:
            if "{" not in route.path:
                continue
            if route.access is Access.ADMIN and person is petra:
                continue
            path = _path(route).replace("/1", "/999999999999")
            answer = await (person.get(path) if route.method == "GET" else person.post(path, text="x", approved="x"))
            assert answer.status == 404, route.name
        assert (await person.get("/inbox/cases/0x1")).status == 404
        assert (await person.get("/inbox/cases/99999999999999999999")).status == 404


async def test_other_methods_are_refused(office: Office, petra: Person) -> None:
    """A page is read, a form is sent; nothing else."""
    await office.say("Hallo?")
    assert (await petra.ask("PUT", "/inbox", Sec_Fetch_Site="same-origin")).status == 405
    assert (await petra.get("/inbox/cases/1/claim")).status == 405


async def test_no_page_of_the_inbox_is_kept_in_a_cache(office: Office, petra: Person, stranger: Person) -> None:
    """After logging out the back button shows nothing; every page carries the policy against foreign code."""
    await office.say("Hallo?")
    for person, path in (
        (petra, "/inbox"),
        (petra, "/inbox/cases/1"),
        (petra, "/inbox/nowhere"),
        (stranger, "/inbox/login"),
    ):
        answer = await person.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "<script>" not in answer.text
        assert "style=" not in answer.text


async def test_files_of_the_pages_are_open_and_nothing_beside_them(office: Office, stranger: Person) -> None:
    """The login page needs its styles; no path leads out of their folder."""
    assert (await stranger.get("/inbox/static/inbox.css")).status == 200
    for path in (
        "/inbox/static/../templates/base.html",
        "/inbox/static/%2e%2e/routes.py",
        "/inbox/static/..%5croutes.py",
    ):
        assert (await stranger.get(path)).status in {303, 404}
