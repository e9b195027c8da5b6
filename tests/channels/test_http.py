"""What every door does first."""

from typing import Any

import pytest

from bot.channels.http import same, strict_json
from bot.errors import UnreadableEvent


@pytest.mark.parametrize("given", ["", "geheim ", "Geheim", "geheimß", "\udc80", "🙂" * 1000])
def test_only_the_same_secret_is_the_same(given: str) -> None:
    """Text that is not ASCII, or not even text, is different and no error."""
    assert not same(given, "geheim")
    assert same("geheim", "geheim")
    assert same("gehüim", "gehüim")


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"\xff", b"NaN", b"[Infinity]", b"-Infinity", b"9" * 5000, b"[" * 100_000, b"\xef\xbb\xbf{}"],
    ids=range(9),
)
def test_what_is_no_plain_json_is_unreadable(raw: bytes) -> None:
    """One error for all of it, so that no door ever answers 5xx."""
    with pytest.raises(UnreadableEvent):
        strict_json(raw)


@pytest.mark.parametrize(("raw", "value"), [(b'{"a": "\\u00fc"}', {"a": "ü"}), ('"🙂"'.encode(), "🙂")])
def test_plain_json_is_read(raw: bytes, value: Any) -> None:
    """As written, escaped or not."""
    assert strict_json(raw) == value
