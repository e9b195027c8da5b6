"""`lotse published`: which versions of the content answered, and when."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.store import opened
from bot.settings import Settings, read_settings
from bot.store import content_versions
from bot.store.content_versions import Version

_Data = Annotated[Path | None, typer.Option(help="Ordner mit der Datenbank [data]")]


def published(data: _Data = None) -> None:
    """Zeigt, welche Fassungen der Inhalte seit wann und bis wann geantwortet haben; die neueste zuerst."""
    for one in asyncio.run(_versions(read_settings(data=data))):
        typer.echo(f"{one.name}  {one.first:%Y-%m-%d %H:%M} bis {one.last:%Y-%m-%d %H:%M} UTC")


async def _versions(settings: Settings) -> list[Version]:
    async with opened(settings) as store:
        return await store.read(content_versions.newest)
