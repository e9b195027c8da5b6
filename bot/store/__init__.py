"""The only room with SQL: keeps and finds, and has no opinions."""

from bot.store.bell import Bell, Ring, conversation_topic
from bot.store.journey import Journey
from bot.store.keys import Keys
from bot.store.store import Store
from bot.store.values import (
    Backlog,
    Claimed,
    Handled,
    MessageRow,
    OutboxItem,
    Quarantine,
    Settlement,
    TakenOver,
)

__all__ = [
    "Backlog",
    "Bell",
    "Claimed",
    "Handled",
    "Journey",
    "Keys",
    "MessageRow",
    "OutboxItem",
    "Quarantine",
    "Ring",
    "Settlement",
    "Store",
    "TakenOver",
    "conversation_topic",
]
