"""Response documents to responses: placeholders filled for one authority."""

from collections.abc import Iterable, Sequence

from bot.content.catalogue import Response, Source
from bot.content.findings import Finding, error
from bot.content.models import ResponseDocument
from bot.content.parsing import Entry
from bot.content.placeholders import Values, fill, unknown

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


def response(entry: Entry[ResponseDocument], known: Values, answered: Iterable[str]) -> Response:
    """The text as one authority says it; buttons only for what it answers."""
    value = entry.value
    names = set(answered)
    return Response(
        name=value.response,
        text={language: fill(text.strip(), language, known) for language, text in value.text.items()},
        choices=tuple(name for name in value.choices.split() if name in names),
        valid_until=value.valid_until,
        source=source(entry),
    )


def unfilled(entry: Entry[ResponseDocument], known: Values) -> list[Finding]:
    """Placeholders that this authority cannot fill."""
    found: list[Finding] = []
    for language in entry.value.text:
        for text, line in entry.document.lines(("text", language)):
            found.extend(error(entry.path, line, "placeholder", *wrong) for wrong in unknown(text, known))
    return found


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
