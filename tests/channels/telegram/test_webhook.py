"""The webhook door: who gets in, what is stored, and when Telegram is told so."""

import asyncio
import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.channels.base import Ports
from bot.channels.telegram.channel import SECRET_HEADER, Telegram
from bot.errors import SettingsError
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.telegram.conftest import PAYLOADS, SECRET, payload
from tests.channels.telegram.standin import TOKEN, BotApi, Refusal

HOOK = "/hooks/telegram/telegram"
SIGNED = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
Door = TestClient[Any, Any]


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
async def test_every_update_is_stored_as_it_came(door: Door, ledger: Ledger, path: Any) -> None:
    """The very bytes are kept, whatever they say, and only then comes the 200."""
    raw = path.read_bytes()
    response = await door.post(HOOK, data=raw, headers=SIGNED)
    assert (response.status, await response.read()) == (200, b"")
    assert [event.payload for event in ledger.events] == [raw]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(SECRET_HEADER, "")],
        [(SECRET_HEADER, SECRET[:-1])],
        [(SECRET_HEADER, SECRET.lower())],
        [(SECRET_HEADER, "Geheimniß-ü-🙂")],
        [(SECRET_HEADER, "x" * 8000)],
        [(SECRET_HEADER, SECRET), (SECRET_HEADER, SECRET)],
        [("Authorization", SECRET)],
    ],
    ids=["none", "empty", "short", "case", "non-ascii", "long", "twice", "elsewhere"],
)
async def test_without_the_secret_nobody_gets_in(door: Door, ledger: Ledger, headers: list[tuple[str, str]]) -> None:
    """401, nothing stored, nothing said about why (ATTACKS A1, A2, A16)."""
    response = await door.post(HOOK, data=(PAYLOADS / "text.json").read_bytes(), headers=headers)
    assert (response.status, await response.read()) == (401, b"")
    assert ledger.events == []


async def test_undecodable_bytes_as_secret_are_just_wrong(door: Door, ledger: Ledger) -> None:
    """A header that is not even text is refused like any other."""
    reader, writer = await asyncio.open_connection(door.host, door.port)
    writer.write(
        b"POST /hooks/telegram/telegram HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\x80\r\nContent-Length: 2\r\n\r\n{}"
    )
    answer = await reader.read()
    writer.close()
    assert answer.split(b"\r\n")[0] in {b"HTTP/1.1 401 Unauthorized", b"HTTP/1.1 400 Bad Request"}
    assert ledger.events == []


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_compressed_body_is_refused(door: Door, ledger: Ledger, coding: str) -> None:
    """415 (ATTACKS B2): it would be inflated before anybody looked at it."""
    raw = gzip.compress((PAYLOADS / "text.json").read_bytes())
    response = await door.post(HOOK, data=raw, headers=SIGNED | {"Content-Encoding": coding})
    # A coding that aiohttp knows and the body contradicts is refused even earlier.
    assert response.status in {400, 415}
    assert ledger.events == []


async def test_a_huge_body_is_refused(door: Door, ledger: Ledger) -> None:
    """413, whether its length is announced or not."""

    async def endless() -> Any:
        for _ in range(40):
            yield b"x" * 65536

    announced = await door.post(HOOK, data=b"x" * (1024 * 1024 + 1), headers=SIGNED)
    streamed = await door.post(HOOK, data=endless(), headers=SIGNED)
    assert (announced.status, streamed.status) == (413, 413)
    assert ledger.events == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nothing",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"[" * 100_000,
        b'{"update_id": ' + b"9" * 5000 + b"}",
        b'{"a": NaN}',
    ],
    ids=["empty", "text", "bytes", "list", "deep", "digits", "nan"],
)
async def test_a_malformed_body_is_kept_for_quarantine(door: Door, ledger: Ledger, raw: bytes) -> None:
    """Never a 5xx, which Telegram would repeat for a day; the bytes are kept."""
    response = await door.post(HOOK, data=raw, headers=SIGNED)
    assert response.status == 200
    assert [(event.address, event.payload) for event in ledger.events] == [("", raw)]


async def test_no_acknowledgement_while_the_database_takes_nothing(door: Door, ledger: Ledger) -> None:
    """503 with a wait, so that Telegram delivers again; then the same update is taken once."""
    raw = (PAYLOADS / "text.json").read_bytes()
    ledger.busy = True
    refused = await door.post(HOOK, data=raw, headers=SIGNED)
    ledger.busy = False
    again = await door.post(HOOK, data=raw, headers=SIGNED)
    assert (refused.status, refused.headers["Retry-After"], again.status) == (503, "2", 200)
    assert len(ledger.events) == 1


async def test_the_same_update_many_times_at_once_is_one_event(door: Door, ledger: Ledger) -> None:
    """ATTACKS A8: redelivery is harmless."""
    raw = (PAYLOADS / "text.json").read_bytes()
    answers = await asyncio.gather(*(door.post(HOOK, data=raw, headers=SIGNED) for _ in range(50)))
    assert {answer.status for answer in answers} == {200}
    assert len(ledger.events) == 1


