"""End-to-end encryption with an app that trusts only what is cross-signed: keys that last, are late, or are lost."""

import base64
import json
import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from mautrix.types import EncryptionKeyAlgorithm, EventType, PaginationDirection, RoomID, UserID

from bot.channels.base import Ports
from bot.errors import Refusal, SendError
from bot.message import Author, Kind, Outbound
from tests.channels.conftest import HealthBook, Notebook
from tests.channels.matrix.citizen import Citizen
from tests.channels.matrix.conftest import Desk, Running, next_trouble
from tests.channels.matrix.proxy import Fault, Proxy
from tests.channels.matrix.synapse import Synapse, User

OLM = "m.olm.v1.curve25519-aes-sha2"
HELLO = Outbound(7, "", "Guten Tag", "de", Author.BOT)


async def devices_of(citizen: Citizen, user: User) -> dict[str, str]:
    """The public signing keys that the homeserver shows for a user's devices."""
    answer = await citizen.client.query_keys([UserID(user.id)])
    return {str(device): str(keys.ed25519) for device, keys in answer.device_keys[UserID(user.id)].items()}


async def test_the_device_lasts(running: Running, citizen: Citizen, bot_user: User, desk: Desk, proxy: Proxy) -> None:
    """One device, one log-in, one set of keys: what was written while we were away can be read."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        await citizen.says(room, "erstens")
        await desk.inbound(1)
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)
        before = await devices_of(citizen, bot_user)
    await citizen.says(room, "zweitens")
    async with running() as channel:
        assert (await desk.inbound(2)).text == "zweitens"
        await channel.send(replace(HELLO, id=8, address=room))
        await citizen.hears(2)
        assert await devices_of(citizen, bot_user) == before
    assert len(before) == 1
    assert len(proxy.of("/login")) == 1
    assert len(proxy.of("/keys/device_signing/upload")) == 1
    assert len(proxy.of("/keys/signatures/upload")) == 1


async def test_no_secret_lies_open(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, ports: Ports, notebook: Notebook
) -> None:
    """The key store is for us alone and holds no key in the open; what opens it lies sealed in the database."""
    async with running():
        room = await citizen.chats(bot_user.id)
        await citizen.says(room, "geheim")
        await desk.inbound(1)
    [file] = (ports.folder / "matrix").iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert file.parent.stat().st_mode & 0o077 == 0
    raw = file.read_bytes()
    pickle_key = notebook.kept["matrix", "pickle-key"]
    assert len(pickle_key) >= 32
    assert pickle_key not in raw
    assert b"geheim" not in raw
    with sqlite3.connect(file) as opened:
        [(account,)] = opened.execute("SELECT account FROM accounts").fetchall()
    assert b"curve25519" not in base64.b64decode(account + b"==")


async def test_a_message_whose_key_comes_late_is_read(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk
) -> None:
    """It is kept, over a restart too, and understood when the key is there; nobody was troubled meanwhile."""
    async with running():
        room = await citizen.chats(bot_user.id)
        with citizen.keys_held_back() as held:
            said = await citizen.says(room, "Hilfe, er hat ein Messer")
        await citizen.says(await citizen.chats(bot_user.id, encrypted=False), "etwas anderes")
        await desk.inbound(1)
    async with running():
        for call, named in held:
            await citizen.client.send_to_device(*call, **named)
        late = await desk.inbound(2)
    assert (late.kind, late.text, late.platform_id) == (Kind.TEXT, "Hilfe, er hat ein Messer", said)


async def test_a_message_without_key_is_told_once_and_read_after_all(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, notebook: Notebook
) -> None:
    """After the time of grace its sender hears the emergency numbers; a flurry is told once a room."""
    async with running(unreadable_after=0.5):
        room = await citizen.chats(bot_user.id)
        with citizen.keys_held_back() as held:
            first = await citizen.says(room, "erstens")
            await citizen.says(room, "zweitens")
        told = await desk.inbound(1)
        assert (told.kind, told.address, told.text) == (Kind.UNREADABLE, room, "")
        assert "erstens" not in str(desk.ledger.events)
    async with running(unreadable_after=0.5):
        for call, named in held:
            await citizen.client.send_to_device(*call, **named)
        assert (await desk.inbound(2)).platform_id == first
        await desk.inbound(3)
        await citizen.says(room, "drittens")
        await desk.inbound(4)
    assert desk.texts() == ["", "erstens", "zweitens", "drittens"]
    assert json.loads(notebook.kept["matrix", "unread"]) == []


async def test_who_leaves_or_comes_changes_the_key(
    running: Running, citizen: Citizen, bot_user: User, synapse: Synapse, proxy: Proxy, desk: Desk
) -> None:
    """Who has come reads what is said from then on; who has left does not."""
    async with running() as channel, Citizen(synapse.url, synapse.register("erna")) as erna:
        room = await citizen.chats(bot_user.id)
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)
        await citizen.client.invite_user(room, UserID(erna.user.id))
        await erna.client.join_room(room)
        await erna.rooms.set_encryption_info(room, await citizen.rooms.get_encryption_info(room))
        await erna.until(room, erna.user.id)
        await erna.says(room, "Ich bin auch da")
        await desk.inbound(1)
        await channel.send(replace(HELLO, id=8, address=room, text="für beide"))
        assert await citizen.hears(2) == "für beide"
        await erna.until_seen(lambda: "für beide" in [str(event.content.body) for event in erna.heard])
        sessions = {call.body["session_id"] for call in proxy.of("m.room.encrypted/lotse")}
        assert len(sessions) == 1
        await erna.client.leave_room(room)
        await citizen.until(room, erna.user.id, there=False)
        await citizen.says(room, "Sie ist gegangen")
        await desk.inbound(2)
        await channel.send(replace(HELLO, id=9, address=room, text="nur für Maria"))
        assert await citizen.hears(3) == "nur für Maria"
        sessions = {call.body["session_id"] for call in proxy.of("m.room.encrypted/lotse")}
        assert len(sessions) == 2


async def test_a_new_device_of_the_citizen_gets_the_key(
    running: Running, citizen: Citizen, bot_user: User, synapse: Synapse, desk: Desk
) -> None:
    """Somebody opens the chat on another telephone: what we say next is read there."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)
        async with Citizen(synapse.url, citizen.user) as other:
            await other.says(await other.chats(bot_user.id, encrypted=False), "vom neuen Gerät")
            await desk.inbound(1)
            await channel.send(replace(HELLO, id=8, address=room, text="auf beiden"))
            await other.until_seen(lambda: "auf beiden" in [str(event.content.body) for event in other.heard])
            assert await citizen.hears(2) == "auf beiden"


