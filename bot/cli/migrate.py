"""`lotse migrate`: the schema of the database, brought to this version."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.store import opened
from bot.settings import Settings, read_settings


def migrate(
    data: Annotated[Path | None, typer.Option(help="Ordner mit der Datenbank [data]")] = None,
) -> None:
    """Bringt die Datenbank auf den Stand dieser Version (serve tut das beim Start selbst)."""
    settings = read_settings(data=data)
    asyncio.run(_migrate(settings))
    typer.echo("Die Datenbank ist auf dem Stand dieser Version.")


async def _migrate(settings: Settings) -> None:
    async with opened(settings, migrate=True):
        pass
