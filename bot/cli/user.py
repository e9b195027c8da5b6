"""`lotse user …`: accounts of the inbox."""

import asyncio
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.cli.store import opened
from bot.flow.clock import utc_now
from bot.inbox import create_account, renew_password
from bot.settings import Settings, read_settings
from bot.store import Store, users

user = typer.Typer(no_args_is_help=True, help="Konten des Postfachs")

_Name = Annotated[str, typer.Argument(help="Anmeldename")]
_Data = Annotated[Path | None, typer.Option(help="Ordner mit der Datenbank [data]")]


@user.command("list")
def show(data: _Data = None) -> None:
    """Zeigt alle Konten."""
    for line in asyncio.run(_show(read_settings(data=data))):
        typer.echo(line)


@user.command()
def add(
    name: _Name,
    role: Annotated[Literal["press", "admin"], typer.Option(help="press oder admin")] = "press",
    data: _Data = None,
) -> None:
    """Legt ein Konto an und zeigt sein Einmal-Passwort."""
    typer.echo(f"Einmal-Passwort: {asyncio.run(_add(read_settings(data=data), name, role))}")


@user.command()
def password(name: _Name, data: _Data = None) -> None:
    """Setzt ein neues Einmal-Passwort und meldet überall ab."""
    typer.echo(f"Einmal-Passwort: {asyncio.run(_password(read_settings(data=data), name))}")


@user.command()
def disable(name: _Name, data: _Data = None) -> None:
    """Sperrt ein Konto und meldet es überall ab."""
    asyncio.run(_disable(read_settings(data=data), name))
    typer.echo(f"{name} ist gesperrt.")


async def _show(settings: Settings) -> list[str]:
    async with opened(settings) as store:
        accounts = await store.read(users.all_users)
    return [f"{account.name}  {account.role}{'  gesperrt' if account.disabled else ''}" for account in accounts]


async def _add(settings: Settings, name: str, role: str) -> str:
    async with opened(settings, migrate=True) as store:
        return (await create_account(store, name, role, None, utc_now)).password


async def _password(settings: Settings, name: str) -> str:
    async with opened(settings) as store:
        account = await _account(store, name)
        return (await renew_password(store, account.id, None, utc_now)).password


async def _disable(settings: Settings, name: str) -> None:
    async with opened(settings) as store:
        account = await _account(store, name)
        await store.write(users.disable, account.id, utc_now())


async def _account(store: Store, name: str) -> users.UserView:
    account = await store.read(users.by_name, name)
    if account is None:
        raise typer.BadParameter(f"Ein Konto „{name}“ gibt es nicht.")
    return account
