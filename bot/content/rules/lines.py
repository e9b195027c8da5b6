"""No line teaches two things, and nothing that is measured has been learnt."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import combinations

from bot.content.catalogue import Danger, DangerLine, Intent, Source
from bot.content.findings import Finding, error, warning

_NO_WORD = re.compile(r"[\W_]+")


class Role(Enum):
    """What a line is for."""

    EXAMPLE = "Beispiel"
    COUNTER_EXAMPLE = "Gegenbeispiel"
    TEST = "Prüfsatz"
    LEARNT = "gelernte Zeile"
    HELD_OUT = "zurückgehaltene Zeile"


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a line stands. `owner` is an intent's name or a kind of danger."""

    role: Role
    owner: str
    authority: str
    language: str
    source: Source


@lru_cache(maxsize=100_000)  # most lines are the same at the next load
def spelled(text: str) -> str:
    """The line without case, punctuation and spacing: what counts as the same line."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NO_WORD.sub(" ", folded).strip() or text


def check(intents: Iterable[Intent], danger: Iterable[DangerLine]) -> Iterator[Finding]:
    """Every contradiction and leak between lines, once for each pair of places."""
    uses: dict[str, list[Use]] = {}
    for text, use in _uses(intents, danger):
        uses.setdefault(spelled(text), []).append(use)
    reported: set[tuple[Source, Source]] = set()
    for same in uses.values():
        if len(same) > 1:
            for first, second in combinations(same, 2):
                if first.source != second.source and (first.source, second.source) not in reported:
                    reported.add((first.source, second.source))
                    yield from _pair(first, second)


def _uses(intents: Iterable[Intent], danger: Iterable[DangerLine]) -> Iterator[tuple[str, Use]]:
    for intent in intents:
        fields = (
            (Role.EXAMPLE, intent.examples),
            (Role.COUNTER_EXAMPLE, intent.counter_examples),
            (Role.TEST, intent.tests),
        )
        for role, examples in fields:
            for example in examples:
                yield example.text, Use(role, intent.name, intent.authority, example.language, example.source)
    for line in danger:
        role = Role.HELD_OUT if line.held_out else Role.LEARNT
        yield line.text, Use(role, line.danger.value, "", line.language, line.source)


def _pair(first: Use, second: Use) -> Iterator[Finding]:
    roles = {first.role, second.role}
    pair = (first, second)
    if roles <= {Role.LEARNT, Role.HELD_OUT}:
        yield from _danger_pair(pair, roles)
    elif roles & {Role.LEARNT, Role.HELD_OUT}:
        yield from _mixed_pair(pair, roles)
    elif first.owner != second.owner:
        if Role.COUNTER_EXAMPLE not in roles and _meet(first, second):
            what = f"Dieselbe Zeile steht in „{first.owner}“ und „{second.owner}“"
            yield _wrong("same-line", what, pair, "in einem der beiden Anliegen löschen")
    elif first.authority == second.authority:
        yield from _own_pair(pair, roles)


def _danger_pair(pair: tuple[Use, Use], roles: set[Role]) -> Iterator[Finding]:
    if len(roles) == 2:
        what = "Dieselbe Zeile wird gelernt und zurückgehalten"
        yield _wrong("held-out-learnt", what, pair, "an einer der beiden Stellen löschen")
    elif pair[0].owner != pair[1].owner:
        what = f"Dieselbe Zeile ist einmal {pair[0].owner}, einmal {pair[1].owner}"
        yield _wrong("contradiction", what, pair, "entscheiden und eine der beiden löschen")
    else:
        yield _repeated(pair)


def _mixed_pair(pair: tuple[Use, Use], roles: set[Role]) -> Iterator[Finding]:
    danger = next(use for use in pair if use.role in {Role.LEARNT, Role.HELD_OUT})
    if roles == {Role.EXAMPLE, Role.HELD_OUT}:
        what = "Eine zurückgehaltene Zeile steht auch als Beispiel da und würde gelernt"
        yield _wrong("held-out-learnt", what, pair, "an einer der beiden Stellen löschen")
    elif danger.owner != Danger.HARMLESS and roles & {Role.EXAMPLE, Role.TEST}:
        what = "Dieselbe Zeile ist ein Anliegen und eine Gefahr"
        yield _wrong("contradiction", what, pair, "im Anliegen löschen, wenn sie Gefahr bedeuten kann")
    elif roles == {Role.TEST, Role.LEARNT}:
        what = f"Der Prüfsatz wird als harmlos gelernt (auch {danger.source})."
        test = next(use for use in pair if use.role is Role.TEST)
        yield warning(test.source.path, test.source.line, "test-learnt", what, "einen anderen Prüfsatz wählen")


def _own_pair(pair: tuple[Use, Use], roles: set[Role]) -> Iterator[Finding]:
    if roles == {Role.EXAMPLE, Role.TEST}:
        what = "Der Prüfsatz ist zugleich ein Beispiel"
        yield _wrong("test-is-example", what, pair, "einen anderen Prüfsatz wählen")
    elif roles == {Role.EXAMPLE, Role.COUNTER_EXAMPLE}:
        what = "Dieselbe Zeile ist Beispiel und Gegenbeispiel"
        yield _wrong("contradiction", what, pair, "entscheiden und eine der beiden löschen")
    elif len(roles) == 1 and pair[0].language == pair[1].language:
        yield _repeated(pair)


def _meet(first: Use, second: Use) -> bool:
    """Both could be asked of the same authority."""
    return not (first.authority and second.authority) or first.authority == second.authority


def _wrong(code: str, what: str, pair: Sequence[Use], remedy: str) -> Finding:
    first, second = pair
    return error(second.source.path, second.source.line, code, f"{what} (auch {first.source}).", remedy)


def _repeated(pair: Sequence[Use]) -> Finding:
    first, second = pair
    what = f"Die Zeile wiederholt {first.source}."
    return warning(second.source.path, second.source.line, "repeated", what, "löschen")
