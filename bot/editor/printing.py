"""What the editors' tools found, on the terminal and in German."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.content.findings import Finding
from bot.editor.evaluation import Evaluation, MatchFigures, Miss, Prominence
from bot.editor.explaining import LEVELS, SEVERITIES, Explanation
from bot.editor.testing import Results

T = TypeVar("T")

_MOST = 20
"""Lines of a list that are shown; nobody reads the four hundredth."""


def findings(console: Console, found: Sequence[Finding]) -> None:
    """Errors last, where the eye is when the command ends."""
    for finding in sorted(found, key=lambda one: one.is_error):
        word, style = ("Fehler", "bold red") if finding.is_error else ("Warnung", "yellow")
        console.print(Text(f"{finding.path}:{finding.line}", "cyan"), Text(f"{word}:", style), Text(finding.what))
        console.print(Text(f"    → {finding.remedy}", "green"))


def explanation(console: Console, told: Explanation) -> None:
    """The steps of the judgement, then the reply."""
    console.print(Text(f"„{told.text}“ an {told.authority}", "bold"))
    console.print(Text("Stufe: ", "bold"), Text(f"{told.level.value} – {LEVELS[told.level]}"), sep="")
    intent = f"{told.intent} ({told.title or 'ohne Titel'})" if told.intent else "keins"
    console.print(Text("Anliegen: ", "bold"), Text(f"{intent}, Sicherheit {told.confidence:.2f}"), sep="")
    console.print(Text("Sprache der Antwort: ", "bold"), Text(told.language), sep="")
    if told.case:
        case = f"{SEVERITIES[told.case.severity]} ({told.case.reason})"
        console.print(Text("Vorgang für Menschen: ", "bold"), Text(case), sep="")
    console.print(Text("Warum:", "bold"))
    for number, reason in enumerate(told.reasons, 1):
        console.print(Text(f"  {number}. {reason.text}"), Text(f"[{reason.code}]", "dim"))
        if reason.evidence:
            console.print(Text(f"     {reason.evidence}", "cyan"))
    console.print(Text("Antwort:", "bold"))
    console.print(Text(told.reply))
    for number, choice in enumerate(told.choices, 1):
        console.print(Text(f"  [{number}] {choice}"))


def results(console: Console, run: Results) -> None:
    """Each failure with its place and remedy, then the count."""
    for failure in run.failures:
        console.print(Text(str(failure.source), "cyan"), Text("Fehler:", "bold red"), Text(f"„{failure.text}“"))
        where = f" (an {failure.authority})" if failure.authority else ""
        confidence = f", Sicherheit {failure.confidence:.2f}" if failure.confidence else ""
        console.print(Text(f"    erwartet: {failure.expected}{where}; gekommen: {failure.came}{confidence}"))
        if failure.nearest:
            console.print(Text(f"    am nächsten: {failure.nearest}"))
        console.print(Text(f"    → {failure.remedy}", "green"))
    asked = f" (davon {run.offered} auf Rückfrage)" if run.offered else ""
    known = f", {run.known} bekannte Fehlschläge" if run.known else ""
    console.print(
        f"{run.answered + run.offered} Prüfsätze bestanden{asked}{known}; {run.danger} Gefahrenzeilen bestanden."
    )
    for mended in run.mended:
        console.print(Text(str(mended.source), "cyan"), f"Hinweis: „{mended.text}“ {mended.came} → {mended.remedy}")
    if run.failures:
        console.print(Text(f"{len(run.failures)} nicht bestanden.", "bold red"))


def evaluation(console: Console, found: Evaluation) -> None:
    """Figures with intervals of 95 %, by language, and the lines worth reading."""
    console.print("Anzahl, Anteil (Bereich in %, in dem der wahre Anteil mit 95 % Sicherheit liegt)", style="dim")
    console.print(_prominence("Gefahr (zurückgehaltene Zeilen): je mehr Notruf, desto besser", found.danger))
    console.print(_prominence("Harmloses (zurückgehaltene Zeilen): je weniger, desto besser", found.harmless))
    console.print(_prominence("Anliegen (Prüfsätze): je weniger, desto besser", found.questions))
    console.print(_matching(found.matching))
    console.print(_curve(found))
    _misses(console, "Gefahr ohne Notrufnummer in der ersten Zeile", found.missed)
    _misses(console, "Alarm ohne Gefahr", found.alarmed)
    if found.confusions:
        table = Table("Anliegen", "verwechselt mit", "wie oft", title="Verwechslungen", title_justify="left")
        for (expected, came), count in found.confusions.most_common(_MOST):
            table.add_row(expected, came, str(count))
        console.print(table)


def _prominence(title: str, figures: Mapping[str, Prominence]) -> Table:
    table = Table("Sprache", "Alarm", "110/112 zuerst", "110/112 irgendwo", title=title, title_justify="left")
    for language, one in _all_last(figures):
        table.add_row(language, *(str(count.share) for count in (one.first, one.opening, one.body)))
    return table


def _matching(figures: Mapping[str, MatchFigures]) -> Table:
    title = "Erkennung der Anliegen (Prüfsätze)"
    table = Table("Sprache", "richtig", "auf Rückfrage", "falsch beantwortet", title=title, title_justify="left")
    for language, one in _all_last(figures):
        table.add_row(language, *(str(count.share) for count in (one.right, one.offered, one.wrong)))
    return table


def _curve(found: Evaluation) -> Table:
    table = Table(
        "Schwelle",
        "Gefahr ab hier",
        "Harmloses ab hier",
        title="Gelernte Gefahr: was eine Schwelle bewirkt",
        title_justify="left",
    )
    for point in found.curve:
        table.add_row(f"{point.threshold:.2f}", str(point.recall), str(point.false))
    return table


def _all_last(figures: Mapping[str, T]) -> Iterable[tuple[str, T]]:
    for language in sorted(figures, key=lambda name: (not name, name)):
        yield language or "alle", figures[language]


def _misses(console: Console, title: str, misses: Sequence[Miss]) -> None:
    if misses:
        console.print(Text(f"{title}: {len(misses)}", "bold"))
        for miss in misses[:_MOST]:
            console.print(Text(f"  {miss.source}", "cyan"), Text(f"„{miss.text}“ → {miss.came}"))
        if len(misses) > _MOST:
            console.print(Text(f"  … und {len(misses) - _MOST} weitere (alle mit --json)"))
