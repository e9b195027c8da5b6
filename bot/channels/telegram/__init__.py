"""Telegram through the Bot API, with python-telegram-bot's types, parser and Bot."""

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
