"""Text as both databases can keep it.

PostgreSQL refuses NUL; both refuse lone surrogates, which JSON can smuggle into a Python string.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")


def scrub(text: str) -> str:
    """The text with what cannot be stored replaced by U+FFFD."""
    # isascii is one flag; nearly all that remains is caught by one scan in C.
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)


def scrub_deep(value: T) -> T:
    """The same for every text inside a value made of dataclasses and tuples."""
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = type(value)(scrub(value)) if type(value) is str else value
    elif isinstance(value, tuple):
        cleaned = tuple(scrub_deep(item) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        cleaned = replace(value, **{f.name: scrub_deep(getattr(value, f.name)) for f in fields(value)})
    result: T = cleaned
    return result
