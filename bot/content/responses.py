"""Response documents to responses: placeholders filled for one authority."""

from collections.abc import Iterable, Mapping, Sequence

from bot.content.catalogue import Response, Source
from bot.content.findings import Finding, error
from bot.content.models import ResponseDocument
from bot.content.parsing import Entry
from bot.content.placeholders import Values, fill, unknown
from bot.content.places import PLACE
from bot.content.system import is_about_place

Regions = Mapping[str, Values]

Responses = dict[str, Entry[ResponseDocument]]


def of(entries: Sequence[Entry[ResponseDocument]], authority: str) -> Responses:
    """The texts an authority says: common ones and its own, its own winning."""
    common = {entry.value.response: entry for entry in entries if not entry.authority}
    own = {entry.value.response: entry for entry in entries if entry.authority == authority}
    return common | own


def source(entry: Entry[ResponseDocument], language: str = "") -> Source:
    """Where a response, or one language of it, stands."""
    place = ("text", language) if language else ("response",)
    return Source(entry.path, entry.document.line(place))


def response(entry: Entry[ResponseDocument], known: Values, regions: Regions, answered: Iterable[str]) -> Response:
    """The text as one authority says it; buttons only for what it answers."""
    value = entry.value
    names = set(answered)
    own = {**known, **PLACE} if is_about_place(value.response) else known
    return Response(
        name=value.response,
        text=_filled(value.text, own),
        choices=tuple(name for name in value.choices.split() if name in names),
        valid_until=value.valid_until,
        source=source(entry),
        regional={
            region: _filled(value.region_text, {**known, **values})
            for region, values in regions.items()
            if value.region_text and not _lacking(value.region_text, {**known, **values})
        },
    )


def unfilled(entry: Entry[ResponseDocument], known: Values, regions: Regions) -> list[Finding]:
    """Placeholders that this authority cannot fill; in a regional text, those that none of its regions can."""
    found: list[Finding] = []
    own = {**known, **PLACE} if is_about_place(entry.value.response) else known
    somewhere = {**known, **{name: value for values in regions.values() for name, value in values.items()}}
    for field, values in (("text", own), ("region_text", somewhere)):
        for language in getattr(entry.value, field):
            for text, line in entry.document.lines((field, language)):
                found.extend(error(entry.path, line, "placeholder", *wrong) for wrong in unknown(text, values))
    return found


def _filled(texts: Mapping[str, str], known: Values) -> dict[str, str]:
    return {language: fill(text.strip(), language, known) for language, text in texts.items()}


def _lacking(texts: Mapping[str, str], known: Values) -> bool:
    """A region without a number of its own has no regional text; the general one is said there."""
    return any(True for text in texts.values() for _ in unknown(text, known))


def duplicates(entries: Iterable[Entry[ResponseDocument]]) -> list[Finding]:
    """The same name twice in one scope: nobody could say which text wins."""
    found = []
    seen: dict[tuple[str, str], Source] = {}
    for entry in entries:
        here = source(entry)
        before = seen.setdefault((entry.authority, entry.value.response), here)
        if before != here:
            what = f"Die Antwort „{entry.value.response}“ gibt es schon in {before}."
            found.append(error(here.path, here.line, "duplicate-response", what, "eine der beiden löschen"))
    return found
