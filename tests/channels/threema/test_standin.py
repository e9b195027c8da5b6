"""Threema's own SDK at both ends: the stand-in answers it, it opens what we seal, and we open what it seals."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Receipt
from bot.channels.threema.channel import Threema
from bot.message import Author, Inbound, Outbound
from tests.channels.conftest import Ledger
from tests.channels.threema.conftest import ANNA, delivery
from tests.channels.threema.standin import GATEWAY_ID, OURS, SECRET, ThreemaGateway, form, key_of, signed

try:
    from threema.gateway import Connection, e2e
    from threema.gateway.exception import KeyServerError, MessageServerError
    from threema.gateway.key import Key
except OSError:  # the SDK looks for the system's libsodium
    pytest.skip("libsodium is not installed (Debian: libsodium23)", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def connected(identity: str, gateway: ThreemaGateway) -> Any:
    """The SDK under an identity, at the stand-in."""
    connection = Connection(identity, SECRET, key=f"private:{bytes(key_of(identity)).hex()}")
    connection.urls = {
        name: url.replace("https://msgapi.threema.ch", gateway.url) for name, url in Connection.urls.items()
    }
    return connection


@pytest.fixture
async def ours(gateway: ThreemaGateway) -> AsyncIterator[Any]:
    connection = connected(GATEWAY_ID, gateway)
    yield connection
    await connection.close()


@pytest.fixture
async def anna(gateway: ThreemaGateway) -> AsyncIterator[Any]:
    """The SDK with a citizen's key; it only seals and opens."""
    connection = connected(ANNA, gateway)
    yield connection
    await connection.close()


async def test_the_sdk_gets_keys_and_credits(ours: Any) -> None:
    """The stand-in answers as the SDK expects it."""
    assert (await ours.get_public_key(ANNA)).pk == bytes(key_of(ANNA).public_key)
    assert await ours.get_credits() == 1000
    with pytest.raises(KeyServerError, match="404"):
        await ours.get_public_key("ZZZZZZZZ")


async def test_the_sdk_sends_through_it(ours: Any, gateway: ThreemaGateway) -> None:
    """A sealed message, taken and opened; refusals are those the SDK knows."""
    assert len(await e2e.TextMessage(ours, to_id=ANNA, text="Grüße 🙂").send()) == 16
    assert gateway.texts(ANNA) == ["Grüße 🙂"]
    ours.secret = "another"
    with pytest.raises(MessageServerError, match="401"):
        await e2e.TextMessage(ours, to_id=ANNA, text="x").send()


async def test_the_sdk_takes_what_the_standin_delivers(ours: Any) -> None:
    """Signed and sealed as the SDK's own callback checks and opens it."""
    received = []

    async def handle(message: Any) -> None:
        received.append((message.from_id, message.text))

    application = e2e.create_application(ours)
    e2e.add_callback_route(ours, application, handle, path="/")
    async with TestClient(TestServer(application)) as server:
        for body, status in ((signed(delivery("text")), 200), (signed(delivery("text"), secret="x"), 400)):
            response = await server.post(
                "/", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert response.status == status
    assert received == [(ANNA, "Wie erreiche ich die Pressestelle? Grüße 🙂")]
    assert isinstance(application, web.Application)


async def test_what_the_sdk_seals_we_open(
    anna: Any, door: TestClient[Any, Any], ledger: Ledger, threema: Threema
) -> None:
    """A text and a receipt, through our door."""
    key = f"public:{bytes(OURS.public_key).hex()}"
    text = e2e.TextMessage(anna, to_id=GATEWAY_ID, key=key, text="Hilfe, es brennt 🔥")
    read = e2e.DeliveryReceipt(
        anna, to_id=GATEWAY_ID, key=key, receipt_type=e2e.DeliveryReceipt.ReceiptType.read, message_ids=[b"\xa0" * 8]
    )
    for number, message in enumerate((text, read)):
        nonce, box = await message.send(get_data_only=True)
        body = signed(form(ANNA, f"{number:016x}", (nonce.hex(), box.hex())))
        await door.post(
            "/hooks/threema/threema", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
    said, fate = (threema.read(event.payload) for event in ledger.events)
    assert isinstance(said, Inbound)
    assert said.text == "Hilfe, es brennt 🔥"
    assert isinstance(fate, Receipt)
    assert fate.platform_id == "a0" * 8


async def test_what_we_seal_the_sdk_opens(anna: Any, threema: Threema, gateway: ThreemaGateway) -> None:
    """Our text, read by the citizen."""
    await threema.send(Outbound(1, ANNA, "110 oder 112 – Grüße 🙂", "de", Author.BOT))
    sent = gateway.sent[0].form
    anna.get_public_key = _ours
    message = await e2e.Message.receive(
        anna,
        {"from_id": GATEWAY_ID, "message_id": b"\0" * 8, "date": None},
        bytes.fromhex(sent["nonce"]),
        bytes.fromhex(sent["box"]),
    )
    assert (message.type, message.text) == (e2e.Message.Type.text_message, "110 oder 112 – Grüße 🙂")


async def _ours(identity: str) -> Any:
    return Key.decode(f"public:{bytes(OURS.public_key).hex()}", Key.Type.public)
