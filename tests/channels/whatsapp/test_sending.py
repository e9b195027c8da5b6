"""Sending: what arrives, what is not repeated, and what every refusal means."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import Ports
from bot.channels.meta import graph
from bot.channels.whatsapp.account import Template
from bot.channels.whatsapp.channel import WhatsApp
from bot.channels.whatsapp.progress import Progress
from bot.errors import Refusal as Means
from bot.errors import SendError
from bot.message import Author, Choice, Lane, Outbound
from tests.channels.conftest import HealthBook
from tests.channels.meta.contract import signed
from tests.channels.meta.standin import PROOF, Refusal
from tests.channels.whatsapp.conftest import NUMBER, USER, payload
from tests.channels.whatsapp.standin import MESSAGES, CloudApi, bundled, is_message, words

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
HELLO = Outbound(7, USER, "Sie erreichen uns unter 0211 871-01.", "de", Author.BOT, heard_at=NOW)
CHOICES = (Choice("i:contact.press", "Presseanfragen"), Choice("i:jobs", "Stellen"))
LONG = replace(HELLO, text="Dies ist ein Satz. " * 500)
"""Three messages."""


@pytest.fixture
def ports(ports: Ports) -> Ports:
    """At a fixed hour."""
    return replace(ports, clock=lambda: NOW)


async def refused(channel: WhatsApp, outbound: Outbound = HELLO) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


async def test_a_text_goes_to_the_user_id_with_its_row(channel: WhatsApp, api: CloudApi) -> None:
    """The row's id comes back with every status."""
    assert await channel.send(HELLO) == "wamid.1"
    [call] = api.of("POST", MESSAGES)
    assert call.body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "recipient": USER,
        "type": "text",
        "text": {"preview_url": False, "body": HELLO.text},
        "biz_opaque_callback_data": "outbox-7",
    }
    assert call.query == {"appsecret_proof": PROOF}


async def test_a_number_goes_where_numbers_go(channel: WhatsApp, api: CloudApi) -> None:
    """Where no user id is known."""
    await channel.send(replace(HELLO, address=NUMBER))
    assert (api.sent[0]["to"], "recipient" in api.sent[0]) == (NUMBER, False)


async def test_nobody_is_not_written_to(channel: WhatsApp, api: CloudApi) -> None:
    """What came without an address is answered to nobody."""
    assert (await refused(channel, replace(HELLO, address=""))).refusal is Means.RECIPIENT_GONE
    assert api.sent == []


async def test_the_safeguards_message_has_no_row(channel: WhatsApp, api: CloudApi) -> None:
    """No status of it could settle anything, and none of its messages is taken for the rest of another."""
    api.refuse(Refusal(400, 131056), lambda _: len(api.sent) == 2)
    await refused(channel, replace(LONG, id=0))
    await channel.send(replace(HELLO, id=0))
    assert [body.get("biz_opaque_callback_data") for body in api.sent] == [None, None, None]
    assert words(api.sent[-1]) == HELLO.text


async def test_without_proof_there_is_none(ports: Ports, options: dict[str, Any], api: CloudApi) -> None:
    """Where token and secret are of two apps."""
    plain = WhatsApp(ports, account="whatsapp", authority="nrw-im", appsecret_proof=False, **options)
    await plain.send(HELLO)
    assert api.of("POST", MESSAGES)[0].query == {}


async def test_choices_become_buttons(channel: WhatsApp, api: CloudApi) -> None:
    """The id comes back when one is pressed."""
    await channel.send(replace(HELLO, choices=CHOICES))
    assert [button["reply"] for button in api.sent[0]["interactive"]["action"]["buttons"]] == [
        {"id": "i:contact.press", "title": "Presseanfragen"},
        {"id": "i:jobs", "title": "Stellen"},
    ]


async def test_refused_buttons_are_tried_as_text(channel: WhatsApp, api: CloudApi) -> None:
    """The citizen needs the answer more than the buttons."""
    api.refuse(Refusal(400, 131009), is_message)
    await channel.send(replace(HELLO, choices=CHOICES))
    assert words(api.sent[-1]).endswith("1. Presseanfragen\n2. Stellen")


