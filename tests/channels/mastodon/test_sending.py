"""Sending: what arrives, and what every refusal means."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.channels.base import Ports
from bot.channels.mastodon import server as calls
from bot.channels.mastodon.channel import Mastodon
from bot.errors import Refusal as Means
from bot.errors import SendError, SettingsError
from bot.message import Author, Choice, Outbound
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.mastodon.conftest import ANNA, post, running, taken
from tests.channels.mastodon.standin import TOKEN, MastodonServer, Refusal

HELLO = Outbound(7, ANNA, "Sie erreichen uns unter 0211 871-01.", "de", Author.BOT)
LONG = replace(HELLO, text="Ein Satz mit Umlauten: äöüß. " * 60)
STATUSES = "/api/v1/statuses"


async def refused(channel: Mastodon, outbound: Outbound = HELLO) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


async def test_a_text_reaches_the_asker_alone(mastodon: Mastodon, server: MastodonServer) -> None:
    """A direct post that mentions nobody else, in its language, with a key of its own."""
    name = await mastodon.send(replace(HELLO, text="Fragen Sie @polizei_nrw oder presse@im.nrw.de."))
    [sent] = server.posts
    assert sent["status"] == f"@{ANNA} Fragen Sie @\u2060polizei_nrw oder presse@im.nrw.de."
    assert (sent["visibility"], sent["language"], sent["id"]) == ("direct", "de", name)
    assert server.keys == ["lotse-mastodon-7-0"]
    assert "in_reply_to_id" not in sent


@pytest.mark.parametrize(("language", "told"), [("leicht", "de"), ("ar", "ar")])
async def test_the_language_is_one_that_servers_know(
    mastodon: Mastodon, server: MastodonServer, language: str, told: str
) -> None:
    """Leichte Sprache has no code of its own."""
    await mastodon.send(replace(HELLO, language=language))
    assert server.posts[0]["language"] == told


async def test_choices_are_numbered(mastodon: Mastodon, server: MastodonServer) -> None:
    """Mastodon has no buttons; a typed number means the same."""
    await mastodon.send(replace(HELLO, text="Was?", choices=(Choice("a", "Presse"), Choice("b", "Stellen"))))
    assert server.texts(ANNA) == ["Was?\n\n1. Presse\n2. Stellen"]


async def test_a_long_text_goes_out_in_parts(mastodon: Mastodon, server: MastodonServer) -> None:
    """Each fits with its mention, and stands below the one before."""
    await mastodon.send(LONG)
    assert len(server.posts) > 1
    assert all(len(sent["status"]) <= 500 for sent in server.posts)
    assert " ".join(server.texts(ANNA)) == LONG.text.strip()
    below = [sent.get("in_reply_to_id") for sent in server.posts]
    assert below == [None, *(sent["id"] for sent in server.posts[:-1])]
    assert len(set(server.keys)) == len(server.posts)


async def test_short_links_are_counted_as_the_server_counts(mastodon: Mastodon, server: MastodonServer) -> None:
    """Twenty-three characters each, so that nothing is refused as too long."""
    await mastodon.send(replace(HELLO, text="https://im.nrw " * 31))
    assert all(len(sent["status"]) + 9 * sent["status"].count("https") <= 500 for sent in server.posts)


async def test_after_a_refusal_in_the_middle_only_the_rest_is_sent(
    mastodon: Mastodon, server: MastodonServer
) -> None:
    """And what may have arrived has the same key again, so that the server drops it."""
    server.refuse(STATUSES, Refusal(200, body='{"id": "1", "mentions": [{}]}'))
    server.refuse(STATUSES, Refusal(503))
    assert (await refused(mastodon, LONG)).refusal is Means.RETRY
    await mastodon.send(LONG)
    assert server.keys[0] == "lotse-mastodon-7-1"


async def test_a_repeated_text_appears_once(build: Callable[..., Mastodon], server: MastodonServer) -> None:
    """Even by a process that knows nothing of the first try."""
    assert await build().send(LONG) == await build().send(LONG)
    assert " ".join(server.texts(ANNA)) == LONG.text.strip()


async def test_the_safeguard_has_no_key(mastodon: Mastodon, server: MastodonServer) -> None:
    """Its messages all have the number 0 and are all different."""
    for text in ("110", "112"):
        await mastodon.send(replace(HELLO, id=0, text=text))
    assert server.texts(ANNA) == ["110", "112"]
    assert server.keys == ["", ""]


async def test_the_answer_stands_below_the_question(
    mastodon: Mastodon, server: MastodonServer, ledger: Ledger
) -> None:
    """Or by itself where the question was deleted meanwhile."""
    async with running(mastodon):
        await server.until(lambda: server.listeners == 1)
        await server.write(post(1))
        await taken(ledger, "113000000000000001")
    await mastodon.send(HELLO)
    assert server.posts[-1]["in_reply_to_id"] == "113000000000000001"
    server.gone.add("113000000000000001")
    await mastodon.send(replace(HELLO, id=8))
    assert "in_reply_to_id" not in server.posts[-1]


@pytest.mark.parametrize(
    ("refusal", "means"),
    [
        (Refusal(401), Means.AUTH_BROKEN),
        (Refusal(403), Means.AUTH_BROKEN),
        (Refusal(404), Means.REJECTED),
        (Refusal(422), Means.REJECTED),
        (Refusal(429), Means.RETRY_ALL),
        (Refusal(500), Means.RETRY),
        (Refusal(503, body="<html>"), Means.RETRY),
        (Refusal(302, {"Location": "http://127.0.0.1:9/"}), Means.RETRY),
        (Refusal(200, body="<html>captive portal</html>"), Means.RETRY),
        (Refusal(200, body="{}"), Means.RETRY),
        (Refusal(hang_up=True, times=2), Means.RETRY),
        (Refusal(hang=True), Means.RETRY),
    ],
    ids=[
        "401", "403", "404", "422", "429", "500", "503", "redirect", "no-json", "no-post", "hang-up", "hang",
    ],
)  # fmt: skip
async def test_every_refusal_means_something_delivery_can_act_on(
    mastodon: Mastodon, server: MastodonServer, monkeypatch: pytest.MonkeyPatch, refusal: Refusal, means: Means
) -> None:
    """What was not answered can be repeated: the key sees to it that it appears once."""
    monkeypatch.setattr(calls, "ANSWER_WITHIN", 0.3)
    server.refuse(STATUSES, refusal)
    error = await refused(mastodon)
    assert error.refusal is means
    assert not any(word in f"{error!r}{error}" for word in (ANNA, "0211", TOKEN))


async def test_without_a_key_no_answer_is_an_unknown_outcome(mastodon: Mastodon, server: MastodonServer) -> None:
    """The safeguard's messages are never repeated."""
    server.refuse(STATUSES, Refusal(200, body="no JSON"))
    assert (await refused(mastodon, replace(HELLO, id=0))).refusal is Means.UNKNOWN_OUTCOME


