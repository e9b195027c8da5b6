"""Every channel this program speaks: a name, and where its class is, built as `CLASS(ports, **options)`.

A class is imported when an account of its platform is configured: some bring large libraries with them.
"""

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from typing import cast

from bot.channels.base import Channel

CHANNELS: Mapping[str, str] = {
    "instagram": "bot.channels.instagram.channel:Instagram",
    "matrix": "bot.channels.matrix.channel:Matrix",
    "mastodon": "bot.channels.mastodon.channel:Mastodon",
    "messenger": "bot.channels.messenger.channel:Messenger",
    "signal": "bot.channels.signal.channel:Signal",
    "telegram": "bot.channels.telegram.channel:Telegram",
    "threema": "bot.channels.threema.channel:Threema",
    "webchat": "bot.channels.webchat.channel:WebChat",
    "whatsapp": "bot.channels.whatsapp.channel:WhatsApp",
}


def channel_class(name: str) -> Callable[..., Channel]:
    """The class of a channel. Raises KeyError for an unknown name."""
    return cast("Callable[..., Channel]", resolve_name(CHANNELS[name]))
