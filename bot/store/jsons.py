"""Small values kept as JSON text inside a row."""

import re
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from bot.message import Choice, Dialogue, Reason
from bot.store.scrub import scrub_deep

T = TypeVar("T")

_ODD = re.compile(r"\\u0000|[\ufffe\uffff]")

DIALOGUE: TypeAdapter[Dialogue] = TypeAdapter(Dialogue)
CHOICES: TypeAdapter[tuple[Choice, ...]] = TypeAdapter(tuple[Choice, ...])
REASONS: TypeAdapter[tuple[Reason, ...]] = TypeAdapter(tuple[Reason, ...])
TEXTS: TypeAdapter[dict[str, str]] = TypeAdapter(dict[str, str])
FIGURES: TypeAdapter[dict[str, float]] = TypeAdapter(dict[str, float])
NAMES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


def to_json(adapter: TypeAdapter[T], value: T) -> str:
    """JSON text without what a database cannot keep. Defaults are left out; reading puts them back."""
    try:
        text = _dump(adapter, value)
    except (PydanticSerializationError, UnicodeEncodeError):  # lone surrogates
        return _dump(adapter, scrub_deep(value))
    return _dump(adapter, scrub_deep(value)) if _ODD.search(text) else text


def _dump(adapter: TypeAdapter[Any], value: Any) -> str:
    return adapter.dump_json(value, exclude_defaults=True).decode()
