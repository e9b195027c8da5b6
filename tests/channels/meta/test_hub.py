"""The door of Meta's platforms: the handshake, and who may deliver."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.base import Ports
from bot.channels.meta.hub import SIGNATURE_HEADER, Hub, key_of, mark_of, signature_of
from bot.errors import SettingsError
from bot.message import Event
from tests.channels.conftest import Ledger
from tests.channels.meta.contract import signed
from tests.channels.meta.standin import APP_SECRET

HOOK = "/hooks/platform/mine"
VERIFY = "Prüf-Wort-123"
BODY = json.dumps({"text": "Grüße 🙂", "b": 1}).encode()
Door = TestClient[Any, Any]


@pytest.fixture
def heard() -> list[Event]:
    """What the door was told to be committed."""
    return []


@pytest.fixture
async def door(ports: Ports, heard: list[Event]) -> AsyncIterator[Door]:
    """A door that makes one event of everything but of an empty object."""

    def split(raw: bytes) -> Sequence[Event]:
        return [] if raw == b"{}" else [Event("mine", mark_of(raw), "", raw)]

    hub = Hub(
        ports,
        channel="platform",
        account="mine",
        app_secret=APP_SECRET,
        verify_token=VERIFY,
        split=split,
        accepted=heard.extend,
    )
    application = web.Application()
    application.add_routes(hub.routes())
    async with TestClient(TestServer(application)) as client:
        yield client


async def test_the_handshake_gives_the_challenge_back_as_text(door: Door) -> None:
    """ATTACKS A6: no signature is asked for, and a challenge is never a page."""
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "<script>1</script>"}
    response = await door.get(HOOK, params=asked)
    assert (response.status, await response.text()) == (200, "<script>1</script>")
    assert response.content_type == "text/plain"


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [("hub.mode", "subscribe"), ("hub.challenge", "1")],
        [("hub.mode", "subscribe"), ("hub.challenge", "1"), ("hub.verify_token", "")],
        [("hub.mode", "subscribe"), ("hub.challenge", "1"), ("hub.verify_token", "other")],
        [("hub.mode", "subscribe"), ("hub.challenge", "1"), ("hub.verify_token", VERIFY), ("hub.verify_token", "x")],
        [("hub.mode", "unsubscribe"), ("hub.challenge", "1"), ("hub.verify_token", VERIFY)],
        [("hub.mode", "subscribe"), ("hub.verify_token", VERIFY)],
    ],
    ids=["nothing", "absent", "empty", "wrong", "twice", "mode", "no-challenge"],
)
async def test_a_handshake_without_the_token_is_forbidden(door: Door, asked: list[tuple[str, str]]) -> None:
    """403, and the challenge does not come back."""
    response = await door.get(HOOK, params=asked)
    assert (response.status, await response.text()) == (403, "403: Forbidden")


async def test_a_signed_delivery_is_stored_then_acknowledged(door: Door, ledger: Ledger, heard: list[Event]) -> None:
    """Umlauts and emoji in it, escaped or not: the bytes are what is signed."""
    plain = '{"text": "Grüße 🙂"}'.encode()
    for raw in (BODY, plain):
        response = await door.post(HOOK, data=raw, headers=signed(raw))
        assert (response.status, await response.read()) == (200, b"")
    assert [event.payload for event in ledger.events] == [BODY, plain]
    assert heard == ledger.events


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(SIGNATURE_HEADER, "")],
        [(SIGNATURE_HEADER, "sha256=")],
        [(SIGNATURE_HEADER, signature_of(BODY, "wrong"))],
        [(SIGNATURE_HEADER, signature_of(BODY, APP_SECRET)[:-1])],
        [(SIGNATURE_HEADER, signature_of(BODY, APP_SECRET).removeprefix("sha256="))],
        [(SIGNATURE_HEADER, signature_of(BODY + b" ", APP_SECRET))],
        [(SIGNATURE_HEADER, "sha256=ü🙂")],
        [(SIGNATURE_HEADER, "sha256=" + "0" * 7000)],
        [(SIGNATURE_HEADER, signature_of(BODY, APP_SECRET)), (SIGNATURE_HEADER, signature_of(BODY, APP_SECRET))],
        [("X-Hub-Signature", "sha1=" + hashlib.sha1(BODY).hexdigest())],  # noqa: S324 - the old header
        [
            (
                SIGNATURE_HEADER,
                signature_of(json.dumps(json.loads(BODY), ensure_ascii=False).encode(), APP_SECRET),
            )
        ],
    ],
    ids=[
        "none",
        "empty",
        "prefix",
        "secret",
        "short",
        "bare",
        "altered",
        "non-ascii",
        "long",
        "twice",
        "sha1",
        "re-serialised",
    ],
)
async def test_an_unsigned_or_wrongly_signed_delivery_leaves_nothing(
    door: Door, ledger: Ledger, headers: list[tuple[str, str]]
) -> None:
    """401 (ATTACKS A1–A3)."""
    assert (await door.post(HOOK, data=BODY, headers=headers)).status == 401
    assert ledger.events == []


async def test_undecodable_bytes_as_signature_are_just_wrong(door: Door, ledger: Ledger) -> None:
    """A header that is not even text is refused like any other."""
    reader, writer = await asyncio.open_connection(door.host, door.port)
    writer.write(
        f"POST {HOOK} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".encode()
        + b"X-Hub-Signature-256: sha256=\xff\xfe\x80\r\nContent-Length: 2\r\n\r\n{}"
    )
    answer = await reader.read()
    writer.close()
    assert answer.split(b"\r\n")[0] in {b"HTTP/1.1 401 Unauthorized", b"HTTP/1.1 400 Bad Request"}
    assert ledger.events == []


async def test_compressed_and_huge_bodies_are_refused_signed_or_not(door: Door, ledger: Ledger) -> None:
    """415 and 413, before anybody computes anything over them."""
    packed = gzip.compress(BODY)
    compressed = await door.post(HOOK, data=packed, headers=signed(packed) | {"Content-Encoding": "gzip"})
    huge = b"x" * (1024 * 1024 + 1)
    assert compressed.status == 415
    assert (await door.post(HOOK, data=huge, headers=signed(huge))).status == 413
    assert ledger.events == []


async def test_a_delivery_with_nothing_in_it_is_acknowledged(door: Door, ledger: Ledger, heard: list[Event]) -> None:
    """Fields that nobody asked for."""
    assert (await door.post(HOOK, data=b"{}", headers=signed(b"{}"))).status == 200
    assert (ledger.events, heard) == ([], [])


async def test_no_acknowledgement_while_the_database_takes_nothing(
    door: Door, ledger: Ledger, heard: list[Event]
) -> None:
    """503 with a wait; then the same delivery is taken."""
    ledger.busy = True
    refused = await door.post(HOOK, data=BODY, headers=signed(BODY))
    assert heard == []
    ledger.busy = False
    again = await door.post(HOOK, data=BODY, headers=signed(BODY))
    assert (refused.status, refused.headers["Retry-After"], again.status) == (503, "2", 200)
    assert len(ledger.events) == 1


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_not_for_this_door(door: Door, method: str) -> None:
    """405, and no word to foreign origins."""
    response = await door.request(method, HOOK, headers={"Origin": "https://evil.example"})
    assert response.status == 405
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize("missing", ["app_secret", "verify_token"])
def test_without_a_secret_there_is_no_door(ports: Ports, missing: str) -> None:
    """ATTACKS A5: the program refuses to start rather than to check nothing, and says what to set."""
    secrets = {"app_secret": APP_SECRET, "verify_token": VERIFY, missing: ""}
    with pytest.raises(SettingsError, match=missing):
        Hub(ports, channel="platform", account="mine", split=lambda _: [], accepted=lambda _: None, **secrets)


def test_a_key_is_as_long_as_it_must_be() -> None:
    """Readable where it is short; hashed, and still its own, where a stranger made it long."""
    assert key_of("wamid.1", "read") == "wamid.1:read"
    long = {key_of("x" * 500, "a"), key_of("x" * 500, "b"), key_of("\ud800" * 500)}
    assert len(long) == 3
    assert all(len(key) < 100 for key in long)
