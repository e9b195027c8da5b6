"""Sending: what arrives in a citizen's app, and what every refusal means."""

from dataclasses import replace

import pytest
from mautrix.types import RoomID, UserID

from bot.channels.base import Ports
from bot.channels.matrix import channel as matrix_channel
from bot.channels.matrix import sending
from bot.channels.matrix.channel import Matrix
from bot.errors import Refusal as Means
from bot.errors import SendError
from bot.message import Author, Choice, Lane, Outbound
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.conftest import Running
from tests.channels.matrix.proxy import Fault, Proxy
from tests.channels.matrix.synapse import Synapse, User

HELLO = Outbound(7, "", "Sie erreichen uns unter 0211 871-01. 👍🏽", "de", Author.BOT)


async def refused(channel: Matrix, outbound: Outbound) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


@pytest.mark.parametrize("encrypted", [True, False])
async def test_an_answer_is_a_notice_and_plain_text(
    running: Running, citizen: Citizen, bot_user: User, *, encrypted: bool
) -> None:
    """No other bot answers a notice; no markup is interpreted; what a person typed rings the citizen's phone."""
    text = "*fett* <b>x</b> [y](javascript:alert(1)) {0} %s & https://im.nrw"
    async with running() as channel:
        room = await citizen.chats(bot_user.id, encrypted=encrypted)
        event_id = await channel.send(replace(HELLO, address=room, text=text))
        assert await citizen.hears(1) == text
        await channel.send(replace(HELLO, id=8, address=room, author=Author.STAFF))
        await citizen.hears(2)
    first, second = citizen.heard
    assert first.event_id == event_id
    assert [first.content.msgtype.value, second.content.msgtype.value] == ["m.notice", "m.text"]
    assert not getattr(first.content, "formatted_body", None)
    assert bool(first.get("mautrix")) is encrypted


async def test_choices_are_numbered(running: Running, citizen: Citizen, bot_user: User) -> None:
    """Matrix has no buttons; a number can be typed."""
    choices = (Choice("i:contact.press", "Presseanfragen"), Choice("i:jobs", "Stellen"))
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        await channel.send(replace(HELLO, address=room, choices=choices))
        assert (await citizen.hears(1)).endswith("\n\n1. Presseanfragen\n2. Stellen")


