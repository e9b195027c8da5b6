"""Sending: what arrives, and what every refusal means."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.channels.threema import gateway as calls
from bot.channels.threema.channel import Threema
from bot.errors import Refusal as Means
from bot.errors import SendError
from bot.message import Author, Choice, Outbound
from tests.channels.conftest import HealthBook
from tests.channels.threema.conftest import ANNA
from tests.channels.threema.standin import Refusal, ThreemaGateway, person

HELLO = Outbound(7, ANNA, "Sie erreichen uns unter 0211 871-01. Grüße 🙂", "de", Author.BOT)
LONG = replace(HELLO, text="Ein Satz mit Umlauten: äöüß. " * 300)


async def refused(channel: Threema, outbound: Outbound = HELLO) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


async def test_a_text_arrives_sealed(threema: Threema, gateway: ThreemaGateway) -> None:
    """Only its recipient can open it; the id is the gateway's."""
    assert len(await threema.send(HELLO)) == 16
    assert gateway.texts(ANNA) == [HELLO.text]
    assert gateway.asked == [f"/pubkeys/{ANNA}", "/send_e2e"]


@pytest.mark.parametrize("text", ["1", "x" * 31, "x" * 32, "x" * 500])
async def test_the_length_says_little(threema: Threema, gateway: ThreemaGateway, text: str) -> None:
    """1–255 bytes of padding, never less than 32 bytes in all, and not always the same."""
    for number in range(20):
        await threema.send(replace(HELLO, id=number, text=text))
    paddings = [sent.padding for sent in gateway.sent]
    assert all(1 <= padding <= 255 and padding + len(text) >= 32 for padding in paddings)
    assert len(set(paddings)) > 1
    assert len({sent.form["nonce"] for sent in gateway.sent}) == 20


async def test_choices_are_numbered(threema: Threema, gateway: ThreemaGateway) -> None:
    """Threema has no buttons; a typed number means the same."""
    await threema.send(replace(HELLO, text="Was?", choices=(Choice("a", "Presse"), Choice("b", "Stellen"))))
    assert gateway.texts(ANNA) == ["Was?\n\n1. Presse\n2. Stellen"]


async def test_a_long_text_goes_out_in_parts(threema: Threema, gateway: ThreemaGateway) -> None:
    """3500 bytes each, counted as UTF-8."""
    await threema.send(LONG)
    parts = gateway.texts(ANNA)
    assert len(parts) > 1
    assert all(len(part.encode()) <= 3500 for part in parts)
    assert " ".join(parts) == LONG.text.strip()


async def test_after_a_refusal_in_the_middle_only_the_rest_is_repeated(
    threema: Threema, gateway: ThreemaGateway
) -> None:
    """Nobody reads the beginning twice."""
    gateway.refuse("send_e2e", Refusal(200, body="0" * 16))
    gateway.refuse("send_e2e", Refusal(500))
    assert (await refused(threema, LONG)).refusal is Means.RETRY
    await threema.send(LONG)
    # The stand-in kept nothing of the first part, which it only seemed to take.
    assert LONG.text.strip().endswith(" ".join(gateway.texts(ANNA)))
    assert len(" ".join(gateway.texts(ANNA))) < len(LONG.text) - 3000


@pytest.mark.parametrize(
    ("call", "refusal", "means"),
    [
        ("send_e2e", Refusal(400), Means.RECIPIENT_GONE),
        ("send_e2e", Refusal(401), Means.AUTH_BROKEN),
        ("send_e2e", Refusal(402), Means.RETRY_ALL),
        ("send_e2e", Refusal(404), Means.RECIPIENT_GONE),
        ("send_e2e", Refusal(413), Means.REJECTED),
        ("send_e2e", Refusal(429), Means.RETRY),
        ("send_e2e", Refusal(500), Means.RETRY),
        ("send_e2e", Refusal(502, body="<html>Bad Gateway</html>"), Means.RETRY),
        ("send_e2e", Refusal(302), Means.RETRY),
        ("send_e2e", Refusal(200, body="<html>captive portal</html>"), Means.UNKNOWN_OUTCOME),
        ("send_e2e", Refusal(hang_up=True), Means.UNKNOWN_OUTCOME),
        ("send_e2e", Refusal(hang=True), Means.UNKNOWN_OUTCOME),
        ("pubkeys", Refusal(404), Means.RECIPIENT_GONE),
        ("pubkeys", Refusal(401), Means.AUTH_BROKEN),
        ("pubkeys", Refusal(500), Means.RETRY),
        ("pubkeys", Refusal(200, body="<html>captive portal</html>"), Means.RETRY_ALL),
        ("pubkeys", Refusal(200, body="00" * 32), Means.RECIPIENT_GONE),
        ("pubkeys", Refusal(hang=True), Means.RETRY_ALL),
    ],
    ids=lambda value: f"{value.status}{value.body[:1]}" if isinstance(value, Refusal) else str(value),
)
async def test_every_refusal_means_something_delivery_can_act_on(
    threema: Threema,
    gateway: ThreemaGateway,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    refusal: Refusal,
    means: Means,
) -> None:
    """As long as only a key was asked for, nothing can have been sent."""
    monkeypatch.setattr(calls, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr("bot.channels.threema.keys.PATIENTLY", 0.3)
    gateway.refuse(call, refusal)
    error = await refused(threema)
    assert error.refusal is means
    assert not any(word in f"{error!r}{error}" for word in (ANNA, "0211", "Geheimnis"))


async def test_the_wait_is_handed_on(threema: Threema, gateway: ThreemaGateway) -> None:
    """In seconds, where a server names it."""
    gateway.refuse("send_e2e", Refusal(429, retry_after="17"))
    assert (await refused(threema)).retry_after == 17.0


async def test_nobody_listening_concerns_everybody(build: Callable[..., Threema]) -> None:
    """Nothing was written: trying again repeats nothing."""
    assert (await refused(build(api_url="http://127.0.0.1:9"))).refusal is Means.RETRY_ALL


@pytest.mark.parametrize("address", ["", "x", "../credits", "P000000\n", person(2)])
async def test_an_address_that_is_none_is_nobody(threema: Threema, address: str) -> None:
    """Nor is an ID that nobody has."""
    assert (await refused(threema, replace(HELLO, address=address))).refusal is Means.RECIPIENT_GONE


@pytest.mark.parametrize(("status", "state"), [(401, "secret refused"), (402, "no credit left")])
async def test_what_concerns_the_account_shows_at_once(
    threema: Threema, gateway: ThreemaGateway, health_book: HealthBook, status: int, state: str
) -> None:
    """Before the next look at it."""
    gateway.refuse("send_e2e", Refusal(status))
    await refused(threema)
    assert health_book.states == [("threema", state)]