async def test_a_user_id_that_is_not_taken_gives_way_to_the_number(
    channel: WhatsApp, api: CloudApi, door: Any
) -> None:
    """The second address helps where it is known."""
    api.refuse(Refusal(400, 131062, times=2), is_message)
    assert (await refused(channel)).refusal is Means.REJECTED
    raw = bundled([payload("text")])
    await door.post("/hooks/whatsapp/whatsapp", data=raw, headers=signed(raw))
    assert await channel.send(HELLO) == "wamid.1"
    assert (api.sent[-1]["to"], "recipient" in api.sent[-1]) == (NUMBER, False)


# A text in parts.


async def test_an_overlong_text_goes_out_in_parts_on_sentence_ends(channel: WhatsApp, api: CloudApi) -> None:
    """Only the last one bears the row alone: its arrival is the whole text's."""
    assert await channel.send(LONG) == "wamid.3"
    assert [body["biz_opaque_callback_data"] for body in api.sent] == ["outbox-7-0", "outbox-7-1", "outbox-7"]
    assert all(words(body).endswith("Satz.") for body in api.sent)


async def test_after_a_refusal_in_the_middle_only_the_rest_is_sent(channel: WhatsApp, api: CloudApi) -> None:
    """What arrived is not repeated; the next text begins at its beginning."""
    api.refuse(Refusal(400, 131056), lambda call: call.body.get("biz_opaque_callback_data") == "outbox-7-1")
    assert (await refused(channel, LONG)).refusal is Means.RETRY
    assert await channel.send(LONG) == "wamid.3"
    tickets = [body["biz_opaque_callback_data"] for body in api.sent]
    assert tickets == ["outbox-7-0", "outbox-7-1", "outbox-7-1", "outbox-7"]
    await channel.send(replace(LONG, id=8))
    assert len(api.sent) == 7


async def test_a_final_refusal_forgets_how_far_it_came(channel: WhatsApp, api: CloudApi) -> None:
    """Sent again by a person, it is sent whole."""
    api.refuse(Refusal(400, 131026), lambda call: call.body.get("biz_opaque_callback_data") == "outbox-7-1")
    assert (await refused(channel, LONG)).refusal is Means.RECIPIENT_GONE
    await channel.send(LONG)
    assert [body["biz_opaque_callback_data"] for body in api.sent].count("outbox-7-0") == 2


@pytest.mark.parametrize(("ticket", "outbound"), [("outbox-7", HELLO), ("outbox-7-1", LONG)], ids=["whole", "part"])
async def test_a_status_tells_that_an_unanswered_message_arrived(
    channel: WhatsApp, api: CloudApi, door: Any, ticket: str, outbound: Outbound
) -> None:
    """It comes while the row waits for its retry, which then repeats nothing."""
    api.refuse(Refusal(hang_up=True), lambda call: call.body.get("biz_opaque_callback_data") == ticket)
    assert (await refused(channel, outbound)).refusal is Means.UNKNOWN_OUTCOME
    told = json.loads(json.dumps(payload("status_sent")).replace("outbox-8812", ticket))
    raw = bundled([payload("status_delivered"), payload("status_of_another"), told])
    assert (await door.post("/hooks/whatsapp/whatsapp", data=raw, headers=signed(raw))).status == 200
    await channel.send(outbound)
    assert [body["biz_opaque_callback_data"] for body in api.sent].count(ticket) == 1


async def test_what_was_given_up_under_way_may_have_arrived(channel: WhatsApp, api: CloudApi, door: Any) -> None:
    """Delivery's patience ends in the middle of a call; a status settles that part like any other."""
    api.refuse(Refusal(hang=True), lambda call: call.body.get("biz_opaque_callback_data") == "outbox-7-1")
    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(channel.send(LONG))
        await api.called("POST", MESSAGES, 2)
        sending.cancel()
    raw = bundled([json.loads(json.dumps(payload("status_sent")).replace("outbox-8812", "outbox-7-1"))])
    await door.post("/hooks/whatsapp/whatsapp", data=raw, headers=signed(raw))
    await channel.send(LONG)
    assert [body["biz_opaque_callback_data"] for body in api.sent] == ["outbox-7-0", "outbox-7-1", "outbox-7"]


@pytest.mark.parametrize("ticket", ["outbox-8", "outbox-7-0", "outbox-70"])
async def test_another_messages_status_and_a_failure_settle_nothing(
    channel: WhatsApp, api: CloudApi, door: Any, ticket: str
) -> None:
    """Only the part in doubt is settled; else danger could go unanswered."""
    api.refuse(Refusal(hang_up=True), is_message)
    await refused(channel)
    told = json.loads(json.dumps(payload("status_sent")).replace("outbox-8812", ticket))
    failed = json.loads(json.dumps(payload("status_failed")).replace("outbox-8812", "outbox-7"))
    raw = bundled([told, failed])
    await door.post("/hooks/whatsapp/whatsapp", data=raw, headers=signed(raw))
    await channel.send(HELLO)
    assert len(api.sent) == 2


