"""Instagram as the contract suite speaks to it."""

from bot.message import Kind
from tests.channels.messenger_platform.contract import MetaPlatform


class Platform(MetaPlatform):
    """One professional account. Edits are not told there, places and contacts cannot be sent."""

    name = "instagram"
    about = "instagram"
    missing = frozenset({Kind.EDIT, Kind.CONTACT, Kind.LOCATION})
