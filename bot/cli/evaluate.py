"""`lotse evaluate`: figures on lines that nothing was learnt from."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.ask import known
from bot.cli.content import understanding
from bot.editor import printing
from bot.editor.evaluation import evaluate as measure
from bot.editor.records import evaluation_record
from bot.settings import read_settings


def evaluate(
    authority: Annotated[str | None, typer.Option(help="Behörde, zum Beispiel nrw-im")] = None,
    content: Annotated[Path | None, typer.Option(help="Ordner mit intents/ und responses/")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, mit allen Zeilen")] = False,
) -> None:
    """Misst Gefahrenerkennung und Anliegen an Zeilen, die nie gelernt werden."""
    settings = read_settings(content=content, authority=authority)
    model = understanding(settings)
    known(settings.authority, model)
    found = measure(model, settings.authority, datetime.now(UTC))
    if as_json:
        typer.echo(json.dumps(evaluation_record(found), ensure_ascii=False, indent=2))
    else:
        printing.evaluation(Console(highlight=False, soft_wrap=True), found)