async def test_a_room_seen_encrypted_is_never_spoken_to_in_the_clear(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """Not even when the server says later that it is not encrypted."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        await channel.send(replace(HELLO, address=room))
    async with running() as channel:
        proxy.fail("/state/m.room.encryption", Fault(404, {"errcode": "M_NOT_FOUND"}, times=100))
        await channel.send(replace(HELLO, id=8, address=room, text="danach"))
        assert await citizen.hears(2) == "danach"
    assert not proxy.of("/send/m.room.message")


async def test_nothing_is_sent_that_nobody_can_read(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy
) -> None:
    """The citizen's devices are not known at the moment: the message waits rather than be lost unread."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        proxy.fail("/keys/query", Fault(edit=lambda told: told.update(device_keys={})))
        with pytest.raises(SendError) as caught:
            await channel.send(replace(HELLO, address=room))
        assert caught.value.refusal is Refusal.RETRY
        assert not proxy.of("/send/")
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)


async def test_an_ended_session_is_taken_up_again(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, proxy: Proxy, health_book: HealthBook
) -> None:
    """`soft_logout`: the same device logs in again, keeps its keys, and says so meanwhile."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        before = await devices_of(citizen, bot_user)
        ended = {"errcode": "M_UNKNOWN_TOKEN", "error": "Soft logged out", "soft_logout": True}
        proxy.fail("/sync", Fault(401, ended))
        proxy.fail("/whoami", Fault(401, ended))
        await citizen.says(room, "währenddessen")
        await desk.inbound(1)
        await health_book.said("matrix", "token refused")
        again = await proxy.called("/login", 2)
        await citizen.says(room, "danach")
        assert (await desk.inbound(2)).text == "danach"
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)
        assert [again.body["device_id"]] == [*before]
        assert await devices_of(citizen, bot_user) == before


async def test_a_session_that_somebody_deleted_is_made_anew(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, synapse: Synapse, notebook: Notebook
) -> None:
    """With a password the bot comes back by itself, under the same device and keys, and is trusted again."""
    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        await citizen.says(room, "vorher")
        await desk.inbound(1)
        before = await devices_of(citizen, bot_user)
        synapse.log_out(json.loads(notebook.kept["matrix", "device"])["token"])
        async with Citizen(synapse.url, synapse.register("otto")) as other:
            fresh = await other.chats(bot_user.id)
            await other.says(fresh, "nachher")
            assert (await desk.inbound(2)).text == "nachher"
            await channel.send(replace(HELLO, address=fresh))
            await other.hears(1)
        assert await devices_of(citizen, bot_user) == before


async def test_a_lost_key_store_makes_a_new_device(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, ports: Ports
) -> None:
    """A new device is published, and signed with the cross-signing keys that were kept, so it is trusted."""
    async with running():
        room = await citizen.chats(bot_user.id)
        before = await devices_of(citizen, bot_user)
    for file in (ports.folder / "matrix").iterdir():
        file.unlink()
    async with running() as channel:
        after = await devices_of(citizen, bot_user)
        assert set(after) > set(before)
        await citizen.says(await citizen.chats(bot_user.id), "für das neue Gerät")
        assert (await desk.inbound(1)).text == "für das neue Gerät"
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)


async def test_a_key_store_of_another_database_is_not_used(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk, notebook: Notebook
) -> None:
    """Its pickle key is not ours: it is of no use, and a new device takes its place."""
    async with running():
        pass
    notebook.kept["matrix", "pickle-key"] = b"x" * 43
    async with running():
        await citizen.says(await citizen.chats(bot_user.id), "lesbar")
        assert (await desk.inbound(1)).text == "lesbar"


async def test_cross_signing_keys_of_others_are_left_alone(
    running: Running, citizen: Citizen, bot_user: User, synapse: Synapse, notebook: Notebook
) -> None:
    """Somebody verified the bot's user in an app: that identity is not replaced unless the operator says so."""

    async def master() -> object:
        answer = await citizen.client.query_keys([UserID(bot_user.id)])
        return answer.master_keys[UserID(bot_user.id)].first_ed25519_key

    async with running():
        theirs = await master()
    del notebook.kept["matrix", "cross-signing"]
    async with running():
        assert await master() == theirs
    async with running(reset_cross_signing=True):
        assert await master() != theirs


