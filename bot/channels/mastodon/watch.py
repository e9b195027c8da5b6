"""Asking the server who we are, what it allows, and whether strangers get through to us."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.channels.calls import NoAnswer, NotConnected, Refused
from bot.channels.mastodon.reading import Self
from bot.channels.mastodon.sending import WRONG_TOKEN
from bot.channels.mastodon.server import Server

NO_BOT = "profile is not marked as a bot"
HELD_BACK = "notification policy holds strangers back"
_STRANGERS = ("for_private_mentions", "for_not_following", "for_not_followers", "for_new_accounts")
"""What of the policy concerns somebody who writes for the first time."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What the server says of itself."""

    streaming: str = ""
    characters: int = 0


async def instance(server: Server) -> Instance:
    """https://docs.joinmastodon.org/methods/instance/#v2. Raises NotConnected, NoAnswer and Refused."""
    match await server.get("/api/v2/instance"):
        case {"configuration": {"urls": {"streaming": str(streaming)}, "statuses": {"max_characters": int(most)}}}:
            return Instance(_over_http(streaming), most)
        case _:
            return Instance()


async def ourselves(server: Server, url: str) -> Self:
    """Who we are, and with which application. Raises NotConnected, NoAnswer and Refused."""
    account = await _profile(server)
    application = await server.get("/api/v1/apps/verify_credentials")
    name = application.get("name") if isinstance(application, dict) else None
    return Self(
        str(account["id"]),
        str(account.get("username") or ""),
        urlsplit(url).hostname or "",
        name if isinstance(name, str) else "",
    )


async def is_bot(server: Server) -> bool:
    """Whether our profile says that we are one. Raises NotConnected, NoAnswer and Refused."""
    return (await _profile(server)).get("bot") is True


async def _profile(server: Server) -> dict[str, Any]:
    account = await server.get("/api/v1/accounts/verify_credentials")
    if not isinstance(account, dict) or not account.get("id"):
        raise NoAnswer("no account")
    return account


async def held_back(server: Server) -> bool:
    """Whether the notification policy keeps first-time writers from us; servers before 4.3 have none."""
    try:
        policy = await server.get("/api/v2/notifications/policy")
    except Refused as error:
        if error.status == 404:
            return False
        raise
    return isinstance(policy, dict) and any(policy.get(name, "accept") != "accept" for name in _STRANGERS)


def trouble(error: NotConnected | NoAnswer | Refused) -> str:
    """What an operator reads."""
    if isinstance(error, Refused):
        return WRONG_TOKEN if error.status in {401, 403} else f"server answers {error}"
    return "server not reachable"


def _over_http(streaming: str) -> str:
    """The streaming server's address: it is named for WebSockets and answers plain requests, too."""
    parts = urlsplit(streaming)
    scheme = {"wss": "https", "ws": "http"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc}"
