"""The stand-in for the Bot API, tried by somebody else's client before the journeys rely on it."""

from telegram import Bot
from telegram.request import HTTPXRequest

from tests.bench.telegram import Sink


async def test_a_foreign_client_takes_it_for_the_bot_api(telegram: Sink) -> None:
    """python-telegram-bot over its own transport sets a webhook, reads it back and sends."""
    bot = Bot("123456789:" + "A" * 35, base_url=f"{telegram.url}/bot", request=HTTPXRequest())
    async with bot.request:
        assert await bot.set_webhook("https://example.org/hook", secret_token="secret")
        assert (await bot.get_webhook_info()).url == "https://example.org/hook"
        sent = await bot.send_message(42, "Guten Tag")
    assert sent.chat.id == 42
    assert telegram.texts[42] == ["Guten Tag"]
