"""Telegram through the Bot API, with python-telegram-bot's types, parser and Bot."""

import os

# The library's own switch to times as timedelta, its only form in future; without it every 429 warns.
os.environ.setdefault("PTB_TIMEDELTA", "true")
