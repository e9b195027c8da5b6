"""The web chat: our own page as a channel, with and without JavaScript."""

from bot.channels.webchat.channel import WebChat

__all__ = ["WebChat"]
