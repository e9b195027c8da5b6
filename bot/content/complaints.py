"""What pydantic complains about, mapped to file and line, in German and with a remedy."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.content.findings import Finding, error
from bot.content.models import ChannelEntry
from bot.content.nodes import Document, Place, Scalar, Table

M = TypeVar("M", bound=BaseModel)


def validate(document: Document, model: type[M]) -> tuple[M | None, list[Finding]]:
    """The document as its model, or the reasons why it is none."""
    plain = document.plain()
    try:
        return model.model_validate(plain), []
    except ValidationError as broken:
        found: dict[tuple[Place, str], Finding] = {}
        for details in broken.errors(include_url=False):
            place = _existing(document, details["loc"])
            name = _name(details, place)
            what, remedy = _german(details, name, place, model)
            code = details["type"].replace("_", "-")
            # a union complains once for each of its branches: the first is enough
            found.setdefault((place, name), error(document.path, document.line(place), code, what, remedy))
        return None, list(found.values())


def _existing(document: Document, loc: Place) -> Place:
    """The place without pydantic's own steps (union branches, "[key]")."""
    place: Place = ()
    for step in loc:
        if document.node((*place, step)) is not None:
            place = (*place, step)
    return place


def _name(details: ErrorDetails, place: Place) -> str:
    if details["type"] == "missing":
        return str(details["loc"][-1])
    named = [step for step in place if isinstance(step, str)]
    return named[-1] if named else "Dokument"


_NAMED = ("Bei „{name}“ fehlen Angaben mit Namen.", "darunter eingerückt zum Beispiel „de: |“ schreiben")
_PLAIN = {
    "missing": ("„{name}“ fehlt.", "„{name}:“ ergänzen"),
    "string_too_short": ("„{name}“ ist leer.", "ausfüllen oder löschen"),
    "string_type": (
        "Bei „{name}“ wird ein Text erwartet.",
        "Text hinter den Doppelpunkt oder als Block (|) schreiben",
    ),
    "list_type": ("Bei „{name}“ wird eine Liste erwartet.", "jeden Eintrag mit „- “ beginnen"),
    "dict_type": _NAMED,
    "model_type": _NAMED,
}


def _german(details: ErrorDetails, name: str, place: Place, model: type[BaseModel]) -> tuple[str, str]:
    context: Mapping[str, Any] = details.get("ctx", {})
    value = str(details["input"])
    match details["type"]:
        case "value":
            return str(context["what"]), str(context["remedy"])
        case "extra_forbidden":
            return _unknown_field(name, model if len(place) == 1 else ChannelEntry)
        case "enum" | "literal_error":
            expected = str(context.get("expected", "")).replace(" or ", ", ").replace("'", "").removeprefix(", ")
            return f"„{value}“ ist bei „{name}“ nicht möglich.", f"eins davon: {expected}"
        case "string_too_long":
            return f"„{value}“ hat {len(value)} Zeichen, erlaubt sind {context.get('max_length')}.", "kürzen"
        case "string_pattern_mismatch":
            return _pattern(value, name)
        case other:
            what, remedy = _PLAIN.get(other, ("„{name}“ ist so nicht gültig.", "Aufbau laut README prüfen"))
            return what.format(name=name), remedy.format(name=name)


def _unknown_field(name: str, model: type[BaseModel]) -> tuple[str, str]:
    known = [field.alias or key for key, field in model.model_fields.items()]
    near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=65)
    hint = f"meinten Sie „{near[0]}“?" if near else f"löschen; bekannt sind: {', '.join(known)}"
    return f"„{name}“ gibt es hier nicht.", hint


def _pattern(value: str, name: str) -> tuple[str, str]:
    if value == name:
        return (
            f"„{value}“ ist als Name oder Sprache nicht möglich.",
            "Kleinbuchstaben wie „de“, „leicht“, „press“ verwenden",
        )
    remedy = (
        "vollständige Adresse wie name@beispiel.de"
        if name == "mail"
        else "Kleinbuchstaben, Ziffern, Punkt und Bindestrich"
    )
    return f"„{value}“ ist bei „{name}“ nicht möglich.", remedy


def loose_blocks(document: Document, fields: tuple[str, ...]) -> list[Finding]:
    """Texts that are no block literals: YAML would cut them at `#` and join their lines."""
    found = []
    for field in fields:
        node = document.node((field,))
        below = node.items if isinstance(node, Table) else {}
        places: list[Place] = [(field, key) for key in below] if below else [(field,)]
        for place in places:
            value = document.node(place)
            if isinstance(value, Scalar) and value.text and not value.block:
                what = f"Der Text bei „{place[-1]}“ ist kein Block."
                remedy = f"„{place[-1]}: |“ schreiben und den Text darunter einrücken"
                found.append(error(document.path, document.line(place), "no-block", what, remedy))
    return found
