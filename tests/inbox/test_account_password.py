"""One's own password, and the one-time password before it."""

from bot.inbox import ensure_first_account, renew_password
from bot.inbox.accounts import ONCE_LASTS
from bot.inbox.guard import Access
from bot.inbox.routes import ROUTES
from bot.store import users
from tests.inbox.conftest import PASSWORD, Office, Person
from tests.inbox.test_login import log_in

NEW = "ein anderer langer Satz"


async def test_the_first_start_makes_one_account(office: Office, stranger: Person) -> None:
    """Its one-time password logs in once, to choose another; a second start makes none."""
    first = await ensure_first_account(office.store, office.clock)
    assert first is not None
    assert first.name == "presse"
    assert first.password not in repr(first)
    assert await ensure_first_account(office.store, office.clock) is None
    answer = await log_in(stranger, "presse", first.password)
    assert answer.location == "/inbox/password"


async def test_a_one_time_password_opens_nothing_else(office: Office, stranger: Person) -> None:
    """Every other page leads back to choosing a password."""
    await office.account("petra", once=True)
    await log_in(stranger, "petra")
    stranger.csrf = (await stranger.get("/inbox/password")).hidden("csrf")
    for route in ROUTES:
        if route.access > Access.NEWCOMER:
            path = "/inbox" + route.path.replace(r"{case:\d{1,18}}", "1").replace(r"{user:\d{1,18}}", "1")
            answer = await (stranger.get(path) if route.method == "GET" else stranger.post(path))
            assert answer.location == "/inbox/password", route.name


async def test_a_one_time_password_waits_a_day(office: Office, stranger: Person) -> None:
    """It stands on paper or in a log; whoever finds it later comes in no more, and a new one does."""
    first = await ensure_first_account(office.store, office.clock)
    assert first is not None
    office.clock.pass_(seconds=ONCE_LASTS.total_seconds() + 1)
    answer = await log_in(stranger, "presse", first.password)
    assert answer.status == 401
    assert "galt 24 Stunden" in answer.text
    account = await office.store.read(users.by_name, "presse")
    assert account is not None
    fresh = await renew_password(office.store, account.id, None, office.clock)
    assert (await log_in(office.stranger(), "presse", fresh.password)).location == "/inbox/password"


async def test_a_new_password_ends_every_other_session(office: Office, stranger: Person) -> None:
    """Who sits at a forgotten screen is out; the person who changed it goes on under a new token."""
    await office.account("petra", once=True)
    elsewhere = await office.person("petra")
    await log_in(stranger, "petra")
    stranger.csrf = (await stranger.get("/inbox/password")).hidden("csrf")
    before = dict(stranger.cookies)
    answer = await stranger.post("/inbox/password", old=PASSWORD, new=NEW, again=NEW)
    assert answer.location == "/inbox?done=password"
    assert (await stranger.get("/inbox")).status == 200
    assert (await elsewhere.get("/inbox")).status == 303
    stranger.cookies = before
    assert (await stranger.get("/inbox")).status == 303
    assert (await log_in(office.stranger(), "petra", NEW)).location == "/inbox"
    assert (await log_in(office.stranger(), "petra", PASSWORD)).status == 401


REFUSED = (
    ("falsch", NEW, NEW, "Das bisherige Passwort stimmt nicht"),
    (PASSWORD, "elf Zeichen", "elf Zeichen", "mindestens 12 Zeichen"),
    (PASSWORD, "x y" * 50, "x y" * 50, "höchstens 128 Zeichen"),
    (PASSWORD, "Buergerlotse2026!", "Buergerlotse2026!", "leicht zu erraten"),
    (PASSWORD, NEW, NEW + "x", "sind verschieden"),
    (PASSWORD, PASSWORD, PASSWORD, "ein anderes als das bisherige"),
)


async def test_a_new_password_is_refused_with_a_reason(office: Office, stranger: Person) -> None:
    """The old one stays, and no password stands on the page."""
    await office.account("petra")
    await log_in(stranger, "petra")
    stranger.csrf = (await stranger.get("/inbox/password")).hidden("csrf")
    for old, new, again, problem in REFUSED:
        answer = await stranger.post("/inbox/password", old=old, new=new, again=again)
        assert answer.status == 422
        assert problem in answer.text
        assert new not in answer.text
    assert (await log_in(office.stranger(), "petra")).status == 303


async def test_passwords_are_stored_as_argon2id(office: Office) -> None:
    """With 64 MiB and three passes."""
    await ensure_first_account(office.store, office.clock)
    account = await office.store.read(users.by_name, "presse")
    assert account is not None
    assert "$argon2id$v=19$m=65536,t=3,p=1$" in account.password_hash
