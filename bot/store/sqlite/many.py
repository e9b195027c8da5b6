"""Many rows with few steps.

Each step of a statement lets go of the interpreter lock and has to win it back from a busy event loop, which
can take milliseconds. So rows travel as one long VALUES list instead of an `executemany`, which steps once a row.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any

_SIZES = (64, 32, 16, 8, 4, 2, 1)
"""A few fixed sizes, so that the prepared statements are found again."""

_MARK = "{values}"


@cache
def _sized(statement: str, width: int, size: int) -> str:
    row = "(" + ",".join("?" * width) + ")"
    return statement.replace(_MARK, ",".join([row] * size))


def _chunks(rows: Sequence[Sequence[Any]]) -> Iterator[Sequence[Sequence[Any]]]:
    start = 0
    for size in _SIZES:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


def execute_many(connection: sqlite3.Connection, statement: str, rows: Sequence[Sequence[Any]]) -> int:
    """Execute a statement holding `{values}` for all rows; returns how many rows it changed."""
    changed = 0
    for chunk in _chunks(rows):
        sql = _sized(statement, len(chunk[0]), len(chunk))
        changed += connection.execute(sql, tuple(chain.from_iterable(chunk))).rowcount
    return changed


def id_list(ids: Iterable[int]) -> str:
    """The parameter for `IN (SELECT value FROM json_each(?))`."""
    return json.dumps(list(ids))
