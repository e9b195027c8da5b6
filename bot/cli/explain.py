"""`lotse explain`: why a message gets its answer."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.ask import known
from bot.cli.content import understanding
from bot.editor import printing
from bot.editor.explaining import explain as tell
from bot.settings import read_settings


def explain(
    text: Annotated[str, typer.Argument(help="Die Nachricht; leer: von der Standardeingabe")] = "",
    authority: Annotated[str | None, typer.Option(help="Behörde, zum Beispiel nrw-im")] = None,
    content: Annotated[Path | None, typer.Option(help="Ordner mit intents/ und responses/")] = None,
) -> None:
    """Sagt, warum eine Nachricht so beantwortet wird."""
    settings = read_settings(content=content, authority=authority)
    model = understanding(settings)
    known(settings.authority, model)
    told = tell(text or sys.stdin.read().strip(), settings.authority, model, datetime.now(UTC))
    printing.explanation(Console(highlight=False, soft_wrap=True), told)
