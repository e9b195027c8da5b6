"""Phrases without meaning for the question, taken away before it is compared with examples."""

import re
from collections.abc import Iterable

from bot.text.fold import fold


class Courtesy:
    """All languages' phrases in one pattern; longer phrases first."""

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = sorted({fold(phrase) for phrase in phrases} - {""}, key=lambda phrase: (-len(phrase), phrase))
        words = "|".join(re.escape(phrase) for phrase in folded)
        self._pattern = re.compile(rf"(?<!\S)(?:{words})(?!\S)") if folded else None

    def strip(self, folded: str) -> str:
        """The folded text without courtesy, where at least two words remain; else as it was."""
        if self._pattern is None:
            return folded
        rest = " ".join(self._pattern.sub(" ", folded).split())
        words = [word for word in rest.split() if word not in "?!"]
        return rest if len(words) >= 2 else folded

    def is_all(self, folded: str) -> bool:
        """Nothing but courtesy: a greeting or thanks on its own line."""
        return self._pattern is not None and not self._pattern.sub(" ", folded).strip(" ?!")
