"""`lotse audit`: who did what, and whether that log was tampered with."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.store import opened
from bot.settings import Settings, read_settings
from bot.store import audit as log
from bot.store import users

_Data = Annotated[Path | None, typer.Option(help="Ordner mit der Datenbank [data]")]
_Last = Annotated[int, typer.Option(min=0, help="So viele der neuesten Einträge zeigen")]


def audit(last: _Last = 0, data: _Data = None) -> None:
    """Prüft, ob das Protokoll der Pressestelle lückenlos und unverändert ist."""
    lines, broken, count = asyncio.run(_looked(read_settings(data=data), last))
    for line in lines:
        typer.echo(line)
    if broken is not None:
        typer.echo(
            f"Das Protokoll ist NICHT unversehrt: Ab Eintrag {broken} wurde geändert oder gelöscht. "
            "Bitte die Datenbank sichern und mit der letzten Sicherung vergleichen.",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo(f"{count} Einträge, Kette unversehrt.")


async def _looked(settings: Settings, last: int) -> tuple[list[str], int | None, int]:
    def look(c: Connection) -> tuple[list[str], int | None, int]:
        names = {user.id: user.name for user in users.all_users(c)}
        lines = [
            f"{one.id}  {one.at:%Y-%m-%d %H:%M:%S} UTC  {_who(one.user_id, names)}  {one.action}  {one.subject}"
            for one in log.newest(c, last)
        ]
        return lines, log.verify(c), log.count(c)

    async with opened(settings) as store:
        return await store.read(look)


def _who(user_id: int | None, names: dict[int, str]) -> str:
    return "Programm" if user_id is None else names.get(user_id, f"Konto {user_id}")
