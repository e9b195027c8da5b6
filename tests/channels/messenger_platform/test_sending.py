"""Sending: what arrives, by which right, and what every refusal means."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.base import Ports
from bot.channels.messenger_platform.channel import PlatformChannel
from bot.channels.meta import graph
from bot.errors import Refusal as Means
from bot.errors import SendError
from bot.message import Author, Choice, Lane, Outbound
from tests.channels.conftest import HealthBook
from tests.channels.messenger_platform.conftest import Side, channel_on
from tests.channels.messenger_platform.standin import PERSON
from tests.channels.meta.standin import TOKEN, Refusal

HELLO = Outbound(7, PERSON, "Sie erreichen uns unter 0211 871-01.", "de", Author.BOT)
CHOICES = (Choice("i:contact.press", "Presseanfragen"), Choice("i:jobs", "Stellen"))
LONG = " ".join(f"Satz Nummer {number} steht hier." for number in range(200))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


async def refused(channel: PlatformChannel, outbound: Outbound = HELLO) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


def heard(ago: timedelta, outbound: Outbound = HELLO, **changed: Any) -> Outbound:
    return replace(outbound, heard_at=NOW - ago, **changed)


def at_noon(side: Side, ports: Ports, **options: Any) -> PlatformChannel:
    """The channel of the side, at a fixed time."""
    return channel_on(side.api, side.name, replace(ports, clock=lambda: NOW), **options)


async def test_a_text_goes_out_as_plain_text(side: Side) -> None:
    """The platforms interpret no markup; on Messenger our own mark goes with it (ATTACKS C10)."""
    text = "*fett* <b>x</b> [y](javascript:alert(1)) {0} %s & https://im.nrw"
    assert await side.channel.send(replace(HELLO, text=text)) == "m_sent_1"
    marked = {"metadata": "outbox-7"} if side.name == "messenger" else {}
    typed = {"messaging_type": "RESPONSE"} if side.name == "messenger" else {}
    assert side.api.taken == [{"recipient": {"id": PERSON}, "message": {"text": text} | marked} | typed]


async def test_what_the_safeguard_sends_carries_no_mark(side: Side) -> None:
    """It has no row that could be settled."""
    await side.channel.send(replace(HELLO, id=0))
    assert "metadata" not in side.api.taken[0]["message"]


async def test_choices_become_quick_replies(side: Side) -> None:
    """The id comes back when it is pressed. Instagram shows none on a desktop, so they stand in the text as well."""
    await side.channel.send(replace(HELLO, choices=CHOICES))
    [said] = side.api.taken
    assert said["message"]["quick_replies"] == [
        {"content_type": "text", "title": "Presseanfragen", "payload": "i:contact.press"},
        {"content_type": "text", "title": "Stellen", "payload": "i:jobs"},
    ]
    listed = said["message"]["text"].endswith("\n\n1. Presseanfragen\n2. Stellen")
    assert listed is (side.name == "instagram")


async def test_a_long_label_is_shortened_and_stands_in_the_text_whole(side: Side) -> None:
    """The platform takes 20 characters and refuses the whole message for 21."""
    long = Choice("i:x", "Anzeige erstatten und verfolgen")
    await side.channel.send(replace(HELLO, choices=(long, *CHOICES)))
    [said] = side.api.taken
    assert said["message"]["quick_replies"][0]["title"] == "Anzeige erstatten u…"
    assert "1. Anzeige erstatten und verfolgen" in said["message"]["text"]


@pytest.mark.parametrize(
    "choices",
    [tuple(Choice(f"i:{number}", f"Thema {number}") for number in range(14)), (Choice("i:" + "x" * 999, "Übermaß"),)],
    ids=["many", "long-id"],
)
async def test_choices_that_do_not_fit_become_text(side: Side, choices: tuple[Choice, ...]) -> None:
    """A number can be typed instead."""
    await side.channel.send(replace(HELLO, choices=choices))
    [said] = side.api.taken
    assert "quick_replies" not in said["message"]
    assert said["message"]["text"].endswith(f"{len(choices)}. {choices[-1].label}")


async def test_refused_quick_replies_are_tried_as_text(side: Side) -> None:
    """The citizen needs the answer more than the buttons."""
    side.api.refuse(Refusal(400, 100), lambda call: "quick_replies" in call.body.get("message", {}))
    await side.channel.send(replace(HELLO, choices=CHOICES))
    assert side.api.taken[0]["message"]["text"].endswith("1. Presseanfragen\n2. Stellen")


@pytest.mark.parametrize(
    ("refusal", "means"),
    [
        (Refusal(400, 1, 99), Means.RETRY),
        (Refusal(400, 2), Means.RETRY),
        (Refusal(400, 1200), Means.RETRY),
        (Refusal(500, 1200), Means.RETRY),
        (Refusal(503, 999), Means.RETRY),
        (Refusal(400, 999, transient=True), Means.RETRY),
        (Refusal(400, 4), Means.RETRY_ALL),
        (Refusal(400, 613), Means.RETRY),
        (Refusal(400, 32), Means.RETRY_ALL),
        (Refusal(400, 80001), Means.RETRY_ALL),
        (Refusal(400, 80002), Means.RETRY_ALL),
        (Refusal(400, 80006), Means.RETRY_ALL),
        (Refusal(403, 10, 2018278), Means.WINDOW_CLOSED),
        (Refusal(403, 10, 2534022), Means.WINDOW_CLOSED),
        (Refusal(403, 10, 2018065), Means.WINDOW_CLOSED),
        (Refusal(400, 551, 1545041), Means.RECIPIENT_GONE),
        (Refusal(400, 200, 1545041), Means.RECIPIENT_GONE),
        (Refusal(400, 10, 2018108), Means.RECIPIENT_GONE),
        (Refusal(400, 100, 2018001), Means.RECIPIENT_GONE),
        (Refusal(400, 100, 2534001), Means.RECIPIENT_GONE),
        (Refusal(400, 100, 2534014), Means.RECIPIENT_GONE),
        (Refusal(400, 100), Means.REJECTED),
        (Refusal(400, 10, 2018300), Means.REJECTED),
        (Refusal(400, 2018300), Means.REJECTED),
        (Refusal(400, 10900), Means.REJECTED),
        (Refusal(400, 10901), Means.REJECTED),
        (Refusal(400, 10902), Means.REJECTED),
        (Refusal(400, 10903), Means.REJECTED),
        (Refusal(400, 10, 2534025), Means.REJECTED),
        (Refusal(400, 100, 2534025), Means.REJECTED),
        (Refusal(401, 190, 463), Means.AUTH_BROKEN),
        (Refusal(403, 200), Means.AUTH_BROKEN),
        (Refusal(403, 10), Means.AUTH_BROKEN),
        (Refusal(403, 368), Means.AUTH_BROKEN),
        (Refusal(502, body=b"<html>Bad Gateway</html>"), Means.RETRY),
        (Refusal(200, body=b"<html>captive portal</html>"), Means.UNKNOWN_OUTCOME),
        (Refusal(200, body=b'{"recipient_id": "1"}'), Means.UNKNOWN_OUTCOME),
        (Refusal(200, hang_up=True), Means.UNKNOWN_OUTCOME),
    ],
    ids=lambda value: f"{value.status}-{value.code}-{value.subcode}" if isinstance(value, Refusal) else None,
)
async def test_every_refusal_means_something_delivery_can_act_on(side: Side, refusal: Refusal, means: Means) -> None:
    """The platform is known here and nowhere else."""
    side.api.refuse(refusal)
    assert (await refused(side.channel)).refusal is means


async def test_the_wait_is_handed_on(side: Side) -> None:
    """In seconds, where the platform names one."""
    side.api.throttle(PERSON, 7)
    assert (await refused(side.channel)).retry_after == 7.0


async def test_no_answer_after_writing_is_an_unknown_outcome(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have arrived; the echo will say so."""
    monkeypatch.setattr(graph, "ANSWER_WITHIN", 0.1)
    side.api.refuse(Refusal(200, hang=True))
    assert (await refused(side.channel)).refusal is Means.UNKNOWN_OUTCOME