async def test_the_wait_is_handed_on(ports: Ports, server: MastodonServer) -> None:
    """The server names the moment; delivery wants seconds."""
    now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    channel = Mastodon(
        replace(ports, clock=lambda: now), account="mastodon", authority="nrw-im", server=server.url, token=TOKEN
    )
    for said, wait in (("2026-11-21T10:04:00.000000Z", 240.0), ("2026-11-21T09:00:00Z", 1.0), ("soon", None)):
        server.refuse(STATUSES, Refusal(429, {"X-RateLimit-Reset": said}))
        assert (await refused(channel)).retry_after == wait


async def test_nobody_listening_concerns_everybody(build: Callable[..., Mastodon]) -> None:
    """Nothing was written."""
    assert (await refused(build(server="http://127.0.0.1:9"))).refusal is Means.RETRY_ALL


@pytest.mark.parametrize("address", ["", "@", "a b", "a\n@b", "nobody@anderswo.example"])
async def test_an_address_that_is_none_is_nobody(mastodon: Mastodon, address: str) -> None:
    """A direct post that mentions nobody reaches nobody, and the server says so."""
    assert (await refused(mastodon, replace(HELLO, address=address))).refusal is Means.RECIPIENT_GONE


async def test_a_refused_token_shows_at_once(
    mastodon: Mastodon, server: MastodonServer, health_book: HealthBook
) -> None:
    """Before the next look."""
    server.refuse(STATUSES, Refusal(401))
    await refused(mastodon)
    assert health_book.states == [("mastodon", "token refused")]


def test_no_token_no_channel(build: Callable[..., Mastodon]) -> None:
    """The program refuses to start and says what to do."""
    with pytest.raises(SettingsError, match="Zugriffs-Token"):
        build(token="")
