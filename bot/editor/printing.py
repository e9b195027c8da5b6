"""What the editors' tools found, on the terminal and in German."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bot.content.findings import Finding
from bot.editor.explaining import LEVELS, SEVERITIES, Explanation
from bot.editor.testing import Results


def findings(console: Console, found: Sequence[Finding]) -> None:
    """Errors last, where the eye is when the command ends."""
    for finding in sorted(found, key=lambda one: one.is_error):
        word, style = ("Fehler", "bold red") if finding.is_error else ("Warnung", "yellow")
        place = f"{finding.path}:{finding.line}" if finding.line else finding.path
        console.print(Text(place, "cyan"), Text(f"{word}:", style), Text(finding.what))
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
    for missed in run.missed:
        console.print(Text(str(missed.source), "cyan"), f"Hinweis: „{missed.text}“ {missed.came} → {missed.remedy}")
    for mended in run.mended:
        console.print(Text(str(mended.source), "cyan"), f"Hinweis: „{mended.text}“ {mended.came} → {mended.remedy}")
    if run.failures:
        console.print(Text(f"{len(run.failures)} nicht bestanden.", "bold red"))
