"""Every intent has its answer, every answer its intent, and buttons lead somewhere."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from bot.content.catalogue import Intent, Source
from bot.content.findings import Finding, error, warning
from bot.content.models import AuthorityDocument, ContactEntry, ResponseDocument
from bot.content.parsing import Entry
from bot.content.placeholders import missing_german
from bot.content.responses import Responses, source
from bot.content.system import REQUIRED, REQUIRED_WITH_PLACES, is_danger, is_system

EXPIRY_NOTICE = timedelta(days=14)
CHECK_INTERVAL = timedelta(days=365)
_SYSTEM = (*REQUIRED, *REQUIRED_WITH_PLACES)


def check_intents(intents: Iterable[Intent], answered: Mapping[str, AbstractSet[str]]) -> Iterator[Finding]:
    """Intents that nobody answers. `answered`: authority → names of its responses."""
    everything = set[str]().union(*answered.values())
    for intent in intents:
        names = answered.get(intent.authority, set()) if intent.authority else everything
        if intent.name not in names:
            what = f"Für das Anliegen „{intent.name}“ gibt es keine Antwort."
            remedy = f"unter responses/ eine Antwort „response: {intent.name}“ anlegen"
            yield _error(intent.source, "no-response", what, remedy)


def check_responses(
    entries: Iterable[Entry[ResponseDocument]], intents: AbstractSet[str], today: date
) -> Iterator[Finding]:
    """Answers to nothing, buttons to nowhere, texts past their time."""
    for entry in entries:
        name = entry.value.response
        if not is_system(name) and name not in intents:
            what = f"Zur Antwort „{name}“ gibt es kein Anliegen."
            yield _error(
                source(entry), "no-intent", what, _did_you_mean(name, intents, "unter intents/ anlegen oder löschen")
            )
        if is_system(name) and name not in _SYSTEM:
            what = f"Der Text „{name}“ wird nirgends verwendet."
            remedy = _did_you_mean(name, _SYSTEM, "löschen")
            yield warning(entry.path, source(entry).line, "unused", what, remedy)
        for choice in entry.value.choices.split():
            if choice not in intents:
                here = Source(entry.path, entry.document.line(("choices",)))
                what = f"Die Schaltfläche „{choice}“ führt zu keinem Anliegen."
                yield _error(here, "unknown-choice", what, _did_you_mean(choice, intents, "den Namen prüfen"))
        yield from _expiry(entry, today)


def check_system(authority: str, texts: Responses, *, places: bool) -> Iterator[Finding]:
    """Texts that the program cannot do without."""
    for name in _SYSTEM if places else REQUIRED:
        if name not in texts:
            what = f"Der Text „{name}“ fehlt (für {authority})."
            yield error("responses/common", 1, "no-system-text", what, f"„response: {name}“ anlegen")


def check_authority(entry: Entry[AuthorityDocument], today: date) -> Iterator[Finding]:
    """The folder's name, German names, and contacts that nobody has looked at for a year."""
    value = entry.value
    if value.authority != entry.authority:
        here = Source(entry.path, entry.document.line(("authority",)))
        what = f"Die Behörde „{value.authority}“ liegt im Ordner „{entry.authority}“."
        yield _error(here, "authority-folder", what, "Ordner und „authority“ gleich benennen")
    for here, field in missing_german(entry):
        yield _error(here, "no-german", f"Bei „{field}“ fehlt „de“.", "die deutsche Fassung ergänzen")
    for place, contact in _contacts(entry):
        yield from _outdated(entry.path, entry.document.line(place), str(place[-1]), contact, today)


def _contacts(entry: Entry[AuthorityDocument]) -> Iterator[tuple[tuple[str | int, ...], ContactEntry]]:
    for key, contact in entry.value.contacts.items():
        yield ("contacts", key), contact
    for index, channel in enumerate(entry.value.channels):
        yield ("channels", index, "platform"), channel


def _outdated(path: str, line: int, name: str, contact: ContactEntry, today: date) -> Iterator[Finding]:
    if today - contact.checked > CHECK_INTERVAL:
        what = f"Der Eintrag „{name}“ wurde zuletzt am {contact.checked} geprüft."
        yield warning(path, line, "outdated", what, "an der Quelle prüfen und „checked“ erneuern")


def _expiry(entry: Entry[ResponseDocument], today: date) -> Iterator[Finding]:
    until = entry.value.valid_until
    if until is None:
        return
    line = entry.document.line(("valid_until",))
    if is_danger(entry.value.response):
        yield error(
            entry.path, line, "danger-expires", "Ein Notfalltext darf nicht ablaufen.", "„valid_until“ löschen"
        )
    elif until < today:
        # no error: the content must still load on the day after, with this text left unsaid
        what = f"Der Text ist seit {until} abgelaufen und wird nicht mehr gesagt."
        yield warning(entry.path, line, "expired", what, "den Text prüfen und das Datum erneuern")
    elif until - today <= EXPIRY_NOTICE:
        what = f"Der Text läuft am {until} ab."
        yield warning(entry.path, line, "expires-soon", what, "den Text prüfen und das Datum erneuern")


def _did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    near = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=75)
    return f"meinten Sie „{near[0]}“? Sonst {otherwise}" if near else otherwise


def _error(here: Source, code: str, what: str, remedy: str) -> Finding:
    return error(here.path, here.line, code, what, remedy)
