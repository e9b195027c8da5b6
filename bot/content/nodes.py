"""What a YAML file consists of once read: strings, tables and lists that know their lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string. In a block literal (`|`) the first line of the text stands one line below `line`."""

    text: str
    line: int
    block: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and values; `keys` has the line of each key."""

    items: dict[str, "Node"]
    keys: dict[str, int]
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    items: list["Node"]
    line: int


Node = Scalar | Table | Listing
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file: always a table at the top."""

    path: str
    root: Table

    def plain(self) -> dict[str, Any]:
        """The same as nested dictionaries, lists and strings."""
        return {key: _plain(node) for key, node in self.root.items.items()}

    def node(self, place: Place) -> Node | None:
        """The node at a place such as ("examples", "de")."""
        current: Node | None = self.root
        for step in place:
            if isinstance(current, Table) and isinstance(step, str):
                current = current.items.get(step)
            elif isinstance(current, Listing) and isinstance(step, int) and step < len(current.items):
                current = current.items[step]
            else:
                return None
        return current

    def line(self, place: Place) -> int:
        """The line of a place; of the nearest thing around it where the place itself does not exist."""
        current: Node = self.root
        line = current.line
        for step in place:
            if isinstance(current, Table) and isinstance(step, str) and step in current.items:
                line = current.keys[step]
                current = current.items[step]
            elif isinstance(current, Listing) and isinstance(step, int) and step < len(current.items):
                current = current.items[step]
                line = current.line
            else:
                break
        return line

    def lines(self, place: Place) -> Iterator[tuple[str, int]]:
        """The non-empty lines of a text with their line numbers."""
        node = self.node(place)
        if isinstance(node, Scalar):
            first = node.line + 1 if node.block else node.line
            for offset, line in enumerate(node.text.split("\n")):
                if text := line.strip():
                    yield text, first + offset


def _plain(node: Node) -> Any:
    match node:
        case Scalar(text=text):
            return text
        case Table(items=items):
            return {key: _plain(value) for key, value in items.items()}
        case Listing(items=values):
            return [_plain(value) for value in values]