async def test_the_same_update_written_differently_is_one_event(door: Door, ledger: Ledger) -> None:
    """The id decides, not the bytes."""
    update = payload("text")
    for raw in (json.dumps(update), json.dumps(update, ensure_ascii=False, indent=3)):
        assert (await door.post(HOOK, data=raw.encode(), headers=SIGNED)).status == 200
    assert len(ledger.events) == 1


async def test_updates_out_of_order_are_all_taken(door: Door, ledger: Ledger) -> None:
    """Ids may begin anew at a lower value; none is taken for old."""
    for number in (900, 901, 17, 18):
        raw = json.dumps(payload("text") | {"update_id": number}).encode()
        await door.post(HOOK, data=raw, headers=SIGNED)
    assert [event.event_id for event in ledger.events] == ["900", "901", "17", "18"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_are_not_for_this_door(door: Door, method: str) -> None:
    """405, and no word to foreign origins."""
    response = await door.request(method, HOOK, headers=SIGNED | {"Origin": "https://evil.example"})
    assert response.status == 405
    assert "Access-Control-Allow-Origin" not in response.headers


async def test_another_accounts_path_is_unknown(door: Door) -> None:
    """One account's secret opens one door."""
    assert (await door.post("/hooks/telegram/other", data=b"{}", headers=SIGNED)).status == 404


async def test_a_pressed_button_stops_spinning_and_a_group_is_left(door: Door, hooked: Telegram, api: BotApi) -> None:
    """The courtesies follow the commit and nobody waits for them."""
    for name in ("button", "group_added", "blocked"):
        await door.post(HOOK, data=(PAYLOADS / f"{name}.json").read_bytes(), headers=SIGNED)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hooked.run())
        answered = await api.called("answerCallbackQuery")
        left = await api.called("leaveChat")
        running.cancel()
    assert [call["callback_query_id"] for call in answered] == ["9001"]
    assert [int(call["chat_id"]) for call in left] == [-100123]


async def test_a_failed_courtesy_does_not_stop_the_next(door: Door, hooked: Telegram, api: BotApi) -> None:
    """An old query is refused by Telegram; the next one is answered all the same."""
    api.refuse("answerCallbackQuery", Refusal(400, "Bad Request: query is too old"))
    for name in ("button", "button_old"):
        await door.post(HOOK, data=(PAYLOADS / f"{name}.json").read_bytes(), headers=SIGNED)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hooked.run())
        answered = await api.called("answerCallbackQuery", 2)
        running.cancel()
    assert [call["callback_query_id"] for call in answered] == ["9001", "9002"]


async def test_the_webhook_is_registered_with_its_secret(
    hooked: Telegram, api: BotApi, health_book: HealthBook
) -> None:
    """Telegram learns where to deliver, what, and with which secret."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hooked.run())
        [call] = await api.called("setWebhook")
        await health_book.said("telegram", "ok")
        running.cancel()
    assert call["url"] == "https://chat.example/hooks/telegram/telegram"
    assert call["secret_token"] == SECRET
    assert "my_chat_member" in call["allowed_updates"]


async def test_a_revoked_token_shows_though_nothing_arrives(
    hooked: Telegram, api: BotApi, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: with a webhook silence looks like peace, so we ask."""
    monkeypatch.setattr("bot.channels.telegram.channel.WATCH_EVERY", 0.01)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hooked.run())
        await health_book.said("telegram", "ok")
        api.refuse("getWebhookInfo", Refusal(401, "Unauthorized"))
        await health_book.said("telegram", "InvalidToken")
        running.cancel()


async def test_a_webhook_that_somebody_moved_is_moved_back(
    hooked: Telegram, api: BotApi, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two installations with one token: ours says so and takes it back."""
    monkeypatch.setattr("bot.channels.telegram.channel.WATCH_EVERY", 0.01)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(hooked.run())
        await health_book.said("telegram", "ok")
        api.webhook = "https://elsewhere.example"
        await api.called("setWebhook", 2)
        running.cancel()
    assert api.of("setWebhook")[1]["url"] == "https://chat.example/hooks/telegram/telegram"


def test_a_public_address_needs_a_secret(ports: Ports) -> None:
    """ATTACKS A5: without a secret the program refuses to start rather than to check nothing."""
    public = replace(ports, public_url="https://chat.example")
    with pytest.raises(SettingsError, match="Geheimnis"):
        Telegram(public, account="telegram", authority="nrw-im", token=TOKEN)


@pytest.mark.parametrize("secret", ["mit Leerzeichen", "ü", "x" * 257])
def test_a_secret_that_telegram_does_not_take_is_refused_at_the_start(ports: Ports, secret: str) -> None:
    """It would fail at setWebhook for ever."""
    with pytest.raises(SettingsError, match="256"):
        Telegram(ports, account="telegram", authority="nrw-im", token=TOKEN, webhook_secret=secret)


def test_without_a_secret_there_is_no_door(polling: Telegram) -> None:
    """An installation that polls offers strangers nothing to knock at."""
    assert list(polling.routes()) == []
