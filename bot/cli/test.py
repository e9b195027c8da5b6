"""`lotse test`: the editors' tests."""
# ruff: noqa: PT028 -- a command, not a test of pytest

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.content import understanding
from bot.content.loading import load
from bot.editor import printing, testing
from bot.settings import content_facts, read_settings


def test(
    content: Annotated[Path | None, typer.Option(help="Ordner mit intents/ und responses/")] = None,
    authority: Annotated[str, typer.Option(help="Nur diese Behörde, zum Beispiel nrw-im")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON")] = False,
) -> None:
    """Schickt jeden Prüfsatz durch die echte Erkennung. Ende mit 1, wenn einer nicht besteht."""
    settings = read_settings(content=content)
    model = understanding(settings)
    known = load(settings.content, content_facts(settings)).known_failures
    run = testing.run(model, known, datetime.now(UTC), authority=authority)
    if as_json:
        failures = [
            {"path": one.source.path, "line": one.source.line, "text": one.text, "authority": one.authority}
            | {
                "expected": one.expected,
                "came": one.came,
                "confidence": round(one.confidence, 4),
                "remedy": one.remedy,
            }
            for one in run.failures
        ]
        record = {"passed": run.passed, "known": run.known, "failures": failures}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        printing.results(Console(highlight=False, soft_wrap=True), run)
    if run.failures:
        raise typer.Exit(1)
