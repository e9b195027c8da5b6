"""`lotse test`: the editors' tests."""
# ruff: noqa: PT028 -- a command, not a test of pytest

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.ask import known
from bot.cli.content import understanding
from bot.content.loading import load
from bot.editor import printing, testing
from bot.editor.excusing import excuse
from bot.settings import content_facts, read_settings


def test(
    content: Annotated[Path | None, typer.Option(help="Ordner mit intents/ und responses/")] = None,
    authority: Annotated[str, typer.Option(help="Nur diese Behörde, zum Beispiel nrw-im")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Eine Rückfrage genügt nicht")] = False,
    write_known: Annotated[
        bool, typer.Option("--write-known-failures", help="Heutige Fehlschläge in known_failures.yaml festhalten")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON")] = False,
) -> None:
    """Schickt jeden Prüfsatz durch die echte Erkennung. Ende mit 1, wenn einer nicht besteht."""
    settings = read_settings(content=content)
    model = understanding(settings)
    if authority:
        known(authority, model)
    failures = () if write_known else load(settings.content, content_facts(settings)).known_failures
    run = testing.run(model, failures, datetime.now(UTC), authority=authority, strict=strict)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(run), ensure_ascii=False, indent=2))
    else:
        printing.results(Console(highlight=False, soft_wrap=True), run)
    if write_known:
        typer.echo(f"{excuse(settings.content, run.failures)} Fehlschläge in known_failures.yaml festgehalten.")
    elif run.failures or (strict and run.mended):
        raise typer.Exit(1)