def test_what_is_never_finished_is_forgotten_at_last() -> None:
    """Memory has an end; the newest stay."""
    progress = Progress()
    for row in range(1, 1002):
        progress.take(row, f"wamid.{row}")
    assert (progress.taken(1), progress.taken(2), progress.taken(1001)) == ([], ["wamid.2"], ["wamid.1001"])


# The window.


@pytest.mark.parametrize("author", [Author.BOT, Author.STAFF])
async def test_after_24_hours_nothing_is_tried(channel: WhatsApp, api: CloudApi, author: Author) -> None:
    """The platform is not even asked."""
    late = replace(HELLO, heard_at=NOW - timedelta(hours=24, seconds=1), author=author)
    assert (await refused(channel, late)).refusal is Means.WINDOW_CLOSED
    assert api.calls == []


async def test_danger_is_answered_whatever_the_window(channel: WhatsApp, api: CloudApi) -> None:
    """A delivery may come days late; whether the window is closed, the platform says."""
    late = replace(HELLO, heard_at=NOW - timedelta(days=3), lane=Lane.EMERGENCY)
    assert await channel.send(late) == "wamid.1"
    api.refuse(Refusal(400, 131047), is_message)
    assert (await refused(channel, late)).refusal is Means.WINDOW_CLOSED


@pytest.mark.parametrize("heard_at", [None, NOW - timedelta(hours=24), NOW + timedelta(hours=1)])
async def test_until_then_and_where_it_is_not_known_it_is(
    channel: WhatsApp, api: CloudApi, heard_at: datetime | None
) -> None:
    """The platform decides where we do not know."""
    await channel.send(replace(HELLO, heard_at=heard_at))
    assert len(api.sent) == 1


@pytest.fixture
def with_template(ports: Ports, options: dict[str, Any]) -> WhatsApp:
    templates = {
        "de": Template(name="antwort", language="de"),
        "en": Template(name="reply", language="en_GB", limit=20),
    }
    return WhatsApp(ports, account="whatsapp", authority="nrw-im", templates=templates, **options)


async def test_a_template_carries_what_a_person_wrote_after_the_window(
    with_template: WhatsApp, api: CloudApi
) -> None:
    """Without line breaks, which a variable does not take; Leichte Sprache goes the way of German."""
    for language in ("de", "leicht"):
        late = replace(
            HELLO,
            heard_at=NOW - timedelta(days=3),
            author=Author.STAFF,
            text="Guten Tag,\n\n*hier*  ist Petra.",
            language=language,
        )
        await with_template.send(late)
    assert [body["template"] for body in api.sent] == 2 * [
        {
            "name": "antwort",
            "language": {"code": "de"},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": "Guten Tag, *hier* ist Petra."}]}
            ],
        }
    ]
    assert api.sent[0]["biz_opaque_callback_data"] == "outbox-7"


@pytest.mark.parametrize(
    "change",
    [
        {"author": Author.BOT},
        {"language": "tr"},
        {"language": "en", "text": "x" * 21},
    ],
    ids=["bot", "language", "length"],
)
async def test_a_template_carries_nothing_else(
    with_template: WhatsApp, api: CloudApi, change: dict[str, Any]
) -> None:
    """Not what a program says, not in a language it was not approved for, not more than it holds."""
    late = replace(replace(HELLO, heard_at=NOW - timedelta(days=3), author=Author.STAFF), **change)
    assert (await refused(with_template, late)).refusal is Means.WINDOW_CLOSED
    assert api.sent == []


async def test_a_window_that_the_platform_sees_closed_is(with_template: WhatsApp, api: CloudApi) -> None:
    """Its clock decides; a person's words go by template then, the bot's do not."""
    api.refuse(Refusal(400, 131047, times=2), lambda call: call.body.get("type") == "text")
    assert (await refused(with_template)).refusal is Means.WINDOW_CLOSED
    await with_template.send(replace(HELLO, author=Author.STAFF))
    assert [body["type"] for body in api.sent] == ["text", "text", "template"]