async def test_nobody_listening_concerns_everybody(side: Side, ports: Ports) -> None:
    """Nothing was written: trying again repeats nothing."""
    channel = channel_on(side.api, side.name, ports, graph_url="http://127.0.0.1:9")
    assert (await refused(channel)).refusal is Means.RETRY_ALL


async def test_a_token_that_may_not_send_stays_red_until_something_was_sent(
    side: Side, health_book: HealthBook
) -> None:
    """It may still ask who it is, which would look like health."""
    side.api.refuse(Refusal(403, 200))
    await refused(side.channel)
    red = "permission missing (code 200, status 403)"
    assert health_book.states[-1] == (side.name, red)
    assert side.channel._state("") == red
    await side.channel.send(HELLO)
    assert side.channel._state("") == "ok"


async def test_nobody_to_answer_is_gone(side: Side) -> None:
    """An event whose sender could not be read."""
    assert (await refused(side.channel, replace(HELLO, address=""))).refusal is Means.RECIPIENT_GONE
    assert side.api.calls == []


@pytest.mark.parametrize("refusal", [Refusal(401, 190, message=TOKEN), Refusal(400, message=HELLO.text)])
async def test_an_error_names_no_token_no_text_and_no_address(side: Side, refusal: Refusal) -> None:
    """What reaches the operator's log holds none of it."""
    side.api.refuse(refusal)
    error = await refused(side.channel)
    assert not any(secret in str(error) for secret in (TOKEN, HELLO.text, PERSON))
    assert error.__cause__ is None


