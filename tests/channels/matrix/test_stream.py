"""The /sync loop against a real homeserver: what is fetched, in which order, and how it comes back."""

from collections.abc import Sequence
from typing import Any

import pytest
from mautrix.types import EventType, Membership, MemberStateEventContent

from bot.channels.base import Ports, Takeover
from bot.channels.matrix import syncing, timeline
from bot.errors import Refusal, SendError
from bot.message import Author, Event, Inbound, Kind, Outbound
from tests.channels.conftest import HealthBook, Ledger, Notebook
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.conftest import Desk, Running, next_trouble
from tests.channels.matrix.proxy import Fault, Proxy
from tests.channels.matrix.synapse import Synapse, User


async def test_a_message_is_committed_before_the_place_moves_on(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, notebook: Notebook, ledger: Ledger
) -> None:
    """What a crash leaves between the two comes again, and is known by its id."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        await citizen.says(room, "erstens")
        first = await desk.inbound(1)
        before = notebook.kept["matrix", "since"]
        await citizen.says(room, "zweitens")
        await desk.inbound(2)
    notebook.kept["matrix", "since"] = before
    async with running():
        await citizen.says(room, "drittens")
        await desk.inbound(3)
    assert ledger.events[0].event_id == first.platform_id
    assert desk.texts() == ["erstens", "zweitens", "drittens"]


async def test_history_is_not_answered_at_the_first_start(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, notebook: Notebook
) -> None:
    """The present is the beginning: an installation that begins anew does not answer what is long over."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        await citizen.says(room, "alt")
        await desk.inbound(1)
    del notebook.kept["matrix", "since"]
    desk.ledger.events.clear()
    await citizen.says(room, "auch alt")
    async with running():
        await citizen.says(room, "neu")
        assert (await desk.inbound(1)).text == "neu"


async def test_a_first_message_sent_before_we_entered_is_heard(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, health_book: HealthBook
) -> None:
    """Apps make the room, invite and send at once; what was said before the invitation was said to others."""
    async with running():
        pass
    room = await citizen.client.create_room(is_direct=True)
    await citizen.says(room, "nicht für den Lotsen")
    await citizen.client.send_state_event(
        room,
        EventType.ROOM_MEMBER,
        MemberStateEventContent(membership=Membership.INVITE, is_direct=True),
        state_key=bot_user.id,
    )
    for number in range(60):
        await citizen.says(room, f"Nummer {number}")
    async with running():
        await desk.inbound(60)
    assert desk.texts() == [f"Nummer {number}" for number in range(60)]


