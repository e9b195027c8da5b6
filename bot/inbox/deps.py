"""What the press office's pages need of the rest of the program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.content.catalogue import Catalogue
from bot.store import Store


@dataclass(frozen=True, slots=True)
class InboxDeps:
    """Handed in by the application; everything that changes while running is a function."""

    store: Store
    catalogue: Callable[[], Catalogue | None]
    """The content in force, None while there is none."""
    findings: Callable[[], Sequence[object]]
    """What keeps newer content from being published; each has a German `str()`."""
    reply_window: Callable[[str, bool], timedelta | None]
    """(account, by staff) → for how long after the citizen's last message its platform delivers; None: always."""
    clock: Callable[[], datetime]
    public_url: str
    """The configured address without trailing slash, "" when there is none."""
    idle: timedelta
    """A session ends after this long without use …"""
    absolute: timedelta
    """… and after this long in any case."""


DEPS = web.AppKey("inbox deps", InboxDeps)


def deps(request: web.Request) -> InboxDeps:
    """The needs of the application that serves this request."""
    return request.app[DEPS]
