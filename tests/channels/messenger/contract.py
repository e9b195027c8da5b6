"""Messenger as the contract suite speaks to it."""

from bot.message import Kind
from tests.channels.messenger_platform.contract import MetaPlatform


class Platform(MetaPlatform):
    """One page. Messages cannot be taken back there, contacts not be sent."""

    name = "messenger"
    about = "page"
    missing = frozenset({Kind.DELETION, Kind.CONTACT})
