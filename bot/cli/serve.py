"""`lotse serve`: everything in one process."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.app import Service
from bot.app import serve as run
from bot.settings import Settings, read_settings


def serve(
    host: Annotated[str | None, typer.Option(help="Adresse, auf der der Server hört [127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port [8080]")] = None,
    data: Annotated[Path | None, typer.Option(help="Ordner für Datenbank, Schlüssel, Modelle [data]")] = None,
) -> None:
    """Startet alles in einem Prozess: Web-Chat, Postfach, Webhooks, Arbeiter."""
    settings = read_settings(host=host, port=port, data=data)
    logs.configure(settings.log_format, settings.log_level)
    _run(settings)


def _run(settings: Settings) -> None:
    try:
        import uvloop  # noqa: PLC0415 - exists only where the platform has it
    except ImportError:
        asyncio.run(run(settings, _announce))
    else:
        uvloop.run(run(settings, _announce))


def _announce(service: Service) -> None:
    lines = [
        "",
        "  Bürgerlotse läuft.",
        f"  Web-Chat:  {service.url}/",
        f"  Postfach:  {service.url}/inbox",
    ]
    if service.first_password:
        lines += [
            "",
            "  Erstes Konto für das Postfach – dieses Passwort wird nur einmal gezeigt:",
            f"    Name:      {service.first_name}",
            f"    Passwort:  {service.first_password}",
        ]
    if service.publisher.current is None:
        lines += ["", "  Achtung: Die Inhalte sind fehlerhaft. Es antwortet nur der eingebaute Notfall-Text."]
        lines += ["  Bitte `lotse check` aufrufen."]
    typer.echo("\n".join([*lines, ""]))