async def test_a_long_text_comes_in_parts_each_once(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """After a refusal in the middle everything is tried again; the server knows what it has."""
    text = " ".join(f"Satz Nummer {number} über Ärzte und Ämter." for number in range(60))
    async with running(text_limit=1000) as channel:
        room = await citizen.chats(bot_user.id)
        proxy.fail("-1", Fault(503, {"errcode": "M_UNKNOWN", "error": "busy"}))
        assert (await refused(channel, replace(HELLO, address=room, text=text))).refusal is Means.RETRY
        last = await channel.send(replace(HELLO, address=room, text=text))
        await citizen.until_seen(lambda: citizen.heard and citizen.heard[-1].event_id == last)
    parts = [str(event.content.body) for event in citizen.heard]
    assert " ".join(parts) == text
    assert len(parts) == len({event.event_id for event in citizen.heard}) == 3
    assert all(len(part.encode()) <= 1000 for part in parts)


async def test_a_repeated_message_arrives_once(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """The answer to our request was lost: repeating it gets the same event, even after a restart."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        proxy.fail("/send/m.room.encrypted", Fault(502, after=True))
        assert (await refused(channel, replace(HELLO, address=room))).refusal is Means.RETRY
        event_id = await channel.send(replace(HELLO, address=room))
    async with running() as channel:
        assert await channel.send(replace(HELLO, address=room)) == event_id
        await channel.send(replace(HELLO, id=8, address=room, text="danach"))
        assert await citizen.hears(2) == "danach"
    assert citizen.heard[0].event_id == event_id


async def test_another_installation_does_not_take_our_messages_for_repetitions(
    running: Running, citizen: Citizen, bot_user: User, ports: Ports, synapse: Synapse
) -> None:
    """A new database counts from one again; with the same session the server must not think it knows the message."""
    token = synapse.log_in(bot_user)
    async with running(password=None, access_token=token) as channel:
        room = await citizen.chats(bot_user.id, encrypted=False)
        first = await channel.send(replace(HELLO, id=1, address=room))
        kept = await ports.memory.get("matrix", "device")
        assert kept is not None
        await ports.memory.put("matrix", "device", b"{}")
    async with running(password=None, access_token=token) as channel:
        assert await channel.send(replace(HELLO, id=1, address=room)) != first


UNKNOWN_TOKEN = {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"}


FAULTS = (
    (Fault(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 4850}), Means.RETRY),
    (Fault(401, UNKNOWN_TOKEN), Means.AUTH_BROKEN),
    (Fault(401, {**UNKNOWN_TOKEN, "soft_logout": True}), Means.AUTH_BROKEN),
    (Fault(401, body=b"<html>log in</html>"), Means.AUTH_BROKEN),
    (Fault(403, {"errcode": "M_USER_DEACTIVATED"}), Means.AUTH_BROKEN),
    (Fault(403, {"errcode": "M_USER_LOCKED"}), Means.AUTH_BROKEN),
    (Fault(403, {"errcode": "M_FORBIDDEN"}), Means.RECIPIENT_GONE),
    (Fault(404, {"errcode": "M_NOT_FOUND"}), Means.RECIPIENT_GONE),
    (Fault(404, {"errcode": "M_UNRECOGNIZED"}), Means.RETRY_ALL),
    (Fault(403, {"errcode": "M_RESOURCE_LIMIT_EXCEEDED"}), Means.RETRY_ALL),
    (Fault(403, {"errcode": "M_CONSENT_NOT_GIVEN"}), Means.RETRY_ALL),
    (Fault(413, {"errcode": "M_TOO_LARGE"}), Means.REJECTED),
    (Fault(413, body=b"<html>Too Large</html>"), Means.REJECTED),
    (Fault(400, {"errcode": "M_BAD_JSON"}), Means.REJECTED),
    (Fault(403, body=b"<html>Web application firewall</html>"), Means.RETRY),
    (Fault(404, body=b"<html>Not Found</html>"), Means.RETRY),
    (Fault(302, headers={"Location": "https://login.example"}), Means.RETRY),
    (Fault(500, {"errcode": "M_UNKNOWN"}), Means.RETRY),
    (Fault(502, body=b"<html>Bad Gateway</html>"), Means.RETRY),
    (Fault(504, body=b""), Means.RETRY),
    (Fault(200, body=b"<html>captive portal</html>"), Means.RETRY),
    (Fault(200, body=b"[]"), Means.RETRY),
    (Fault(hang_up=True, times=2), Means.RETRY),
    (Fault(hang=True), Means.RETRY),
)


async def test_every_refusal_means_something_delivery_can_act_on(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform is known here and nowhere else. With a transaction id nothing is ever an unknown outcome."""
    monkeypatch.setattr(sending, "SEND_WITHIN", 1.0)
    async with running() as channel:
        room = await citizen.chats(bot_user.id, encrypted=False)
        for fault, means in FAULTS:
            proxy.fail("/send/", replace(fault))
            error = await refused(channel, replace(HELLO, address=room))
            assert error.refusal is means, fault
            assert not {room, "0211", bot_user.id} & set(str(error).split())
            # The safeguard's messages are never repeated: what became of one may stay unknown.
            proxy.fail("/send/", replace(fault))
            unknown = means is Means.RETRY and fault.status == 200
            error = await refused(channel, replace(HELLO, id=0, address=room))
            assert error.refusal is (Means.UNKNOWN_OUTCOME if unknown else means), fault
        await channel.send(replace(HELLO, address=room))


async def test_the_wait_is_handed_on(running: Running, citizen: Citizen, bot_user: User, proxy: Proxy) -> None:
    """The server's own figure, in seconds, wherever it stands; a mad one is cut, nonsense is none."""
    limited = {"errcode": "M_LIMIT_EXCEEDED"}
    waits = (
        (Fault(429, limited | {"retry_after_ms": 4850}), 4.85),
        (Fault(429, limited, headers={"Retry-After": "5"}), 5.0),
        (Fault(429, limited | {"retry_after_ms": 1e300}), 24 * 3600.0),
        (Fault(429, limited | {"retry_after_ms": "soon"}, headers={"Retry-After": "Mon, 01"}), None),
    )
    async with running() as channel:
        room = await citizen.chats(bot_user.id, encrypted=False)
        for fault, wait in waits:
            proxy.fail("/send/", fault)
            assert (await refused(channel, replace(HELLO, address=room))).retry_after == wait


async def test_one_limited_room_does_not_hold_up_another(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """A wait in one conversation, an emergency in another."""
    async with running() as channel:
        limited = await citizen.chats(bot_user.id)
        other = await citizen.chats(bot_user.id)
        proxy.fail(
            f"{limited}/send/", Fault(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 600_000}, times=9)
        )
        assert (await refused(channel, replace(HELLO, address=limited))).retry_after == 600.0
        await channel.send(replace(HELLO, id=8, address=other, text="Rufen Sie 112.", lane=Lane.EMERGENCY))
        assert await citizen.hears(1) == "Rufen Sie 112."


async def test_nobody_listening_concerns_everybody(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first log-in nothing can be sent; it is the whole account's trouble."""
    monkeypatch.setattr(matrix_channel, "CONNECTED_WITHIN", 0.1)
    channel = Matrix(
        ports, account="matrix", authority="nrw-im", homeserver="http://127.0.0.1:9", user_id="@a:b", password="x"
    )
    assert (await refused(channel, replace(HELLO, address="!r:b"))).refusal is Means.RETRY_ALL


async def test_a_server_that_has_gone_concerns_everybody(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """Nothing was written: one try for all is enough."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id, encrypted=False)
        await proxy.stop()
        assert (await refused(channel, replace(HELLO, address=room))).refusal is Means.RETRY_ALL
        await proxy.start()


async def test_a_room_that_everybody_has_left_is_gone(running: Running, citizen: Citizen, bot_user: User) -> None:
    """Nobody would read it; we leave as well."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        await channel.send(replace(HELLO, address=room))
        await citizen.client.leave_room(room)
        error = await refused_in_time(channel, room)
    assert error is Means.RECIPIENT_GONE


async def refused_in_time(channel: Matrix, room: RoomID) -> Means:
    """The sync that tells of the leaving may come a moment later."""
    for number in range(100, 200):
        try:
            await channel.send(replace(HELLO, id=number, address=room))
        except SendError as error:
            return error.refusal
    raise AssertionError


async def test_a_crowd_is_not_answered(running: Running, citizen: Citizen, bot_user: User, synapse: Synapse) -> None:
    """Two people and the bot are a conversation; with one more we leave, for what is said there is not private."""
    async with (
        running() as channel,
        Citizen(synapse.url, synapse.register("erna")) as second,
        Citizen(synapse.url, synapse.register("otto")) as third,
    ):
        room = await citizen.chats(bot_user.id)
        for person in (second, third):
            await citizen.client.invite_user(room, UserID(person.user.id))
        await second.client.join_room(room)
        await citizen.until(room, second.user.id)
        await channel.send(replace(HELLO, address=room))
        assert await citizen.hears(1) == HELLO.text
        await third.client.join_room(room)
        await citizen.until(room, bot_user.id, there=False)
        assert (await refused(channel, replace(HELLO, id=8, address=room))).refusal is Means.RECIPIENT_GONE


async def test_encryption_can_be_required(running: Running, citizen: Citizen, bot_user: User) -> None:
    """Ordinary answers are then refused in a plain room; nobody in danger waits for encryption."""
    async with running(encryption_required=True) as channel:
        room = await citizen.chats(bot_user.id, encrypted=False)
        assert (await refused(channel, replace(HELLO, address=room))).refusal is Means.REJECTED
        await channel.send(replace(HELLO, address=room, text="Rufen Sie 112.", lane=Lane.EMERGENCY))
        assert await citizen.hears(1) == "Rufen Sie 112."
        other = await citizen.chats(bot_user.id)
        await channel.send(replace(HELLO, id=8, address=other))
        assert await citizen.hears(2) == HELLO.text
