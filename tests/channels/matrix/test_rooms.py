"""Whom we talk to: invitations, courtesies, and rooms that are left."""

from typing import Any

import pytest

from bot.channels.matrix import invitations
from bot.channels.matrix.invitations import is_wanted
from bot.message import Kind
from tests.channels.conftest import HealthBook, Notebook
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.conftest import Desk, Running
from tests.channels.matrix.proxy import Fault, Proxy
from tests.channels.matrix.synapse import Synapse, User

ME = "@lotse:example.org"


def invitation(sender: str, **content: Any) -> list[dict[str, Any]]:
    return [
        {"type": "m.room.create", "state_key": "", "sender": sender, "content": {}},
        {
            "type": "m.room.member",
            "state_key": ME,
            "sender": sender,
            "content": {"membership": "invite", "is_direct": True} | content,
        },
    ]


@pytest.mark.parametrize(
    ("told", "allowed", "wanted"),
    [
        (invitation("@maria:example.org"), ["example.org"], True),
        (invitation("@maria:example.org:8448"), ["example.org:8448"], True),
        (invitation("@maria:evil.example"), ["example.org"], False),
        (invitation("@maria:evil.example"), ["*"], True),
        (invitation("@maria:notexample.org"), ["example.org"], False),
        (invitation("maria"), ["example.org"], False),
        (invitation("@maria:example.org", is_direct=False), ["example.org"], False),
        (invitation("@maria:example.org", is_direct="yes"), ["example.org"], False),
        (invitation("@maria:example.org", membership="knock"), ["example.org"], False),
        (invitation("@maria:example.org")[:1], ["example.org"], False),
        ([None, 7, {"type": "m.room.member"}], ["*"], False),
        ([], ["*"], False),
    ],
)
def test_only_direct_chats_with_users_of_allowed_servers_are_wanted(
    told: list[Any], allowed: list[str], wanted: bool
) -> None:
    """Everybody on the internet can invite us; rooms with many people are not for us."""
    assert is_wanted(told, ME, allowed) is wanted


async def test_an_unwanted_invitation_is_refused(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """The citizen sees at once that nobody will answer there."""
    async with running():
        room = await citizen.chat(bot_user.id, direct=False)
        await proxy.called(f"{room}/leave")
    async with running(allowed_servers=["example.org"]):
        other = await citizen.chat(bot_user.id)
        await proxy.called(f"{other}/leave")
    assert not proxy.of("/join")


async def test_an_invitation_is_tried_until_it_succeeds(
    running: Running,
    citizen: Citizen,
    bot_user: User,
    proxy: Proxy,
    desk: Desk,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A sync tells of it once, so it is kept over a restart; one that was taken back is dropped."""
    monkeypatch.setattr(invitations, "LONGEST_PAUSE", 0.1)
    async with running():
        proxy.fail("/join/", Fault(429, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 10}, times=2))
        proxy.fail("/join/", Fault(403, {"errcode": "M_FORBIDDEN"}))
        refused = await citizen.chat(bot_user.id)
        await proxy.called("/join/", 3)
        await citizen.chats(bot_user.id)
        assert refused not in notebook.kept["matrix", "invitations"].decode()
    async with running():
        proxy.fail("/join/", Fault(502, times=1000))
        room = await citizen.chat(bot_user.id, encrypted=False)
        await citizen.says(room, "erste Nachricht")
        await proxy.called("/join/", 6)
    proxy.mend()
    async with running():
        assert (await desk.inbound(1)).text == "erste Nachricht"


async def test_an_invitation_from_before_the_first_start_is_accepted(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk
) -> None:
    """Somebody asked before we were there; a message to us is waiting behind the invitation."""
    room = await citizen.chat(bot_user.id, encrypted=False)
    await citizen.says(room, "schon lange da")
    async with running():
        assert (await desk.inbound(1)).text == "schon lange da"


async def test_a_message_is_marked_as_read_and_typing_is_shown(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk
) -> None:
    """After it was committed, and only for what a citizen said."""
    async with running():
        room = await citizen.chats(bot_user.id)
        said = await citizen.says(room, "Hallo")
        await desk.inbound(1)
        await citizen.until_seen(lambda: said in citizen.read and bot_user.id in citizen.typing)


async def test_courtesies_that_fail_delay_nothing(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy, desk: Desk, health_book: HealthBook
) -> None:
    """The server hangs on them and refuses them: messages come in as if nothing were."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        proxy.fail("/typing/", Fault(hang=True, times=1000))
        for number in range(5):
            await citizen.says(room, f"Nummer {number}")
            await desk.inbound(number + 1)
        assert {state for _, state in health_book.states} == {"ok"}


async def test_a_room_that_becomes_empty_is_left(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy, desk: Desk
) -> None:
    """Its last message still counts."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        await citizen.says(room, "Ich muss weg, er kommt")
        await citizen.client.leave_room(room)
        await proxy.called(f"{room}/forget")
        assert (await desk.inbound(1)).text == "Ich muss weg, er kommt"


async def test_media_and_unknown_kinds_come_through_encryption(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk
) -> None:
    """A picture, a voice note, a place, a sticker, a call: each may be a call for help. No file is fetched."""
    sent: list[tuple[dict[str, Any], str, Kind]] = [
        ({"msgtype": "m.image", "body": "a.jpg", "url": "mxc://lotse.test/a"}, "m.room.message", Kind.PHOTO),
        ({"msgtype": "m.audio", "body": "a.ogg", "url": "mxc://lotse.test/a"}, "m.room.message", Kind.VOICE),
        ({"msgtype": "m.location", "body": "hier", "geo_uri": "geo:1,1"}, "m.room.message", Kind.LOCATION),
        ({"body": "Daumen", "url": "mxc://lotse.test/a", "info": {}}, "m.sticker", Kind.STICKER),
        ({"call_id": "1", "version": "1", "lifetime": 1, "offer": {}}, "m.call.invite", Kind.UNSUPPORTED),
    ]
    async with running():
        room = await citizen.chats(bot_user.id)
        for content, kind, _ in sent:
            await citizen.sends(room, content, kind)
        await desk.inbound(len(sent))
    assert [one.kind for one in desk.said()] == [kind for _, _, kind in sent]
    assert {one.name for one in desk.said()} == {"Maria"}


async def test_deeply_nested_content_stops_nobody(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, synapse: Synapse
) -> None:
    """As deep as the homeserver takes it: the event of one must not keep all others from being heard."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        taken = 0
        for depth in (5000, 900, 500, 200, 100):
            content = '{"msgtype":"m.text","body":"tief","x":' + "[" * depth + "]" * depth + "}"
            taken += synapse.put(citizen.client.api.token, room, content.encode())
        assert taken
        await citizen.says(room, "danach")
        await desk.arrived(taken + 1)
        assert desk.texts()[-1] == "danach"
