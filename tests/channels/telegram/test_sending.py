"""Sending: what arrives, and what every refusal means."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.base import Ports
from bot.channels.telegram import requests
from bot.channels.telegram.channel import Telegram
from bot.errors import Refusal as Means
from bot.errors import SendError
from bot.message import Author, Choice, Outbound
from tests.channels.conftest import HealthBook
from tests.channels.telegram.standin import TOKEN, BotApi, Refusal

HELLO = Outbound(7, "42", "Sie erreichen uns unter 0211 871-01.", "de", Author.BOT)
CHOICES = (Choice("i:contact.press", "Presseanfragen"), Choice("i:jobs", "Stellen"))


async def refused(channel: Telegram, outbound: Outbound = HELLO) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


async def test_a_text_goes_out_as_plain_text(polling: Telegram, api: BotApi) -> None:
    """No markup is ever interpreted, no address is fetched for a preview (ATTACKS C9, C10)."""
    text = "*fett* <b>x</b> [y](javascript:alert(1)) {0} %s & https://im.nrw"
    assert await polling.send(replace(HELLO, text=text)) == "101"
    [sent] = api.of("sendMessage")
    assert (sent["text"], int(sent["chat_id"])) == (text, 42)
    assert "parse_mode" not in sent
    assert sent["link_preview_options"] == {"is_disabled": True}


async def test_choices_become_buttons(polling: Telegram, api: BotApi) -> None:
    """One button a row; the id comes back when it is pressed."""
    await polling.send(replace(HELLO, choices=CHOICES))
    [sent] = api.of("sendMessage")
    assert sent["reply_markup"]["inline_keyboard"] == [
        [{"text": "Presseanfragen", "callback_data": "i:contact.press"}],
        [{"text": "Stellen", "callback_data": "i:jobs"}],
    ]


async def test_a_choice_too_long_for_a_button_turns_all_into_text(polling: Telegram, api: BotApi) -> None:
    """callback_data holds 64 bytes; a number can be typed instead."""
    await polling.send(replace(HELLO, choices=(*CHOICES, Choice("i:" + "ü" * 32, "Übermaß"))))
    [sent] = api.of("sendMessage")
    assert "reply_markup" not in sent
    assert sent["text"].endswith("\n\n1. Presseanfragen\n2. Stellen\n3. Übermaß")


async def test_refused_buttons_are_tried_as_text(polling: Telegram, api: BotApi) -> None:
    """A second try without markup, as the citizen needs the answer more than the buttons."""
    api.refuse("sendMessage", Refusal(400, "Bad Request: BUTTON_DATA_INVALID"))
    await polling.send(replace(HELLO, choices=CHOICES))
    assert api.of("sendMessage")[-1]["text"].endswith("1. Presseanfragen\n2. Stellen")


@pytest.mark.parametrize(
    ("refusal", "means"),
    [
        (Refusal(429, "Too Many Requests: retry after 7", {"retry_after": 7}), Means.RETRY),
        (Refusal(403, "Forbidden: bot was blocked by the user"), Means.RECIPIENT_GONE),
        (Refusal(403, "Forbidden: user is deactivated"), Means.RECIPIENT_GONE),
        (Refusal(400, "Bad Request: chat not found"), Means.RECIPIENT_GONE),
        (Refusal(400, "Bad Request: message text is empty"), Means.REJECTED),
        (Refusal(400, "group migrated", {"migrate_to_chat_id": -1009}), Means.RETRY),
        (Refusal(401, "Unauthorized"), Means.AUTH_BROKEN),
        (Refusal(404, "Not Found"), Means.AUTH_BROKEN),
        (Refusal(409, "Conflict"), Means.RETRY_ALL),
        (Refusal(500, "Internal Server Error"), Means.RETRY),
        (Refusal(502, body=b"<html>Bad Gateway</html>"), Means.RETRY),
        (Refusal(504, body=b""), Means.RETRY),
        (Refusal(302, body=b""), Means.RETRY),
        (Refusal(200, body=b"<html>captive portal</html>"), Means.UNKNOWN_OUTCOME),
        (Refusal(200, body=b'{"ok": true}'), Means.UNKNOWN_OUTCOME),
        (Refusal(200, hang_up=True), Means.UNKNOWN_OUTCOME),
    ],
    ids=[
        "429", "blocked", "deactivated", "no-chat", "rejected", "migrated", "401", "404", "409", "500", "502", "504",
        "redirect", "no-json", "no-result", "hang-up",
    ],
)  # fmt: skip
async def test_every_refusal_means_something_delivery_can_act_on(
    polling: Telegram, api: BotApi, refusal: Refusal, means: Means
) -> None:
    """The platform is known here and nowhere else."""
    api.refuse("sendMessage", refusal)
    assert (await refused(polling)).refusal is means


async def test_the_wait_is_handed_on(polling: Telegram, api: BotApi) -> None:
    """Telegram's own figure, in seconds."""
    api.refuse("sendMessage", Refusal(429, "Too Many Requests", {"retry_after": 7}))
    assert (await refused(polling)).retry_after == 7.0