async def test_one_time_keys_are_replenished(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy, desk: Desk
) -> None:
    """Each first contact takes one; when half are used there are new ones."""
    async with running():
        room = await citizen.chats(bot_user.id, encrypted=False)
        uploads = len(proxy.of("/keys/upload"))
        device = next(iter(await devices_of(citizen, bot_user)))
        for _ in range(30):
            wanted = {UserID(bot_user.id): {device: EncryptionKeyAlgorithm.SIGNED_CURVE25519}}
            await citizen.client.claim_keys(wanted)  # type: ignore[arg-type]
        await citizen.says(room, "weckt")
        await desk.inbound(1)
        await proxy.called("/keys/upload", uploads + 1)


async def test_keys_that_are_nonsense_harm_nobody_else(
    running: Running, citizen: Citizen, bot_user: User, proxy: Proxy, desk: Desk, synapse: Synapse
) -> None:
    """Other people's devices upload what they like, and send us what they like."""

    def spoil(told: dict[str, dict[str, dict[str, object]]]) -> None:
        for devices in told["device_keys"].values():
            devices["ODD"] = {"user_id": 1}
            devices["ODDER"] = {"user_id": "@a:b", "device_id": "ODDER", "keys": [], "signatures": {}}

    async with running() as channel:
        room = await citizen.chats(bot_user.id)
        device = next(iter(await devices_of(citizen, bot_user)))
        for content in (
            {"algorithm": OLM, "sender_key": "x", "ciphertext": {"y": {"type": 0, "body": "="}}},
            {"algorithm": OLM, "sender_key": 1, "ciphertext": []},
            {"algorithm": "odd"},
            {},
        ):
            await citizen.client.api.request(
                "PUT",  # type: ignore[arg-type]
                f"/_matrix/client/v3/sendToDevice/m.room.encrypted/{id(content)}",
                {"messages": {bot_user.id: {device: content}}},
            )
        proxy.fail("/keys/query", Fault(edit=spoil, times=10))
        await citizen.says(room, "Hallo")
        await desk.inbound(1)
        await channel.send(replace(HELLO, address=room))
        await citizen.hears(1)


async def test_a_forged_event_is_told_as_unreadable(
    running: Running, citizen: Citizen, bot_user: User, desk: Desk
) -> None:
    """Ciphertext that is none, a repeated one, an unknown algorithm: never dropped, never taken for words."""
    async with running(unreadable_after=0.3):
        room = await citizen.chats(bot_user.id)
        await citizen.says(room, "echt")
        await desk.inbound(1)
        page: Any = await citizen.client.get_messages(room, PaginationDirection.BACKWARD, limit=1)
        await replay(citizen, room, page.events[0].content)
        assert (await desk.inbound(2)).kind is Kind.UNREADABLE
        await replay(citizen, room, {"algorithm": "m.megolm.v9", "ciphertext": 7})
        assert (await desk.inbound(3)).kind is Kind.UNREADABLE


async def replay(citizen: Citizen, room: RoomID, content: Any) -> None:
    """Put an encrypted event into a room as it is."""
    await citizen.client.send_message_event(room, EventType.ROOM_ENCRYPTED, content, disable_encryption=True)


async def test_a_token_without_device_is_refused(
    running: Running, synapse: Synapse, bot_user: User, proxy: Proxy, health_book: HealthBook
) -> None:
    """An appservice's token, for example: nothing can be encrypted with it; the operator is told."""
    proxy.fail("/whoami", Fault(edit=lambda told: told.pop("device_id"), times=10))
    async with running(well=False, password=None, access_token=synapse.log_in(bot_user)):
        assert "belongs to no device" in await next_trouble(health_book)


async def test_a_wrong_password_is_named(running: Running, health_book: HealthBook) -> None:
    """The operator reads what to mend."""
    async with running(well=False, password="wrong"):
        assert await next_trouble(health_book) == "the password is refused"


async def test_a_token_of_another_user_is_refused(
    running: Running, synapse: Synapse, proxy: Proxy, health_book: HealthBook
) -> None:
    """Two values that do not belong together were pasted."""
    async with running(well=False, password=None, access_token=synapse.log_in(synapse.register("erna"))):
        assert "another user" in await next_trouble(health_book)
