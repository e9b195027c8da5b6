"""`lotse evaluate`: figures on lines that nothing was learnt from."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.ask import known
from bot.cli.content import understanding
from bot.editor import printing_figures
from bot.editor.corpus import read_corpus
from bot.editor.evaluation import evaluate as measure
from bot.editor.lines import from_file
from bot.editor.recognition import recognise
from bot.editor.records import evaluation_record, recognition_record
from bot.editor.report import page
from bot.settings import read_settings


def evaluate(
    authority: Annotated[
        str | None, typer.Option(help="Nur diese Behörde, zum Beispiel nrw-im; sonst jede mit ihren Prüfsätzen")
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Ordner mit intents/ und responses/")] = None,
    lines: Annotated[
        list[Path] | None, typer.Option(help="Weitere Zeilen als JSONL (text, expect oder danger); mehrfach möglich")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Bericht als eine HTML-Datei schreiben")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Als JSON, mit allen Zeilen")] = False,
    corpus: Annotated[
        Path | None, typer.Option(help="Stattdessen das Erkennen an fremden Daten messen (JSONL: text, intent)")
    ] = None,
    shots: Annotated[int, typer.Option(min=0, help="Mit --corpus: nur so viele Beispiele je Anliegen")] = 0,
    foreign: Annotated[
        float, typer.Option(min=0, max=0.9, help="Mit --corpus: dieser Anteil der Anliegen wird nicht gelernt")
    ] = 0.25,
) -> None:
    """Misst Gefahrenerkennung und Anliegen an Zeilen, die nie gelernt werden."""
    console = Console(highlight=False, soft_wrap=True)
    if corpus is not None:
        seen = recognise(read_corpus(corpus), shots, foreign)
        if as_json:
            typer.echo(json.dumps(recognition_record(seen), indent=2))
        else:
            printing_figures.recognition(console, corpus.stem, seen)
        return
    settings = read_settings(content=content, authority=authority)
    model = understanding(settings)
    known(settings.authority, model)
    more = [line for path in lines or () for line in from_file(path, model.catalogue, settings.authority)]
    found = measure(
        model, settings.authority, datetime.now(UTC), authorities=[authority] if authority else [], more=more
    )
    if html is not None:
        html.write_text(page(found), encoding="utf-8")
        typer.echo(f"Bericht geschrieben: {html}", err=True)
    if as_json:
        typer.echo(json.dumps(evaluation_record(found), ensure_ascii=False, indent=2))
    elif html is None:
        printing_figures.evaluation(console, found)
    else:
        printing_figures.summary(console, found)