async def test_within_a_day_everybody_may_answer(side: Side, ports: Ports) -> None:
    """The window counts from the citizen's last message; where that is not known the platform decides."""
    channel = at_noon(side, ports)
    for author in (Author.BOT, Author.STAFF):
        await channel.send(heard(timedelta(hours=24), author=author))
    assert {said.get("tag") for said in side.api.taken} == {None}


@pytest.mark.parametrize(
    ("author", "granted", "ago"),
    [
        (Author.BOT, False, timedelta(hours=24, seconds=1)),
        (Author.BOT, True, timedelta(hours=24, seconds=1)),
        (Author.STAFF, False, timedelta(hours=24, seconds=1)),
        (Author.STAFF, True, timedelta(days=7, seconds=1)),
    ],
)
async def test_after_the_window_the_platform_is_not_even_asked(
    side: Side, ports: Ports, author: Author, granted: bool, ago: timedelta
) -> None:
    """Refused at once, for people too where Meta has not granted more; the bot never borrows their right."""
    channel = at_noon(side, ports, human_agent=granted)
    assert (await refused(channel, heard(ago, author=author))).refusal is Means.WINDOW_CLOSED
    assert side.api.calls == []


async def test_people_may_answer_for_a_week_where_meta_grants_it(side: Side, ports: Ports) -> None:
    """With the tag, and only after the day in which none is needed."""
    channel = at_noon(side, ports, human_agent=True)
    await channel.send(heard(timedelta(days=6), author=Author.STAFF))
    assert (side.api.taken[0]["messaging_type"], side.api.taken[0]["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    assert channel.capabilities.staff_window == timedelta(days=7)
    assert channel.capabilities.reply_window == timedelta(hours=24)
    assert at_noon(side, ports).capabilities.staff_window is None


@pytest.mark.parametrize("ago", [timedelta(hours=25), timedelta(days=30)])
async def test_an_answer_to_danger_is_always_tried(side: Side, ports: Ports, ago: timedelta) -> None:
    """It answers what was said just now, even where the platform told another app."""
    await at_noon(side, ports).send(heard(ago, lane=Lane.EMERGENCY))
    assert "tag" not in side.api.taken[0]


@pytest.mark.parametrize(
    ("address", "recipient"),
    [("comment:90_501", {"comment_id": "90_501"}), ("post:2044_91", {"post_id": "2044_91"})],
)
async def test_who_commented_is_answered_in_private(side: Side, address: str, recipient: dict[str, str]) -> None:
    """Through the comment; no tag and no type belong to it."""
    await side.channel.send(replace(HELLO, address=address))
    [said] = side.api.taken
    assert said["recipient"] == recipient
    assert said.keys() == {"recipient", "message"}


async def test_a_comment_takes_one_message_which_holds_the_beginning(side: Side) -> None:
    """There the numbers stand. What a person typed is not cut: they shorten it themselves."""
    public = replace(HELLO, address="comment:90_501", text=LONG)
    staff = await refused(side.channel, replace(public, author=Author.STAFF))
    assert (staff.refusal, side.api.calls) == (Means.REJECTED, [])
    await side.channel.send(public)
    assert len(side.api.taken) == 1
    assert LONG.startswith(side.api.taken[0]["message"]["text"])
    again = await refused(side.channel, public)
    assert again.refusal is Means.REJECTED


async def test_a_long_text_goes_out_in_parts_with_the_choices_last(side: Side) -> None:
    """Each part fits, none is lost, and only the last settles the row."""
    await side.channel.send(replace(HELLO, text=LONG, choices=CHOICES))
    parts = [said["message"] for said in side.api.taken]
    assert len(parts) > 1
    assert " ".join(part["text"] for part in parts).startswith(LONG)
    assert ["quick_replies" in part for part in parts] == [False] * (len(parts) - 1) + [True]
    if side.name == "messenger":
        assert [part["metadata"] for part in parts] == ["part-7"] * (len(parts) - 1) + ["outbox-7"]


async def test_after_a_refusal_in_the_middle_only_the_rest_is_sent(side: Side) -> None:
    """The citizen does not read the first part twice."""
    side.api.refuse(Refusal(400, 613), lambda call: len(side.api.taken) == 1)
    long = replace(HELLO, text=LONG)
    assert (await refused(side.channel, long)).refusal is Means.RETRY
    await side.channel.send(long)
    assert " ".join(said["message"]["text"] for said in side.api.taken) == LONG


async def test_text_in_every_script_arrives_unchanged_and_fits(side: Side) -> None:
    """Instagram counts bytes: Arabic and emoji take more of them."""
    for number, text in enumerate(("مرحبا بكم في الوزارة. " * 60, "Поліція допоможе. " * 90, "🚒 112 " * 150), 1):
        await side.channel.send(replace(HELLO, id=number, text=text))
    said = [one["message"]["text"] for one in side.api.taken]
    assert sum(text.count("112") for text in said) == 150
    assert sum(text.count("مرحبا") for text in said) == 60


async def test_what_was_sent_from_here_is_known_before_and_after_the_answer(side: Side) -> None:
    """An echo may come first; the text is known by then, later the id is."""
    side.api.refuse(Refusal(200, hang_up=True))
    await refused(side.channel)
    await side.channel.send(replace(HELLO, text="Guten Tag"))
    known = side.channel._sender._sent.knows
    assert known("m_unheard", PERSON, HELLO.text)
    assert known("m_sent_1", PERSON, "")
    assert not known("m_other", PERSON, "Etwas anderes")
    assert not known("m_other", "1", HELLO.text)
    await side.channel.send(replace(HELLO, address="comment:90_501", text="Rufen Sie 110 an."))
    assert known("m_other", "whoever commented", "Rufen Sie 110 an.")
