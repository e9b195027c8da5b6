"""`lotse check`: content and configuration."""

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.accounts import examined
from bot.content.loading import load
from bot.editor import printing
from bot.settings import content_facts, read_settings


def check(
    content: Annotated[Path | None, typer.Option(help="Ordner mit intents/ und responses/")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, eine Liste aller Befunde")] = False,
) -> None:
    """Prüft Inhalte und Konten; jeder Befund sagt, wo, was und welche Abhilfe. Ende mit 1 bei Fehlern."""
    settings = read_settings(content=content)
    found = [*load(settings.content, content_facts(settings)).findings, *examined(settings)]
    errors = sum(one.is_error for one in found)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        console = Console(highlight=False, soft_wrap=True)
        printing.findings(console, found)
        console.print(f"{errors} Fehler, {len(found) - errors} Warnungen.")
    if errors:
        raise typer.Exit(1)
