"""A folder of YAML to one checked catalogue, or to the reasons why not. Nothing is ever half loaded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.content import emergency, placeholders, responses, versions
from bot.content.catalogue import Authority, Catalogue, Example, Lexicon, Source, Thresholds
from bot.content.files import SourceFile, collect
from bot.content.findings import Finding, error, warning
from bot.content.intents import Intents
from bot.content.loaded import KnownFailure, Loaded
from bot.content.models import (
    AuthorityDocument,
    Content,
    DangerDocument,
    IntentDocument,
    KnownFailureDocument,
    ResponseDocument,
    ServicesDocument,
)
from bot.content.parsing import Entry, Parser, of_kind
from bot.content.places import Places
from bot.content.remembering import Memory
from bot.content.rules import coverage, lines, references, texts
from bot.content.thresholds import CAUTIOUS, ThresholdsDocument, thresholds

__all__ = ["Finding", "KnownFailure", "Loaded", "load"]

_parser = Parser()


def load(
    folder: Path, facts: Mapping[str, str] | None = None, *, today: date | None = None, kept: Path | None = None
) -> Loaded:
    """Read and check the content of `folder`, which holds intents/ and responses/.

    `facts` are the placeholders that the configuration fills (placeholders.FACTS names them). `kept` is a folder of
    our own, in which content without errors is remembered; what is remembered is not checked again.
    """
    files, found = collect(folder)
    facts, today = facts or {}, today or datetime.now(UTC).date()
    version = versions.of_content(files, facts)
    memory = Memory(kept, version, today) if kept is not None and not any(one.is_error for one in found) else None
    loaded = memory.recall() if memory is not None else None
    if loaded is None:
        loaded = _checked(files, facts, today, version, found)
        if memory is not None and loaded.catalogue is not None:
            memory.remember(loaded, loaded.catalogue)
    return replace(loaded, findings=tuple(sorted({*found, *loaded.findings})))


def _checked(
    files: Sequence[SourceFile], facts: Mapping[str, str], today: date, version: str, found: Sequence[Finding]
) -> Loaded:
    """`found` is what was wrong with the files before they were read."""
    entries, wrong = _parser.parse(files)
    reading = _Reading(files, entries, facts, today, version)
    catalogue = reading.catalogue()
    every = (*wrong, *_not_mere_consequences(reading.findings, [*found, *wrong]))
    if any(finding.is_error for finding in (*found, *every)):
        return Loaded(None, every)
    return Loaded(catalogue, every, tuple(_known_failures(entries)))


@dataclass
class _Reading:
    """One load under way."""

    files: Sequence[SourceFile]
    entries: Sequence[Entry[Content]]
    facts: Mapping[str, str]
    today: date
    version: str
    findings: list[Finding] = field(default_factory=list)

    def catalogue(self) -> Catalogue:
        texts_ = list(of_kind(self.entries, ResponseDocument))
        intents = Intents(of_kind(self.entries, IntentDocument))
        every_intent = tuple(intents.by_name.values())
        danger = tuple(emergency.danger_lines(of_kind(self.entries, DangerDocument)))
        places = Places(self.entries)
        authorities = [
            self._authority(entry, intents, texts_, places) for entry in of_kind(self.entries, AuthorityDocument)
        ]
        replies = coverage.spoken(texts_)
        lexicon = self._lexicon()

        self.findings += intents.findings
        self.findings += places.findings
        self.findings += responses.duplicates(texts_)
        self.findings += lines.check(every_intent, danger)
        self.findings += texts.check(texts_)
        self.findings += coverage.check_responses(texts_)
        self.findings += coverage.check_intents(every_intent, coverage.answered(texts_))
        self.findings += references.check_intents(every_intent, {one.id: set(one.responses) for one in authorities})
        self.findings += references.check_responses(texts_, {intent.name for intent in every_intent}, self.today)
        self.findings += self._folders([one.id for one in authorities])

        return Catalogue(
            version=self.version,
            training_version=versions.of_training(every_intent, authorities, danger, lexicon),
            authorities={one.id: one for one in authorities},
            danger=danger,
            lexicon=lexicon,
            thresholds=self._thresholds(),
            languages=replies,
        )

    def _authority(
        self,
        entry: Entry[AuthorityDocument],
        intents: Intents,
        texts_: Sequence[Entry[ResponseDocument]],
        places: Places,
    ) -> Authority:
        groups = sorted(of_kind(self.entries, ServicesDocument), key=lambda group: group.authority)
        services = [group.value.services for group in groups if group.authority in {"", entry.authority}]
        known = placeholders.values(entry.value, services, self.facts)
        own = responses.of(texts_, entry.authority)
        answered = {name: intent for name, intent in intents.of(entry.authority).items() if name in own}
        regions = places.regions(entry.value, known)
        table = places.of(entry.authority)
        filled = {}
        for name, text in own.items():
            filled[name] = responses.response(text, known, regions, answered)
            self.findings += responses.unfilled(text, known, regions)
            self.findings += texts.check_filled(text, filled[name])
        self.findings += references.check_authority(entry, self.today)
        self.findings += references.check_system(entry.authority, own, places=bool(table))
        return Authority(
            id=entry.authority,
            name=entry.value.name,
            contacts={key: placeholders.contact(value) for key, value in entry.value.contacts.items()},
            channels={key: placeholders.contact(value) for key, value in placeholders.channels(entry.value).items()},
            intents=answered,
            responses=filled,
            places=table,
            regions={region: dict(values["region.name"]) for region, values in regions.items()},
        )

    def _lexicon(self) -> Lexicon:
        lexicon, wrong = emergency.lexicon(self.entries)
        self.findings += wrong
        if not lexicon.signals:
            what = "Es gibt kein Lexikon der ausdrücklichen Gefahr."
            self.findings.append(
                warning("intents/emergency/lexicon.yaml", 1, "no-lexicon", what, "Datei wiederherstellen")
            )
        return lexicon

    def _thresholds(self) -> Thresholds:
        for entry in of_kind(self.entries, ThresholdsDocument):
            return thresholds(entry.value)
        what = "Die Schwellen fehlen; es gelten vorsichtige Werte."
        self.findings.append(warning("intents/thresholds.yaml", 1, "no-thresholds", what, "Datei wiederherstellen"))
        return CAUTIOUS

    def _folders(self, known: Sequence[str]) -> Iterator[Finding]:
        """Folders of an authority without authority.yaml, and content without any authority."""
        if not known:
            yield error(
                "responses", 1, "no-authority", "Es gibt keine Behörde.", "responses/<name>/authority.yaml anlegen"
            )
        for file in self.files:
            if file.authority and file.authority not in known:
                folder = "/".join(file.path.split("/")[:2])
                what = f"Zum Ordner „{file.authority}“ gibt es keine (gültige) authority.yaml."
                yield error(folder, 1, "no-authority", what, f"responses/{file.authority}/authority.yaml anlegen")


def _not_mere_consequences(found: Sequence[Finding], causes: Sequence[Finding]) -> Iterator[Finding]:
    """Findings without those that only say that a broken file could not be read."""
    broken = {cause.path for cause in causes if cause.is_error}
    hidden: set[str] = set()
    if any(path.startswith("intents") for path in broken):
        hidden |= {"no-intent", "unknown-choice"}
    if any(path.startswith("responses") for path in broken):
        hidden |= {"no-response", "no-system-text"}
    if any(path.endswith(("authority.yaml", "services.yaml")) for path in broken):
        hidden |= {"placeholder", "no-authority", "no-response"}
    if "intents/thresholds.yaml" in broken:
        hidden.add("no-thresholds")
    if "intents/emergency/lexicon.yaml" in broken:
        hidden.add("no-lexicon")
    return (finding for finding in found if finding.code not in hidden)


def _known_failures(entries: Sequence[Entry[Content]]) -> Iterator[KnownFailure]:
    for entry in of_kind(entries, KnownFailureDocument):
        for language in entry.value.lines:
            for text, line in entry.document.lines(("lines", language)):
                yield KnownFailure(entry.value.known_failure, Example(text, language, Source(entry.path, line)))
