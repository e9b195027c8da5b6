"""Every channel this program speaks: a name, and the class that is built as `CLASS(ports, **options)`."""

from collections.abc import Callable, Mapping

from bot.channels.base import Channel
from bot.channels.telegram import Telegram
from bot.channels.webchat import WebChat

CHANNELS: Mapping[str, Callable[..., Channel]] = {
    "telegram": Telegram,
    "webchat": WebChat,
}
