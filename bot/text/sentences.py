"""Where one thought ends and the next begins, also for people who type without full stops."""

import re
from collections.abc import Iterator

_ENDS = re.compile(r"(?:[.!?…;\u061f\u06d4]+(?=\s|$)|[!?؟]+|\n+|(?<=\s)[-–—](?=\s))")
_ABBREVIATIONS = re.compile(
    r"\b(?:[a-zA-Z]|[0-9]{1,2}|bzw|usw|ca|dr|nr|str|evtl|ggf|inkl|tel|st|prof|hr|fr|mr|mrs|ms|etc|vgl|abs|min|max)\.$",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(r"(?<=\w)[,\u060c:]\s+(?=\w)")
_WINDOW = 24
"""Words of one window over text without punctuation; a spoken sentence is rarely longer."""
_CLAUSE = 7
"""Words of one window over a sentence whose commas may be left out; most clauses are no longer."""
_CLAUSE_STEP = 3


def sentences(text: str) -> list[str]:
    """The sentences of a cleaned text, each with its end mark, none empty."""
    found: list[str] = []
    start = 0
    for end in _ENDS.finditer(text):
        piece = text[start : end.end()]
        if end[0] == "." and _ABBREVIATIONS.search(piece[-8:]):
            continue
        if piece.strip():
            found.append(piece.strip())
        start = end.end()
    rest = text[start:].strip()
    if rest:
        found.append(rest)
    return found


def clauses(sentence: str) -> list[str]:
    """A sentence of a cleaned text, parted at its commas and colons."""
    return _CLAUSE_ENDS.split(sentence)


def windows(folded: str) -> Iterator[str]:
    """Overlapping stretches of a long folded sentence, as voice input and haste produce them; else the sentence."""
    words = folded.split()
    if len(words) <= _WINDOW + _WINDOW // 2:
        yield folded
        return
    for start in range(0, len(words) - _WINDOW // 2, _WINDOW // 2):
        yield " ".join(words[start : start + _WINDOW])


def clause_windows(folded: str) -> Iterator[str]:
    """Overlapping stretches of a folded sentence as long as a clause; none where it is hardly longer itself."""
    words = folded.split()
    spare = len(words) - _CLAUSE
    if spare < _CLAUSE_STEP:
        return
    steps = -(-spare // _CLAUSE_STEP)
    for step in range(steps + 1):
        start = round(step * spare / steps)
        yield " ".join(words[start : start + _CLAUSE])
