"""Approved answers that a press officer may put into a reply."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from bot.content.catalogue import Authority, Catalogue, Response


class Approved(NamedTuple):
    """One entry of the list to choose from."""

    name: str
    title: str


def titles(catalogue: Catalogue | None, authority: str) -> Mapping[str, str]:
    """What the topics of this authority are called, by intent."""
    found = _authority(catalogue, authority)
    return {name: intent.title for name, intent in found.intents.items()} if found else {}


def choices(catalogue: Catalogue | None, authority: str, today: date) -> list[Approved]:
    """Every answer to a topic of this authority that may be said today, by title."""
    found = _authority(catalogue, authority)
    if found is None:
        return []
    usable = [
        Approved(name, intent.title)
        for name, intent in found.intents.items()
        if name in found.responses and _valid(found.responses[name], today)
    ]
    return sorted(usable, key=lambda entry: entry.title.casefold())


def text(
    catalogue: Catalogue | None, authority: str, name: str, language: str, today: date
) -> tuple[str, str] | None:
    """The text and the language it is in; None where there is none that may be said today."""
    found = _authority(catalogue, authority)
    response = found.responses.get(name) if found else None
    return response.in_language(language) if response is not None and _valid(response, today) else None


def _authority(catalogue: Catalogue | None, authority: str) -> Authority | None:
    known: Mapping[str, Authority] = catalogue.authorities if catalogue else {}
    return known.get(authority)


def _valid(response: Response, today: date) -> bool:
    return response.valid_until is None or response.valid_until >= today
