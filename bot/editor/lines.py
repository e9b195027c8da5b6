"""The lines that are played to measure: held-out danger, the intents' tests, and what comes in files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from bot.content.catalogue import Catalogue, Danger, Source
from bot.editor.jsonl import read_rows
from bot.errors import ContentError

HUMAN = "human"
"""The command by which somebody wants a person."""
ASK = "ask"
"""Several places have this name: the citizen is asked which."""
OUTSIDE = "outside"
"""The authority is not responsible for this place."""


class Sort(StrEnum):
    """What a line is for."""

    ACUTE = "acute"
    CRISIS = "crisis"
    HARD = "harmless"
    """Harmless, and sounds dangerous."""
    EVERYDAY = "everyday"
    """Harmless, and sounds so."""
    QUESTION = "question"
    """One of the expected intents answers it."""
    PEOPLE = "people"
    """Nothing answers it, or a person is wanted."""
    PLACE = "place"
    """It names a place; the answer must be that of its region."""

    @property
    def is_danger(self) -> bool:
        return self in {Sort.ACUTE, Sort.CRISIS}


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a person would send it first, and what it should come to."""

    text: str = field(repr=False)
    """Kept out of test output: who writes content must not read what it is measured with."""
    language: str
    authority: str
    sort: Sort
    source: Source
    expect: tuple[str, ...] = ()
    """Intents; any of them is right. Hard harmless lines may expect one, too."""
    region: str = ""
    """With PLACE: the region, or `ASK` or `OUTSIDE`."""


class _Row(BaseModel):
    """A line of a file: the fields of all three forms that such files have."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1)
    language: str = Field("", validation_alias=AliasChoices("language", "lang"))
    authority: str = ""
    kind: str = ""
    danger: Literal["", "acute", "crisis", "harmless", "everyday"] = ""
    expect: list[str] | None = None
    region: str = ""


_KINDS = {
    "acute": Sort.ACUTE,
    "crisis": Sort.CRISIS,
    "harmless-hard": Sort.HARD,
    "harmless": Sort.HARD,
    "everyday": Sort.EVERYDAY,
    "people": Sort.PEOPLE,
    "place": Sort.PLACE,
}


def held_out(catalogue: Catalogue, authority: str) -> Iterator[Line]:
    """Every line of the emergency data that nothing is learnt from, put to one authority."""
    sorts = {Danger.ACUTE: Sort.ACUTE, Danger.CRISIS: Sort.CRISIS, Danger.HARMLESS: Sort.HARD}
    for line in catalogue.danger:
        if line.held_out:
            yield Line(line.text, line.language, authority, sorts[line.danger], line.source)


def intent_tests(catalogue: Catalogue, authorities: Sequence[str]) -> Iterator[Line]:
    """The test lines of every intent, put to each of the authorities that answers it."""
    for authority in authorities:
        for intent in catalogue.authorities[authority].intents.values():
            sort = Sort.PEOPLE if intent.command == HUMAN else Sort.QUESTION
            for test in intent.tests:
                yield Line(test.text, test.language, authority, sort, test.source, (intent.name,))


def from_file(path: Path, catalogue: Catalogue, authority: str) -> list[Line]:
    """The lines of a JSONL file.

    A line without an authority goes to the one that the file is called after, else to `authority`. Raises
    ContentError where a line names an authority that there is not.
    """
    office = path.stem if path.stem in catalogue.authorities else authority
    lines: list[Line] = []
    for number, row in enumerate(read_rows(path, _Row), 1):
        where = row.authority or office
        if where not in catalogue.authorities:
            there = ", ".join(sorted(catalogue.authorities))
            raise ContentError(f"{path}: Zeile {number}: Die Behörde „{where}“ gibt es nicht. Es gibt: {there}.")
        source = Source(path.name, number)
        expect = tuple(row.expect or ())
        lines.append(Line(row.text, row.language, where, _sort(row), source, expect, row.region))
    return lines


def _sort(row: _Row) -> Sort:
    if row.danger or row.kind in _KINDS:
        return _KINDS[row.danger or row.kind]
    if row.expect is None:
        return Sort.EVERYDAY  # a bare collection of sentences: nobody in it is in danger
    return Sort.QUESTION if row.expect else Sort.PEOPLE
