"""`lotse quarantine …`: messages that no rule could read, for whoever repairs what they broke."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.store import opened
from bot.settings import Settings, read_settings
from bot.store import quarantine as kept

quarantine = typer.Typer(no_args_is_help=True, help="Nachrichten, die nicht gelesen werden konnten")

_Data = Annotated[Path | None, typer.Option(help="Ordner mit der Datenbank [data]")]


@quarantine.command("list")
def show_all(data: _Data = None) -> None:
    """Zeigt die neuesten, ohne ihren Inhalt."""
    found = asyncio.run(_entries(read_settings(data=data)))
    for one in found:
        typer.echo(f"{one.id}  {one.at:%Y-%m-%d %H:%M:%S} UTC  {one.account}  {one.error}")
    if not found:
        typer.echo("Keine.")


@quarantine.command()
def show(
    number: Annotated[int, typer.Argument(help="Nummer aus `lotse quarantine list`")], data: _Data = None
) -> None:
    """Gibt die Bytes aus, wie die Plattform sie schickte. Sie können persönliche Angaben enthalten."""
    typer.echo(asyncio.run(_bytes(read_settings(data=data), number)), nl=False)


async def _entries(settings: Settings) -> list[kept.Quarantined]:
    async with opened(settings) as store:
        return await store.read(kept.entries)


async def _bytes(settings: Settings, number: int) -> bytes:
    async with opened(settings) as store:
        event = await store.read(kept.event, number)
    if event is None:
        raise typer.BadParameter(f"Nummer {number} gibt es nicht oder nicht mehr.")
    return event.payload
