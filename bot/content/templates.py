"""Short forms for example lines: `[word]` may be left out, `(a|b)` is one of several."""

import re
from itertools import product

EXPANSION_LIMIT = 64
"""Expansions of one line. `[a][b][c]…` doubles with every group, and nobody reads the result."""

_GROUP = re.compile(r"\[([^\[\]()|]*)\]|\(([^\[\]()]*)\)")
_MARKS = re.compile(r"[\[\]()|]")
_SPACES = re.compile(r"\s+")


class TemplateError(ValueError):
    """The line cannot be expanded. `args` are what and remedy, in German."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy


def expand(line: str) -> tuple[str, ...]:
    """All lines that a template stands for, in the order they are written; the line itself if it is none."""
    if not _MARKS.search(line):
        return (line,)
    parts: list[list[str]] = []
    count = 1
    end = 0
    for group in _GROUP.finditer(line):
        parts.append([_literal(line[end : group.start()])])
        options = ["", group[1]] if group[1] is not None else _alternatives(group[2])
        count *= len(options)
        if count > EXPANSION_LIMIT:
            raise TemplateError(
                f"Die Zeile steht für mehr als {EXPANSION_LIMIT} Sätze.", "in mehrere einfachere Zeilen aufteilen"
            )
        parts.append(options)
        end = group.end()
    parts.append([_literal(line[end:])])
    spelled = (_SPACES.sub(" ", "".join(pieces)).strip() for pieces in product(*parts))
    return tuple(dict.fromkeys(text for text in spelled if text))


def _literal(text: str) -> str:
    if stray := _MARKS.search(text):
        what = f"„{stray.group()}“ steht hier ohne Gegenstück oder verschachtelt."
        raise TemplateError(what, "so schreiben: [darf fehlen] oder (eins|anderes); sonst das Zeichen weglassen")
    return text


def _alternatives(inside: str) -> list[str]:
    options = inside.split("|")
    if len(options) < 2:
        what = f"„({inside})“ hat nur eine Möglichkeit."
        raise TemplateError(what, "Klammern weglassen, oder [ ] für ein Wort, das fehlen darf")
    return options