def test_the_window_is_told_to_the_inbox(channel: WhatsApp, with_template: WhatsApp) -> None:
    """A day for everybody; with templates no end for people."""
    assert channel.capabilities.reply_window == with_template.capabilities.reply_window == timedelta(hours=24)
    assert channel.capabilities.staff_window is None
    assert with_template.capabilities.staff_window is not None
    assert with_template.capabilities.staff_window > timedelta(days=365)


# Refusals.


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (4, Means.RETRY_ALL),
        (80007, Means.RETRY_ALL),
        (130429, Means.RETRY_ALL),
        (131056, Means.RETRY),
        (131048, Means.RETRY_ALL),
        (131064, Means.RETRY_ALL),
        (133016, Means.RETRY_ALL),
        (1, Means.RETRY),
        (2, Means.RETRY),
        (131000, Means.RETRY),
        (131016, Means.RETRY),
        (131057, Means.RETRY_ALL),
        (131052, Means.RETRY),
        (131053, Means.RETRY),
        (131047, Means.WINDOW_CLOSED),
        (131026, Means.RECIPIENT_GONE),
        (131021, Means.RECIPIENT_GONE),
        (131030, Means.RECIPIENT_GONE),
        (131051, Means.REJECTED),
        (131008, Means.REJECTED),
        (131009, Means.REJECTED),
        (100, Means.REJECTED),
        (130497, Means.REJECTED),
        *((code, Means.REJECTED) for code in (132000, 132001, 132005, 132007, 132012, 132015, 132016, 132999)),
        (131049, Means.REJECTED),
        (130472, Means.REJECTED),
        (131050, Means.REJECTED),
        (131062, Means.REJECTED),
        (131063, Means.REJECTED),
        (190, Means.AUTH_BROKEN),
        (0, Means.AUTH_BROKEN),
        (3, Means.AUTH_BROKEN),
        (10, Means.AUTH_BROKEN),
        (200, Means.AUTH_BROKEN),
        (299, Means.AUTH_BROKEN),
        (131005, Means.AUTH_BROKEN),
        (131031, Means.AUTH_BROKEN),
        (131037, Means.AUTH_BROKEN),
        (131045, Means.AUTH_BROKEN),
        (133010, Means.AUTH_BROKEN),
        (368, Means.AUTH_BROKEN),
        (131042, Means.AUTH_BROKEN),
        (999999, Means.REJECTED),
    ],
)
async def test_every_refusal_means_something(
    channel: WhatsApp, api: CloudApi, health_book: HealthBook, code: int, means: Means
) -> None:
    """Delivery acts on the meaning alone; the account turns red where all of it is concerned."""
    api.refuse(Refusal(400, code, message=f"(#{code}) {USER} {HELLO.text}"))
    error = await refused(channel)
    assert error.refusal is means
    assert USER not in str(error)
    assert "0211" not in str(error)
    concerned = means in {Means.RETRY_ALL, Means.AUTH_BROKEN}
    assert [account for account, state in health_book.states if state != "ok"] == ["whatsapp"] * concerned


async def test_a_wrong_phone_number_id_is_for_people_to_mend(channel: WhatsApp, api: CloudApi) -> None:
    """Every message would be thrown away if it were taken for a bad message."""
    api.refuse(Refusal(400, 100, 33, message="Unsupported post request."))
    assert (await refused(channel)).refusal is Means.AUTH_BROKEN


async def test_the_wait_after_too_many_messages_is_the_platforms(channel: WhatsApp, api: CloudApi) -> None:
    """To one person about one in six seconds, to all as the answer says."""
    api.refuse(Refusal(400, 131056))
    api.refuse(Refusal(429, 130429, headers={"Retry-After": "30"}))
    assert [(await refused(channel)).retry_after for _ in range(2)] == [6.0, 30.0]


async def test_an_answer_without_a_message_is_an_unknown_outcome(channel: WhatsApp, api: CloudApi) -> None:
    """Something was taken that we cannot name."""
    api.answer("POST", MESSAGES, lambda _: {"messages": []})
    assert (await refused(channel)).refusal is Means.UNKNOWN_OUTCOME


async def test_no_answer_is_an_unknown_outcome_and_no_connection_is_not(
    channel: WhatsApp, api: CloudApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it was written decides whether it may be repeated freely."""
    monkeypatch.setattr(graph, "ANSWER_WITHIN", 0.05)
    api.refuse(Refusal(hang=True))
    assert (await refused(channel)).refusal is Means.UNKNOWN_OUTCOME
    await api.stop()
    assert (await refused(channel)).refusal is Means.RETRY_ALL