async def test_a_long_absence_leaves_no_gap(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sync tells only the latest messages of a room; the ones before are asked for, page by page, in order."""
    monkeypatch.setattr(timeline, "PAGE", 20)
    async with running():
        room = await citizen.chats(bot_user.id)
        await citizen.says(room, "vorher")
        await desk.inbound(1)
    for number in range(120):
        await citizen.says(room, f"Nummer {number}")
    async with running():
        await desk.inbound(121)
    assert desk.texts() == ["vorher", *(f"Nummer {number}" for number in range(120))]


async def test_a_server_that_ignores_where_to_stop_does_not_bring_back_the_past(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, proxy: Proxy
) -> None:
    """Paging back ends at our own entry at the latest, and what is known is not taken twice."""
    async with running():
        room = await citizen.chat(bot_user.id, encrypted=False)
        await citizen.says(room, "vor dem Eintritt")
        await desk.inbound(1)
    for number in range(60):
        await citizen.says(room, f"Nummer {number}")
    proxy.fail(
        "/messages", Fault(edit=lambda told: told["chunk"].append({"type": "m.room.message", "event_id": "$x"}))
    )
    async with running():
        await desk.inbound(61)


FAULTS = (
    Fault(hang=True),
    Fault(hang_up=True, times=3),  # aiohttp itself asks once more on a connection that was in use
    Fault(200, body=b""),
    Fault(200, body=b"<html>captive portal</html>"),
    Fault(502, body=b"<html>Bad Gateway</html>"),
    Fault(500, {"errcode": "M_UNKNOWN", "error": "Internal server error"}),
    Fault(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "", "retry_after_ms": 10}),
    Fault(hang_up=True, after=True, times=3),
)


async def test_every_kind_of_trouble_ends_in_another_try(
    running: Running,
    citizen: Citizen,
    bot_user: User,
    desk: Desk,
    proxy: Proxy,
    health_book: HealthBook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is said meanwhile is fetched afterwards, once; the trouble was shown."""
    monkeypatch.setattr(syncing, "WAIT", 0.1)
    monkeypatch.setattr(syncing, "SILENT_FOR", 0.6)
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        for number, fault in enumerate(FAULTS):
            health_book.states.clear()
            proxy.fail("/sync", fault)
            await next_trouble(health_book)
            await citizen.says(room, f"während {number}")
            await health_book.said("matrix", "ok")
            assert (await desk.inbound(number + 1)).text == f"während {number}"
        assert len(desk.texts()) == len(FAULTS)


async def test_one_room_that_the_server_does_not_show_holds_nobody_up(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, proxy: Proxy
) -> None:
    """After a few tries what a sync tells of it must do; everybody else is heard."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        other = await citizen.chats(bot_user.id, encrypted=False)
        for place in (room, other):
            await citizen.says(place, "vorher")
        await desk.inbound(2)
    for number in range(60):
        await citizen.says(room, f"Nummer {number}")
    await citizen.says(other, "Hilfe")
    before = len(proxy.of("/messages"))
    proxy.fail("/messages", Fault(500, {"errcode": "M_UNKNOWN"}, times=1000))
    async with running(well=False):
        await desk.inbound(53)
    assert {"Hilfe", "Nummer 59"} < set(desk.texts())
    assert len(proxy.of("/messages")) == before + timeline.TRIES


async def test_keys_that_the_server_does_not_take_hold_nobody_up(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, proxy: Proxy, health_book: HealthBook
) -> None:
    """One-time keys are for later; messages come in meanwhile."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        exists = {"errcode": "M_UNKNOWN", "error": "One time key already exists"}
        proxy.fail("/keys/upload", Fault(400, exists, times=1000))
        proxy.fail("/sync", Fault(edit=lambda told: told.update(device_one_time_keys_count={}), times=1000))
        for number in range(3):
            await citizen.says(room, f"Nummer {number}")
            await desk.inbound(number + 1)
        await proxy.called("/keys/upload", 2)
        assert {state for _, state in health_book.states} == {"ok"}


async def test_a_busy_database_holds_the_place(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, ledger: Ledger, health_book: HealthBook
) -> None:
    """Nothing moves on before it is committed; danger is answered meanwhile by others."""
    shielded: list[str] = []

    async def shield(events: Sequence[Event]) -> None:
        shielded.extend(event.event_id for event in events)

    async with running():
        room = await citizen.chats(bot_user.id)
        ledger.shield = shield
        ledger.busy = True
        said = await citizen.says(room, "Hilfe")
        await health_book.said("matrix", "database takes nothing")
        assert shielded[0] == said
        ledger.busy = False
        assert (await desk.inbound(1)).text == "Hilfe"


async def test_a_revoked_token_is_red(
    running: Running, proxy: Proxy, health_book: HealthBook, synapse: Synapse, bot_user: User, ports: Ports
) -> None:
    """Without a password nothing can be done but say so."""
    token = synapse.log_in(bot_user)
    async with running(password=None, access_token=token) as channel:
        synapse.log_out(token)
        await health_book.said("matrix", "token refused")
        with pytest.raises(SendError) as caught:
            await channel.send(Outbound(1, "!r:lotse.test", "x", "de", Author.BOT))
        assert caught.value.refusal is Refusal.AUTH_BROKEN


async def test_a_token_that_an_app_uses_is_not_ours_to_use(
    running: Running, health_book: HealthBook, synapse: Synapse, bot_user: User
) -> None:
    """Its device has keys already; new ones would be taken for an attack by every app that knows it."""
    async with (
        Citizen(synapse.url, bot_user) as hand,
        running(well=False, password=None, access_token=hand.client.api.token),
    ):
        assert "fresh access token" in await next_trouble(health_book)


async def test_what_a_colleague_types_elsewhere_is_a_takeover(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, synapse: Synapse
) -> None:
    """Our own sendings are echoes; what another device of ours says was said by a person."""
    async with running() as channel, Citizen(synapse.url, bot_user) as hand:
        room = await citizen.chats(bot_user.id, encrypted=False)
        await citizen.says(room, "Hallo")
        await desk.inbound(1)
        await channel.send(Outbound(1, room, "Guten Tag", "de", Author.BOT))
        await channel.send(Outbound(2, room, "Guten Tag, hier ist Petra", "de", Author.STAFF))
        event_id = await hand.says(room, "Ich übernehme das.")
        await citizen.says(room, "Danke")
        await desk.inbound(2)
    assert [one for one in desk.letters() if not isinstance(one, Inbound)] == [
        Takeover(room, text="Ich übernehme das.", platform_id=event_id)
    ]


async def test_edits_deletions_and_reactions_come_as_what_they_are(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk
) -> None:
    """Each is an event of its own, and names the message it concerns – in an encrypted room too."""
    async with running():
        room = await citizen.chats(bot_user.id)
        said = await citizen.says(room, "Helfen Sie mri")
        edit = {"rel_type": "m.replace", "event_id": said}
        new = {"msgtype": "m.text", "body": "Helfen Sie mir"}
        await citizen.sends(
            room, {"msgtype": "m.text", "body": "* Helfen Sie mir", "m.new_content": new, "m.relates_to": edit}
        )
        await citizen.client.react(room, said, "👍")
        await citizen.client.redact(room, said)
        await desk.inbound(4)
    found = [(one.kind, one.refers_to) for one in desk.letters() if isinstance(one, Inbound)]
    assert found == [(Kind.TEXT, ""), (Kind.EDIT, said), (Kind.REACTION, said), (Kind.DELETION, said)]


async def test_a_malformed_neighbour_harms_nobody(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, proxy: Proxy, ledger: Ledger
) -> None:
    """Several events in one answer, one of them no event at all: that one goes to quarantine alone."""

    def spoil(told: dict[str, Any]) -> None:
        for part in told.get("rooms", {}).get("join", {}).values():
            part["timeline"]["events"] += [7, {"content": None, "type": "m.room.message", "event_id": "$odd"}]

    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        proxy.fail("/sync", Fault(edit=spoil, times=1000))
        await citizen.says(room, "erstens")
        await citizen.says(room, "zweitens")
        await desk.inbound(2)
        await desk.arrived(4)
    assert "$odd" in {event.event_id for event in ledger.events}
    assert all(event.address == room for event in ledger.events)
