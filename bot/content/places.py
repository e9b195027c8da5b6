"""Place documents to places, and what a region adds to the placeholders of a text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.content.catalogue import Place, Source
from bot.content.findings import Finding, error
from bot.content.models import AuthorityDocument, Content, OutsideDocument, RegionDocument, WordPlacesDocument
from bot.content.parsing import Entry, of_kind
from bot.content.placeholders import Values
from bot.text.fold import fold

_NOT_LETTERS = re.compile(r"\W+")
LABEL_LIMIT = 40
"""Characters of a place's name; it must fit on a button or in a list."""

PLACE: Values = {"place": {"": "{place}"}}
"""Stays in the text until the place is known."""


class Places:
    """The place tables of all authorities."""

    def __init__(self, entries: Sequence[Entry[Content]]) -> None:
        self.findings: list[Finding] = []
        self._regions = list(of_kind(entries, RegionDocument))
        self._outside = list(of_kind(entries, OutsideDocument))
        self._words = list(of_kind(entries, WordPlacesDocument))

    def of(self, authority: str) -> tuple[Place, ...]:
        """All places of one authority."""
        words = {
            fold(text)
            for entry in self._words
            if entry.authority == authority
            for text, _ in entry.document.lines(("also_words",))
        }
        found: dict[str, Place] = {}
        for place, source in self._lines(authority):
            before = found.setdefault(place.key, place)
            if before is not place:
                what = f"Den Ort „{place.name}“ gibt es zweimal."
                remedy = "unterscheidbar benennen: Hanstedt (Harburg); Hanstedt"
                self.findings.append(error(source.path, source.line, "duplicate-place", what, remedy))
        return tuple(
            replace(place, word=True) if any(fold(name) in words for name in place.names) else place
            for place in found.values()
        )

    def regions(self, document: AuthorityDocument, known: Values) -> Mapping[str, Values]:
        """By region the placeholders that only a text for a known place may use."""
        found: dict[str, Values] = {}
        for entry in self._regions:
            if entry.authority != document.authority:
                continue
            values: dict[str, Mapping[str, str]] = {**PLACE, "region.name": entry.value.name}
            for kind, group, key in (
                ("channel", "channels", entry.value.channel),
                ("contact", "contacts", entry.value.contact),
            ):
                of_entry = {name: value for name, value in known.items() if name.startswith(f"{group}.{key}.")}
                if key and not of_entry:
                    here = entry.document.line((kind,))
                    what = f"„{key}“ steht nicht unter „{group}“ in authority.yaml."
                    self.findings.append(error(entry.path, here, "unknown-entry", what, "den Schlüssel prüfen"))
                for name, value in of_entry.items():
                    values[f"region.{kind}.{name.rpartition('.')[2]}"] = value
            found[entry.value.region] = values
        return found

    def _lines(self, authority: str) -> Iterator[tuple[Place, Source]]:
        for entry in self._regions:
            if entry.authority == authority:
                for text, line in entry.document.lines(("places",)):
                    yield from self._place(text, entry.value.region, Source(entry.path, line))
        for other in self._outside:
            if other.authority == authority:
                for text, line in other.document.lines(("outside",)):
                    yield from self._place(text, "", Source(other.path, line))

    def _place(self, text: str, region: str, source: Source) -> Iterator[tuple[Place, Source]]:
        fields = [field.strip() for field in text.split(";") if field.strip()]
        names = [field for field in fields if not field.isdigit()]
        codes = [field for field in fields if field.isdigit()]
        if not names or fields[0] != names[0] or len(names[0]) > LABEL_LIMIT or any(len(code) != 5 for code in codes):
            what = f"Die Zeile „{text}“ ist kein Ort."
            remedy = "so schreiben: Winsen (Luhe); Winsen; 21423"
            self.findings.append(error(source.path, source.line, "place", what, remedy))
            return
        key = _NOT_LETTERS.sub("-", names[0].casefold()).strip("-")
        yield Place(key if region else f"x-{key}", names[0], tuple(names), tuple(codes), region), source
