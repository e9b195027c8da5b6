"""Accounts, as an admin manages them."""

import re

from bot.store import users
from tests.inbox.conftest import Office, Person
from tests.inbox.test_login import log_in


def _shown_password(text: str) -> str:
    found = re.search(r"<code>([^<]+)</code>", text)
    assert found
    return found[1]


async def test_a_new_account_begins_with_a_one_time_password(office: Office, anna: Person) -> None:
    """It is shown once, on the page that answers."""
    answer = await anna.post("/inbox/users", name="Neue.Kollegin", role="press")
    password = _shown_password(answer.text)
    assert password not in (await anna.get("/inbox/users")).text
    assert (await log_in(office.stranger(), "neue.kollegin", password)).location == "/inbox/password"
    assert any(action == "user.create" for action, _ in await office.audit())


async def test_odd_accounts_are_refused(office: Office, anna: Person) -> None:
    """Only plain names and the two roles."""
    before = await office.store.read(users.count)
    for name, role in (("x", "press"), ("a b", "press"), ("<b>", "press"), ("ok", "root"), ("", "")):
        assert (await anna.post("/inbox/users", name=name, role=role)).status == 422
    assert await office.store.read(users.count) == before


async def test_a_taken_name_is_refused(office: Office, anna: Person, petra: Person) -> None:
    """Whatever its letters' case."""
    answer = await anna.post("/inbox/users", name="PETRA", role="press")
    assert answer.status == 409
    assert "gibt es schon" in answer.text


async def test_locking_and_unlocking(office: Office, anna: Person, petra: Person) -> None:
    """Takes effect at once, both ways; nobody locks themselves out."""
    await anna.post(f"/inbox/users/{petra.id}/disable")
    assert (await petra.get("/inbox")).status == 303
    assert "gesperrt" in (await anna.get("/inbox/users")).text
    await anna.post(f"/inbox/users/{petra.id}/enable")
    assert (await (await office.person("petra")).get("/inbox")).status == 200
    assert (await anna.post(f"/inbox/users/{anna.id}/disable")).status == 409
    assert (await anna.get("/inbox")).status == 200


async def test_a_forgotten_password_is_replaced_by_a_one_time_one(
    office: Office, anna: Person, petra: Person
) -> None:
    """The person's sessions end."""
    password = _shown_password((await anna.post(f"/inbox/users/{petra.id}/password")).text)
    assert (await petra.get("/inbox")).status == 303
    assert (await log_in(office.stranger(), "petra", password)).location == "/inbox/password"
    assert (await anna.post(f"/inbox/users/{anna.id}/password")).status == 409
