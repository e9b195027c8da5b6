"""Reads foreign test data for the recognition of intents, and divides it: what is learnt, what is asked.

One JSON object a line: `text`, `intent`, and where the data comes divided `split` (train, dev or test). The intent
`__oos__` marks what no intent is meant for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.editor.jsonl import read_rows
from bot.errors import ContentError

FOREIGN = "__oos__"
_ASKED = 5
"""Without a division in the data, one row in so many is asked and not learnt."""


class Row(BaseModel):
    """One line of a corpus."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = Field(min_length=1)
    intent: str = Field(min_length=1)
    split: Literal["", "train", "dev", "test"] = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A division of the data."""

    learnt: Mapping[str, tuple[str, ...]]
    """Texts by intent."""
    asked: tuple[tuple[str, str], ...]
    """Text and intent."""
    foreign: tuple[str, ...]
    """Asked, too, and meant for none of the intents that are learnt."""
    left_out: int = 0
    """Intents that are not learnt, so that their texts are foreign."""


def read_corpus(path: Path) -> list[Row]:
    """All rows. Raises ContentError naming the line that is none."""
    rows = read_rows(path, Row)
    if len({row.intent for row in rows} - {FOREIGN}) < 2:
        raise ContentError(f"{path}: Es braucht mindestens zwei Anliegen.")
    return rows


def divided(rows: Sequence[Row], *, shots: int = 0, choice: int = 0, foreign_share: float = 0.25) -> Corpus:
    """Divide deterministically. `shots`: so many examples of each intent, all with 0; `choice` numbers which ones.

    Where nothing is marked as foreign, `foreign_share` of the intents are not learnt and their texts are foreign.
    """
    given = any(row.split for row in rows)
    asked = [row for row in rows if _is_asked(row, given=given)]
    learnt: dict[str, dict[str, None]] = {}
    for row in rows:
        if row.intent != FOREIGN and (row.split in {"", "train"} if given else not _is_asked(row, given=False)):
            learnt.setdefault(row.intent, {})[row.text] = None
    hidden = set[str]()
    if not any(row.intent == FOREIGN for row in asked):
        hidden = set(_first(learnt, round(len(learnt) * foreign_share), choice))
    return Corpus(
        learnt={
            intent: tuple(_first(texts, shots, choice) if shots else texts)
            for intent, texts in sorted(learnt.items())
            if intent not in hidden
        },
        asked=tuple((row.text, row.intent) for row in asked if row.intent in learnt and row.intent not in hidden),
        foreign=tuple(row.text for row in asked if row.intent == FOREIGN or row.intent in hidden),
        left_out=len(hidden),
    )


def _is_asked(row: Row, *, given: bool) -> bool:
    return row.split == "test" if given else _mixed(f"{row.intent}\0{row.text}") % _ASKED == 0


def _first(names: Iterable[str], most: int, choice: int) -> list[str]:
    """So many of them, as good as drawn, and the same at every run."""
    return sorted(names, key=lambda name: _mixed(f"{choice}\0{name}"))[:most]


def _mixed(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8])
