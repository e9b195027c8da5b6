"""What `lotse evaluate` measured, on the terminal and in German."""

from collections.abc import Callable, Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.editor.evaluation import Evaluation
from bot.editor.figures import Figure, answerable, by_authority, by_language, share
from bot.editor.playing import Played
from bot.editor.recognition import Recognition

_MOST = 20
"""Lines of a list that are shown; nobody reads the four hundredth."""
_STYLES = {"good": "green", "fair": "yellow", "bad": "bold red", "open": "dim"}
INTERVAL = "Anzahl, Anteil (Bereich in %, in dem der wahre Anteil mit 95 % Sicherheit liegt, nach Wilson)"


def summary(console: Console, found: Evaluation) -> None:
    """The figures with their goals."""
    texts = len({one.line.text for one in found.played})
    console.print(
        f"{len(found.played)} Nachrichten gespielt: {texts} verschiedene Zeilen, von denen nichts gelernt ist."
    )
    console.print(INTERVAL, style="dim")
    console.print(_goals("Ergebnis", found.figures))


def evaluation(console: Console, found: Evaluation) -> None:
    """The summary, then by language and authority, then the lines worth reading."""
    summary(console, found)
    console.print(_goals("Gefahr je Sprache: 110/112 stehen in der Antwort", found.languages))
    console.print(_danger(found.played))
    console.print(_harmless(found.played))
    console.print(_matching("Anliegen je Behörde", "Behörde", by_authority(answerable(found.played))))
    console.print(_matching("Anliegen je Sprache", "Sprache", by_language(answerable(found.played))))
    console.print(_curve(found))
    console.print(
        f"Eine Nachricht dauert auf diesem Rechner {found.seconds(0.5) * 1000:.1f} ms, "
        f"99 von 100 höchstens {found.seconds(0.99) * 1000:.1f} ms.".replace(".", ",", 2)
    )
    if found.unknown_intents:
        console.print(Text("Erwartet, aber dort nicht beantwortet: " + ", ".join(found.unknown_intents), "yellow"))
    _lines(console, "Gefahr ohne Notrufnummer in der ersten Zeile", found.missed)
    _lines(console, "Alarm ohne Gefahr", found.alarmed)
    if found.confusions:
        table = Table("Anliegen", "verwechselt mit", "wie oft", title="Verwechslungen", title_justify="left")
        for one in found.confusions[:_MOST]:
            table.add_row(one.meant, one.came, str(one.count))
        console.print(table)


def recognition(console: Console, name: str, found: Recognition) -> None:
    """What the matcher reaches on foreign data."""
    table = Table("Maß", "Wert", title=f"Erkennen auf {name}", title_justify="left")
    drawn = f", Mittel aus {found.draws} Ziehungen" if found.draws > 1 else ""
    table.add_row("Anliegen, Beispiele", f"{found.intents}, {found.examples}{drawn}")
    left_out = f" (aus {found.left_out} nicht gelernten Anliegen)" if found.left_out else ""
    table.add_row("gefragt, davon fremd", f"{found.asked + found.foreign}, {found.foreign}{left_out}")
    table.add_row("richtig", _percent(found.clean))
    table.add_row("richtig mit einem Tippfehler je acht Zeichen", _percent(found.typos))
    sure = "– (nichts Fremdes)" if found.sure is None else _percent(found.sure)
    table.add_row("R95: richtig, wo 95 von 100 Antworten stimmen", sure)
    table.add_row("Zeit je Nachricht", f"{found.microseconds:.0f} µs")
    console.print(table)


def _goals(title: str, figures: Sequence[Figure]) -> Table:
    table = Table("Maß", "Wert", "Ziel", "Urteil", title=title, title_justify="left")
    for one in figures:
        value = str(one.share) if one.share.total else "–"
        verdict = Text(one.verdict.word, _STYLES[one.verdict.colour])
        table.add_row(Text(one.title), value, one.goal_text, verdict)
    return table


def _danger(played: Sequence[Played]) -> Table:
    danger = [one for one in played if one.line.sort.is_danger]
    columns: dict[str, Callable[[Played], bool]] = {
        "Alarm, Notruf zuerst": lambda one: one.alarm,
        "110/112 in der ersten Zeile": lambda one: one.opening,
        "110/112 irgendwo": lambda one: one.body,
    }
    return _shares("Gefahr und Krise je Sprache: je mehr, desto besser", "Sprache", by_language(danger), columns)


def _harmless(played: Sequence[Played]) -> Table:
    harmless = [one for one in played if not one.line.sort.is_danger]
    columns: dict[str, Callable[[Played], bool]] = {
        "Alarm": lambda one: one.alarm,
        "beginnt vorsichtshalber mit 110/112": lambda one: one.opening,
    }
    return _shares("Ohne Gefahr je Sprache: je weniger, desto besser", "Sprache", by_language(harmless), columns)


def _matching(title: str, head: str, groups: Iterable[tuple[str, Sequence[Played]]]) -> Table:
    columns: dict[str, Callable[[Played], bool]] = {
        "richtig beantwortet": lambda one: one.right,
        "richtig zur Auswahl": lambda one: one.offered,
        "nur Falsches zur Auswahl": lambda one: one.misled,
        "falsch beantwortet": lambda one: one.wrong,
        "an Menschen": lambda one: one.handed_over,
    }
    return _shares(title, head, groups, columns)


def _shares(
    title: str,
    head: str,
    groups: Iterable[tuple[str, Sequence[Played]]],
    columns: dict[str, Callable[[Played], bool]],
) -> Table:
    table = Table(head, *columns, title=title, title_justify="left")
    for name, lines in groups:
        table.add_row(name, *(str(share(lines, holds)) for holds in columns.values()))
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


def _lines(console: Console, title: str, played: Sequence[Played]) -> None:
    if played:
        console.print(Text(f"{title}: {len(played)}", "bold"))
        for one in played[:_MOST]:
            console.print(Text(f"  {one.line.source}", "cyan"), Text(f"„{one.line.text}“ → {one.came}"))
        if len(played) > _MOST:
            console.print(Text(f"  … und {len(played) - _MOST} weitere (alle mit --json oder --html)"))


def _percent(value: float) -> str:
    return f"{value:.1%}".replace(".", ",")
