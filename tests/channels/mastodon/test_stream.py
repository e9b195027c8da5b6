"""Hearing: the stream and the list, and every way in which the stream ends."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.mastodon import fetching
from bot.channels.mastodon import server as calls
from bot.channels.mastodon.channel import Mastodon
from bot.message import Inbound, Kind
from tests.channels.conftest import HealthBook, Ledger, Notebook
from tests.channels.mastodon.conftest import ANNA, payload, post, running, taken
from tests.channels.mastodon.standin import MastodonServer, Refusal

LIST = "/api/v1/notifications"
STREAM = "/api/v1/streaming/user"
CURSOR = ("mastodon", fetching.CURSOR)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SHORTEST_PAUSE", 0.01)
    monkeypatch.setattr(fetching, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr("bot.channels.mastodon.channel.SHORTEST_PAUSE", 0.01)


def name_of(number: int) -> str:
    return str(113000000000000000 + number)


async def counted(ledger: Ledger, count: int) -> None:
    """Wait until there are so many events."""
    bell = asyncio.Event()
    ledger.answering = lambda event: bell.set()
    async with asyncio.timeout(10):
        while len(ledger.events) < count:
            bell.clear()
            await bell.wait()


async def listening(server: MastodonServer, times: int = 1) -> None:
    await server.until(lambda: server.asked.count(STREAM) >= times and server.listeners == 1)


async def test_a_mention_is_heard_at_once(mastodon: Mastodon, server: MastodonServer, ledger: Ledger) -> None:
    """Whole, and readable without asking anybody."""
    async with running(mastodon):
        await listening(server)
        await server.write(payload("text"))
        await taken(ledger, name_of(100))
    [event] = ledger.events
    inbound = mastodon.read(event.payload)
    assert isinstance(inbound, Inbound)
    assert (inbound.kind, inbound.address, event.address) == (Kind.TEXT, ANNA, ANNA)
    assert inbound.text.startswith("Wie erreiche ich")


async def test_the_first_start_takes_the_present_as_the_beginning(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger, notebook: Notebook
) -> None:
    """Nobody is answered what he asked last year."""
    for number in range(3):
        await server.write(post(number), streamed=False)
    async with running(mastodon):
        await listening(server)
        await server.write(post(7))
        await taken(ledger, name_of(7))
    assert int(notebook.kept[CURSOR]) >= 503


async def test_what_was_missed_is_caught_up(
    build: Callable[..., Mastodon], server: MastodonServer, ledger: Ledger, notebook: Notebook
) -> None:
    """Page by page, oldest first, however much it is."""
    notebook.kept[CURSOR] = b"0"
    for number in range(95):
        await server.write(post(number), streamed=False)
    async with running(build()):
        await taken(ledger, *(name_of(number) for number in range(95)))
        await server.until(lambda: "595" in server.marks)
    assert [event.event_id for event in ledger.events] == [name_of(number) for number in range(95)]
    assert int(notebook.kept[CURSOR]) >= 580
    async with running(build()):
        await listening(server, 2)
    assert len(ledger.events) == 95


@pytest.mark.parametrize("end", ["cleanly", "rudely", "silently"])
async def test_every_end_is_followed_by_a_new_beginning(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """What was said in between is there, and nothing is there twice."""
    monkeypatch.setattr(calls, "SILENCE", 0.3)
    async with running(mastodon):
        await listening(server)
        await server.write(post(1))
        await taken(ledger, name_of(1))
        if end == "silently":
            server.fall_silent()
        else:
            await server.hang_up(rudely=end == "rudely")
        await server.write(post(2), streamed=False)
        await listening(server, 2)
        await server.write(post(3))
        await taken(ledger, name_of(1), name_of(2), name_of(3))


async def test_what_the_policy_holds_back_is_heard_too(
    mastodon: Mastodon,
    server: MastodonServer,
    ledger: Ledger,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It never comes through the stream; the list brings it within a minute."""
    monkeypatch.setattr("bot.channels.mastodon.channel.WATCH_EVERY", 0.05)
    notebook.kept[CURSOR] = b"0"
    async with running(mastodon):
        await listening(server)
        await server.write(post(1), filtered=True)
        await taken(ledger, name_of(1))


async def test_what_comes_twice_or_out_of_order_is_taken_once(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger
) -> None:
    """The post's id decides."""
    async with running(mastodon):
        await listening(server)
        for number in (9, 3, 9, 5, 3):
            await server.write(post(number))
        await taken(ledger, name_of(9), name_of(3), name_of(5))


async def test_edits_and_deletions_are_events_of_their_own(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger
) -> None:
    """Each edit once, though the server may tell it twice."""
    edited = payload("edited")
    async with running(mastodon):
        await listening(server)
        await server.write(payload("text"))
        await server.say("status.update", edited)
        await server.say("status.update", edited)
        await server.say("delete", edited["id"])
        await taken(ledger, edited["id"], f"edit:{edited['id']}:{edited['edited_at']}", f"delete:{edited['id']}")