async def test_a_moved_chat_names_its_new_address(polling: Telegram, api: BotApi) -> None:
    """Delivery rewrites the address and tries again."""
    api.refuse("sendMessage", Refusal(400, "group migrated", {"migrate_to_chat_id": -1009}))
    assert (await refused(polling)).moved_to == "-1009"


async def test_no_answer_after_writing_is_an_unknown_outcome(
    polling: Telegram, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have arrived: delivery must not simply repeat it."""
    monkeypatch.setattr(requests, "ANSWER_WITHIN", 0.1)
    api.refuse("sendMessage", Refusal(200, hang=True))
    assert (await refused(polling)).refusal is Means.UNKNOWN_OUTCOME


async def test_nobody_listening_concerns_everybody(ports: Ports) -> None:
    """Nothing was written: trying again repeats nothing, and one try for all is enough."""
    channel = Telegram(ports, account="telegram", authority="nrw-im", token=TOKEN, api_url="http://127.0.0.1:9")
    assert (await refused(channel)).refusal is Means.RETRY_ALL


async def test_a_refused_token_shows_in_health(polling: Telegram, api: BotApi, health_book: HealthBook) -> None:
    """ATTACKS A18: somebody must act."""
    api.refuse("sendMessage", Refusal(401, "Unauthorized"))
    await refused(polling)
    assert health_book.states[-1] == ("telegram", "token refused")


async def test_an_address_that_is_no_chat_is_gone(polling: Telegram, api: BotApi) -> None:
    """An event whose chat could not be read has nobody to answer."""
    assert (await refused(polling, replace(HELLO, address=""))).refusal is Means.RECIPIENT_GONE
    assert api.calls == []


@pytest.mark.parametrize("refusal", [Refusal(401, TOKEN), Refusal(200, hang_up=True), Refusal(500, "geheim")])
async def test_an_error_names_no_token_and_no_text(polling: Telegram, api: BotApi, refusal: Refusal) -> None:
    """What reaches the operator's log holds neither."""
    api.refuse("sendMessage", refusal)
    error = await refused(polling)
    assert TOKEN not in str(error)
    assert "geheim" not in str(error)
    assert error.__cause__ is None


async def test_a_long_text_goes_out_in_parts_with_the_buttons_last(polling: Telegram, api: BotApi) -> None:
    """Each part fits, none is lost, and the choices stand under the end."""
    text = " ".join(f"Satz Nummer {number} steht hier." for number in range(400))
    await polling.send(replace(HELLO, text=text, choices=CHOICES))
    sent = api.of("sendMessage")
    assert len(sent) > 1
    assert " ".join(call["text"] for call in sent) == text
    assert ["reply_markup" in call for call in sent] == [False] * (len(sent) - 1) + [True]


async def test_after_a_refusal_in_the_middle_only_the_rest_is_sent(polling: Telegram, api: BotApi) -> None:
    """The citizen does not read the first part twice."""
    text = " ".join(f"Satz Nummer {number} steht hier." for number in range(400))
    seen: list[Any] = []
    api.refuse(
        "sendMessage",
        Refusal(
            200,
            body=b'{"ok": true, "result": {"message_id": 5, "date": 1795219000, "chat": {"id": 42, "type": "x"}}}',
        ),
    )
    api.refuse("sendMessage", Refusal(429, "Too Many Requests", {"retry_after": 1}))
    assert (await refused(polling, replace(HELLO, text=text))).refusal is Means.RETRY
    await polling.send(replace(HELLO, text=text))
    seen = [call["text"] for call in api.of("sendMessage")]
    assert seen[1] == seen[2]
    assert " ".join([seen[0], *seen[2:]]) == text
