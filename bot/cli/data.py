"""`lotse erase` and `lotse export`: what is kept about one person."""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.store import opened
from bot.flow.clock import utc_now
from bot.settings import Settings, read_settings, sealing_secret
from bot.store import Keys, erasure
from bot.store import export as exporting

_Name = Annotated[str, typer.Argument(help="Name aus dem Postfach, zum Beispiel „Bürger K7QM“")]
_Account = Annotated[str, typer.Option(help="Statt des Namens: das Konto, zum Beispiel telegram")]
_Address = Annotated[str, typer.Option(help="… und die Adresse dort, zum Beispiel die Chat-Nummer")]
_Data = Annotated[Path | None, typer.Option(help="Ordner mit der Datenbank [data]")]


def erase(pseudonym: _Name = "", account: _Account = "", address: _Address = "", data: _Data = None) -> None:
    """Löscht alles, was über eine Person gespeichert ist."""
    _one_way(pseudonym, account, address)
    gone = asyncio.run(_erase(read_settings(data=data), pseudonym, account, address))
    typer.echo("Gelöscht: " + (", ".join(f"{what} {count}" for what, count in gone.items() if count) or "nichts"))


def export(pseudonym: _Name = "", account: _Account = "", address: _Address = "", data: _Data = None) -> None:
    """Gibt als JSON aus, was über eine Person gespeichert ist."""
    _one_way(pseudonym, account, address)
    found = asyncio.run(_export(read_settings(data=data), pseudonym, account, address))
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))


def _one_way(pseudonym: str, account: str, address: str) -> None:
    if bool(pseudonym) == bool(account and address):
        raise typer.BadParameter("Entweder den Namen aus dem Postfach angeben oder --account und --address.")


async def _erase(settings: Settings, pseudonym: str, account: str, address: str) -> dict[str, int]:
    async with opened(settings) as store:
        if pseudonym:
            return await store.write(erasure.erase_pseudonym, pseudonym, utc_now())
        keys = Keys.derive(sealing_secret(settings))
        return await store.write(erasure.erase, keys, account, address, utc_now())


async def _export(settings: Settings, pseudonym: str, account: str, address: str) -> dict[str, object]:
    async with opened(settings) as store:
        keys = Keys.derive(sealing_secret(settings))
        if pseudonym:
            return await store.read(exporting.export_pseudonym, keys, pseudonym)
        return await store.read(exporting.export, keys, account, address)
