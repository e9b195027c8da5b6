"""What PyYAML complains about, in German and with a remedy."""

import yaml

from bot.content.findings import Finding, error

_INDENT = ("Die Einrückung passt nicht zu den Zeilen darüber.", "gleich weit einrücken wie die Nachbarzeilen")
_QUOTE = 'den Wert in gerade Anführungszeichen "…" setzen'

# A part of PyYAML's message → what, remedy. Both its parsers (libyaml and Python) word most of them alike.
_GERMAN = {
    "mapping values are not allowed": ("Hier ist ein Doppelpunkt zu viel.", f"{_QUOTE} oder als Block (|) schreiben"),
    "could not find expected ':'": (
        "Hier fehlt ein Doppelpunkt, oder die Zeile ist nicht weit genug eingerückt.",
        "Text eines Blocks vier Leerzeichen einrücken",
    ),
    "did not find expected key": _INDENT,
    "expected <block end>": _INDENT,
    "expected <document start>": _INDENT,
    "did not find expected '-' indicator": (
        "Die Einrückung der Liste passt nicht.",
        "alle „-“ gleich weit einrücken",
    ),
    "cannot start any token": ("Mit diesem Zeichen darf kein Wert beginnen.", _QUOTE),
    "found unexpected end of stream": (
        "Ein Anführungszeichen wird nicht geschlossen.",
        "das schließende Anführungszeichen ergänzen",
    ),
    "did not find expected ',' or": (
        "Eine Klammer wird nicht geschlossen.",
        f"die Klammer schließen oder {_QUOTE}",
    ),
    "expected alphabetic or numeric": ("„*“ oder „&“ darf nicht am Anfang eines Werts stehen.", _QUOTE),
    "leading spaces": (
        "Eine leere Zeile am Anfang des Blocks ist weiter eingerückt als der Text.",
        "die leere Zeile löschen",
    ),
}


def in_german(broken: yaml.MarkedYAMLError, path: str) -> Finding:
    """The finding for a file that is no YAML at all."""
    mark = broken.problem_mark or broken.context_mark
    line = mark.line + 1 if mark else 1
    for english, (what, remedy) in _GERMAN.items():
        if english in (broken.problem or ""):
            return error(path, line, "yaml", what, remedy)
    what = "So ist die Datei kein gültiges YAML."
    return error(path, line, "yaml", what, "Einrückung und Doppelpunkte dieser und der vorigen Zeile prüfen")
