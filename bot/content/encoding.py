"""Bytes of a content file to text, refusing the characters that editors cannot see and parsers stumble over."""

import codecs
import re

from bot.content.findings import Finding, error

SIZE_LIMIT = 1024 * 1024
"""Bytes. The largest sensible topic is a hundredth of this; a bigger file is a mistake or an attack."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_STRUCTURE_SPACES = re.compile("^ *[\u202f\u2007\u3000]")
_HIDDEN = {
    "\t": ("tab", "ein Tabulator", "durch Leerzeichen ersetzen (zwei je Stufe)"),
    "\u00a0": ("nbsp", "ein geschütztes Leerzeichen", "durch ein normales Leerzeichen ersetzen"),
    "\ufeff": ("bom", "ein unsichtbares Zeichen (BOM)", "das Zeichen löschen, Datei als „UTF-8“ ohne BOM speichern"),
}
_HIDDEN_PATTERN = re.compile("[\t\u00a0\ufeff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_PATTERNS = (_HIDDEN_PATTERN, _STRUCTURE_SPACES, _DIRECTION, _CONTROL)
_ANY = re.compile("|".join(pattern.pattern for pattern in _PATTERNS), re.MULTILINE)
"""Nearly every file has none of it, which is seen at one glance."""


def decode(raw: bytes, path: str) -> tuple[str, list[Finding]]:
    """The text of a file, or "" and why not. Every finding is an error."""
    if len(raw) > SIZE_LIMIT:
        return "", [error(path, 1, "file-size", "Die Datei ist größer als 1 MiB.", "in mehrere Themen aufteilen")]
    if raw.startswith(_UTF16):
        return "", [error(path, 1, "utf-16", "Die Datei ist als UTF-16 gespeichert.", "als „UTF-8“ speichern")]
    if raw.startswith(codecs.BOM_UTF8):
        what = "Die Datei beginnt mit einem unsichtbaren Zeichen (BOM)."
        return "", [error(path, 1, "bom", what, "im Editor als „UTF-8“ ohne BOM speichern")]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as broken:
        return "", [_not_utf8(raw, broken, path)]
    findings = _endings(text, path) + _characters(text, path)
    return ("" if findings else text), findings


def _not_utf8(raw: bytes, broken: UnicodeDecodeError, path: str) -> Finding:
    line = raw.count(b"\n", 0, broken.start) + 1
    begin = raw.rfind(b"\n", 0, broken.start) + 1
    around = raw[max(begin, broken.start - 12) : broken.start + 8].split(b"\n")[0].decode("cp1252", "replace")
    what = f"Das ist kein UTF-8, vermutlich Windows-1252 (bei „{around.strip()}“)."
    return error(path, line, "encoding", what, "im Editor als „UTF-8“ speichern und die Umlaute prüfen")


def _endings(text: str, path: str) -> list[Finding]:
    at = text.find("\r")
    if at < 0:
        return []
    line = text.count("\n", 0, at) + 1
    return [
        error(
            path, line, "crlf", "Die Zeilen enden wie unter Windows (CRLF).", "im Editor Zeilenenden „LF“ einstellen"
        )
    ]


def _characters(text: str, path: str) -> list[Finding]:
    if not _ANY.search(text):
        return []
    return [finding for number, line in enumerate(text.split("\n"), 1) for finding in _line(line, number, path)]


def _line(line: str, number: int, path: str) -> list[Finding]:
    found = []
    if hidden := _HIDDEN_PATTERN.search(line):
        code, what, remedy = _HIDDEN[hidden.group()]
        place = f"Spalte {hidden.start() + 1}"
        found.append(error(path, number, code, f"Hier steht {what} ({place}).", remedy))
    if _STRUCTURE_SPACES.search(line):
        what = "Die Einrückung enthält ein besonderes Leerzeichen."
        found.append(error(path, number, "nbsp", what, "durch normale Leerzeichen ersetzen"))
    if _DIRECTION.search(line):
        what = "Hier steht ein unsichtbares Zeichen, das die Schreibrichtung umkehrt."
        found.append(error(path, number, "direction", what, "das Zeichen löschen"))
    if control := _CONTROL.search(line):
        what = f"Hier steht ein Steuerzeichen (U+{ord(control.group()):04X})."
        found.append(error(path, number, "control", what, "das Zeichen löschen"))
    return found
