"""The configured accounts of all platforms: built for the program at work, and on trial for `lotse check`."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from bot.answer.understanding import Understanding
from bot.channels.base import Channel, Ports
from bot.channels.registry import channel_class
from bot.content.findings import Finding, error, warning
from bot.errors import SettingsError
from bot.flow.clock import utc_now
from bot.flow.intake import Intake
from bot.flow.journal import StoreJournal
from bot.flow.memory import StoreMemory
from bot.flow.pages import PageOfCatalogue
from bot.flow.safeguard import StorelessSafeguard
from bot.settings import Settings
from bot.store import Keys, Store
from bot.web.health import Health

CHAT = "webchat"


def ports_of(
    settings: Settings,
    store: Store,
    keys: Keys,
    http: aiohttp.ClientSession,
    intake: Intake,
    health: Health,
    understanding: Callable[[], Understanding | None],
) -> Ports:
    """What the rest of the program offers every channel."""
    return Ports(
        accept=intake.accept,
        journal=StoreJournal(store, keys),
        page=PageOfCatalogue(understanding, utc_now),
        http=http,
        public_url=settings.public_url,
        health=health,
        memory=StoreMemory(store),
        folder=settings.data / "channels",
        clock=utc_now,
    )


def build(settings: Settings, ports: Ports) -> list[Channel]:
    """A channel for every configured account. The web chat is always there; it needs nothing of anybody.

    Raises SettingsError with what is wrong with all of them, not only with the first.
    """
    channels = [channel_class(CHAT)(ports, account=CHAT, authority=settings.authority)]
    wrong = []
    for name, account in settings.accounts():
        authority = account.authority or settings.authority
        try:
            channels.append(channel_class(name)(ports, account=account.id, authority=authority, **account.options()))
        except SettingsError as one:
            wrong.append(str(one))
    if wrong:
        raise SettingsError("\n".join(wrong))
    return channels


def examined(settings: Settings) -> list[Finding]:
    """What is wrong with the configured accounts, as far as can be told without asking the platforms."""
    return asyncio.run(_examined(settings))


async def _examined(settings: Settings) -> list[Finding]:
    found = []
    async with _apart(settings) as ports:
        for name, account in settings.accounts():
            place, manual = f"Konto {account.id}", f"deploy/docs/{name}.md"
            alone = settings.model_copy(update={kind: [] for kind, _ in settings.accounts()} | {name: [account]})
            try:
                _, channel = build(alone, ports)
            except SettingsError as wrong:
                found.append(error(place, 0, "account", str(wrong), f"Einstellungen ergänzen; Anleitung: {manual}"))
                continue
            doors = any("/hooks/" in str(getattr(route, "path", "")) for route in channel.routes())
            if doors and not settings.public_url.startswith("https://"):
                what = "Der Webhook ist nicht zu erreichen: Es fehlt die öffentliche Adresse mit https://."
                found.append(warning(place, 0, "public-url", what, f"LOTSE_PUBLIC_URL setzen; Anleitung: {manual}"))
    return found


@asynccontextmanager
async def _apart(settings: Settings) -> AsyncIterator[Ports]:
    """Everything a channel may ask for, on an empty database that is thrown away."""
    with TemporaryDirectory() as folder:
        keys = Keys.derive(secrets.token_bytes(32))
        store = await Store.open(f"sqlite:///{folder}/check.sqlite3", keys, worker="check")
        async with aiohttp.ClientSession() as http:
            intake = Intake(store, utc_now, StorelessSafeguard({}, _nothing, utc_now))
            apart = settings.model_copy(update={"data": Path(folder)})
            yield ports_of(apart, store, keys, http, intake, Health(lambda: True), _nothing)
        await store.close()


def _nothing() -> None:
    """No content is needed to look at accounts."""