@pytest.mark.parametrize(
    ("raw", "events"),
    [
        (b"event: notification\ndata: {no json\n\n", 1),
        (b"event: notification\ndata: []\n\n", 1),
        (b'event: notification\ndata: {"type": "mention", "status": {"id": 7}}\n\n', 1),
        (b"event: notification\ndata: " + b"[" * 100_000 + b"\n\n", 1),
        (b"event: notification\ndata: \xff\xfe\n\n", 1),
        (b":thump\n\n\n\ndata: nothing\n\nevent: strange\ndata: {}\n\nretry: 5\n\n", 0),
        (b"event: notification\r\ndata: x" + b"y" * 3_000_000 + b"\n\n", 0),
    ],
    ids=["no-json", "list", "number", "deep", "bytes", "noise", "endless"],
)
async def test_the_malformed_one_alone_goes_to_quarantine(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger, notebook: Notebook, raw: bytes, events: int
) -> None:
    """Its neighbours are heard all the same."""
    notebook.kept[CURSOR] = b"0"
    async with running(mastodon):
        await listening(server)
        await server.push(raw)
        await server.write(post(4))
        await server.until(lambda: server.listeners == 1)
        await counted(ledger, events + 1)
    quarantined = [event for event in ledger.events if event.event_id != name_of(4)]
    assert [(event.address, event.event_id[:7]) for event in quarantined] == [("", "sha256:")] * events


async def test_while_the_database_takes_nothing_nothing_is_lost(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger, health_book: HealthBook
) -> None:
    """Told only once, an edit waits until it is stored."""
    async with running(mastodon):
        await listening(server)
        await server.write(payload("text"))
        await taken(ledger, name_of(100))
        ledger.busy = True
        await server.say("status.update", payload("edited"))
        await health_book.said("mastodon", "database takes nothing")
        ledger.busy = False
        await taken(ledger, name_of(100), f"edit:{name_of(100)}:2026-11-21T10:00:30.000Z")


@pytest.mark.parametrize("refusal", [Refusal(503, times=2), Refusal(200, body="[1"), Refusal(hang_up=True, times=3)])
async def test_a_list_that_fails_is_asked_again(
    mastodon: Mastodon,
    server: MastodonServer,
    ledger: Ledger,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
    refusal: Refusal,
) -> None:
    """The mark moves only when something was stored."""
    monkeypatch.setattr("bot.channels.mastodon.channel.WATCH_EVERY", 0.05)
    notebook.kept[CURSOR] = b"0"
    await server.write(post(1), streamed=False)
    server.refuse(LIST, refusal)
    async with running(mastodon):
        await taken(ledger, name_of(1))


async def test_without_a_stream_the_list_still_brings_everything(
    mastodon: Mastodon,
    server: MastodonServer,
    ledger: Ledger,
    health_book: HealthBook,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And health says what is missing."""
    monkeypatch.setattr("bot.channels.mastodon.channel.WATCH_EVERY", 0.05)
    server.refuse(STREAM, Refusal(404, times=10**6))
    notebook.kept[CURSOR] = b"0"
    async with running(mastodon):
        await health_book.said("mastodon", "no stream: HTTP 404")
        await server.write(post(1), streamed=False)
        await taken(ledger, name_of(1))


async def test_a_revoked_token_shows_within_a_minute(
    mastodon: Mastodon, server: MastodonServer, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: a stream that stands says nothing of it."""
    monkeypatch.setattr("bot.channels.mastodon.channel.WATCH_EVERY", 0.02)
    async with running(mastodon):
        await health_book.said("mastodon", "ok")
        server.refuse("/api/v1/accounts/verify_credentials", Refusal(401))
        await health_book.said("mastodon", "token refused")
        server.refuse("/api/v1/accounts/verify_credentials", Refusal(500))
        await health_book.said("mastodon", "server answers HTTP 500")


@pytest.mark.parametrize(
    ("setup", "state"),
    [
        ({"bot": False}, "profile is not marked as a bot"),
        ({"policy": {"for_private_mentions": "filter"}}, "notification policy holds strangers back"),
        ({"policy": {"for_new_accounts": "drop"}}, "notification policy holds strangers back"),
        ({"policy": None}, "ok"),
    ],
)
async def test_an_account_that_is_set_up_wrongly_shows(
    build: Callable[..., Mastodon],
    server: MastodonServer,
    health_book: HealthBook,
    setup: dict[str, Any],
    state: str,
) -> None:
    """With a hint, unless the operator wants it so; servers before 4.3 have no policy."""
    for name, value in setup.items():
        setattr(server, name, value)
    async with running(build()):
        await health_book.said("mastodon", state)
    health_book.states.clear()
    async with running(build(check_setup=False)):
        await health_book.said("mastodon", "ok")


async def test_the_server_is_asked_until_it_answers(
    build: Callable[..., Mastodon], server: MastodonServer, health_book: HealthBook
) -> None:
    """Both may be started at once."""
    server.refuse("/api/v1/accounts/verify_credentials", Refusal(503, times=3))
    async with running(build()):
        await health_book.said("mastodon", "server answers HTTP 503")
        await listening(server)


@pytest.mark.parametrize(("option", "limit"), [(0, 2000), (300, 300)])
async def test_the_server_says_how_long_a_post_may_be(
    build: Callable[..., Mastodon], server: MastodonServer, option: int, limit: int
) -> None:
    """Unless the operator does."""
    server.most_characters = 2000
    channel = build(text_limit=option)
    async with running(channel):
        await listening(server)
    assert channel._sender.limit == limit


async def test_a_streaming_server_of_its_own_is_named_or_configured(
    build: Callable[..., Mastodon], server: MastodonServer
) -> None:
    """By the server, by the operator, else it is the same."""
    server.streaming_named = False
    for times, options in enumerate(({}, {"streaming_url": server.url}), 1):
        async with running(build(**options)):
            await listening(server, times)
        await server.hang_up()
