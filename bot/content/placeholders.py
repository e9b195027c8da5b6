"""`{contacts.press.phone}` and its kind: numbers and links stand once, texts refer to them by name."""

import re
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from bot.content.catalogue import Contact, Source
from bot.content.models import AuthorityDocument, ContactEntry, Texts
from bot.content.parsing import Entry

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KINDS = ("phone", "phone2", "phone3", "fax", "mail", "url", "url2", "address", "hours", "name")

FACTS: Mapping[str, str] = {"retention_days": "90", "privacy_url": "/datenschutz"}
"""What the configuration adds to the content, with the values used where nobody configured anything."""

Values = Mapping[str, Mapping[str, str]]
"""Placeholder → language → text; the language "" serves all."""


def contact(entry: ContactEntry) -> Contact:
    """A checked entry as the catalogue keeps it, German where it has languages."""
    values = {kind: _german(getattr(entry, kind)) for kind in _KINDS if getattr(entry, kind)}
    return Contact(values, entry.source, entry.checked)


def channels(document: AuthorityDocument) -> dict[str, ContactEntry]:
    """The authority's channels by platform."""
    return {channel.platform: channel for channel in document.channels}


def values(
    authority: AuthorityDocument, services: Iterable[Mapping[str, ContactEntry]], facts: Mapping[str, str]
) -> Values:
    """Everything a text of this authority may refer to."""
    found: dict[str, Mapping[str, str]] = {name: {"": value} for name, value in {**FACTS, **facts}.items()}
    found["name"] = authority.name
    found["short_name"] = authority.short_name or authority.name
    found.update(_entries("contacts", authority.contacts))
    found.update(_entries("channels", channels(authority)))
    for group in services:
        found.update(_entries("services", group))
    return found


def fill(text: str, language: str, known: Values) -> str:
    """The text with every known placeholder replaced; unknown ones stay and are reported by `unknown`."""

    def value(found: re.Match[str]) -> str:
        texts = known.get(found[1].strip(), {})
        return texts.get(language) or texts.get("") or texts.get("de") or found[0]

    return PLACEHOLDER.sub(value, text)


def unknown(text: str, known: Values) -> Iterator[tuple[str, str]]:
    """What is wrong with the placeholders of one line: what, remedy."""
    for found in PLACEHOLDER.finditer(text):
        name = found[1].strip()
        if name not in known:
            near = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=60)
            remedy = f"meinten Sie {{{near[0]}}}?" if near else "in authority.yaml oder services.yaml eintragen"
            yield f"{{{name}}} gibt es nicht.", remedy
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        yield "Eine geschweifte Klammer hat kein Gegenstück.", "so schreiben: {contacts.press.phone}"


def missing_german(entry: Entry[AuthorityDocument]) -> Iterator[tuple[Source, str]]:
    """Names without a German form; German is the language of last resort."""
    for field in ("name", "short_name"):
        texts = getattr(entry.value, field)
        if texts and "de" not in texts:
            yield Source(entry.path, entry.document.line((field,))), field


def _entries(prefix: str, entries: Mapping[str, ContactEntry]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for key, entry in entries.items():
        for kind in _KINDS:
            if value := getattr(entry, kind):
                yield f"{prefix}.{key}.{kind}", value if isinstance(value, dict) else {"": value}


def _german(value: Texts | str) -> str:
    return value if isinstance(value, str) else value.get("de") or next(iter(value.values()))
