"""The stand-in, driven by python-telegram-bot with its own HTTP client, before anything of ours relies on it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from tests.channels.telegram.conftest import payload
from tests.channels.telegram.standin import TOKEN, BotApi, Refusal


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(
        TOKEN, base_url=f"{api.url}/bot", request=HTTPXRequest(), get_updates_request=HTTPXRequest()
    ) as bot:
        yield bot


async def test_the_librarys_own_client_knows_its_bot(bot: Bot) -> None:
    """`initialize` calls getMe and believes the answer."""
    assert bot.username == "lotse_bot"


async def test_the_librarys_own_client_sends(bot: Bot, api: BotApi) -> None:
    """A message with buttons arrives as the library wrote it, and the answer is one the library can read."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Ja", callback_data="ja")]])
    message = await bot.send_message(42, "Grüße 🙂", reply_markup=keyboard)
    [sent] = api.of("sendMessage")
    assert message.text == sent["text"] == "Grüße 🙂"
    assert sent["reply_markup"]["inline_keyboard"] == [[{"text": "Ja", "callback_data": "ja"}]]


async def test_updates_stay_until_a_higher_offset_confirms_them(bot: Bot, api: BotApi) -> None:
    """The same update comes again and again until the offset rises."""
    await api.put(payload("text"), payload("photo"))
    first = await bot.get_updates(timeout=0)
    again = await bot.get_updates(timeout=0)
    assert [update.update_id for update in first] == [update.update_id for update in again] == [501, 505]
    assert await bot.get_updates(offset=506, timeout=0) == ()


async def test_a_waiting_poll_ends_when_somebody_writes(bot: Bot, api: BotApi) -> None:
    """Long polling returns at once when there is something."""
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(bot.get_updates(timeout=5))
        await api.called("getUpdates")
        await api.put(payload("text"))
    assert [update.update_id for update in waiting.result()] == [501]


async def test_polling_is_refused_while_a_webhook_stands(bot: Bot, api: BotApi) -> None:
    """Never both at once, as the vendor has it."""
    await bot.set_webhook("https://chat.example/hooks/telegram/telegram", secret_token="abc")
    with pytest.raises(Conflict):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates(timeout=0) == ()
    assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Refusal(429, "Too Many Requests", {"retry_after": 2}), RetryAfter),
        (Refusal(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (Refusal(400, "Bad Request: chat not found"), BadRequest),
        (Refusal(400, "group migrated", {"migrate_to_chat_id": -100}), ChatMigrated),
        (Refusal(401, "Unauthorized"), InvalidToken),
        (Refusal(409, "Conflict"), Conflict),
        (Refusal(502, body=b"<html>Bad Gateway</html>"), NetworkError),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else str(value.status),
)
async def test_refusals_reach_the_library_as_its_own_errors(
    bot: Bot, api: BotApi, refusal: Refusal, error: type[Exception]
) -> None:
    """Every refusal the stand-in knows is one the library understands."""
    api.refuse("sendMessage", refusal)
    with pytest.raises(error):
        await bot.send_message(42, "Hallo")
