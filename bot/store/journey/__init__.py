"""The way of a message through the database: in, claimed, handled, out, sent."""

from bot.store.journey.journey import Journey

__all__ = ["Journey"]
