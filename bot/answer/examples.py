"""All examples of a catalogue, folded and searchable: what a message is compared with.

Of each text one row, and of each row its number, its label and its place in a few long arrays. Five authorities that
share an intent share its rows, and several processes that map the same file share the memory.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.answer.arrays import Array, Arrays, Texts
from bot.answer.nearest import Index, Ints
from bot.answer.snapping import Vocabulary
from bot.content.catalogue import Catalogue, Danger, DangerLine, Example, Source

NOBODY = -1
"""Label of what is no question to us: counter-examples, and calls for help that sound like one."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Every example once per intent; counter-examples and danger as nobody's."""

    names: tuple[str, ...]
    """The intents; a label is a place in here."""
    written: Sequence[Example]
    """All examples of all intents, then all counter-examples."""
    danger: Sequence[DangerLine]
    """What comes after them. Looked at while learning and after an edit; who only answers does not read these."""
    places: Ints
    """Where the example that each row was made of stands among all of them."""
    labels: Ints
    folded: Texts
    ordered: Texts
    """The folded texts with their words in alphabetical order."""
    index: Index
    vocabulary: Vocabulary

    @classmethod
    def of(cls, catalogue: Catalogue, spelled: Callable[[str], str], *, hurried: bool = False) -> "Examples":
        """`spelled` folds an example and leaves out what does not matter in it.

        `hurried`: ready sooner, slower at each message; for the moments until others are ready.
        """
        names = _names(catalogue)
        written = _written(catalogue, names)
        intents = catalogue.all_intents()
        asked = [label for label, name in enumerate(names) for _ in intents[name].examples]
        rows: dict[tuple[str, int], int] = {}
        meant: set[str] = set()
        for place, example in enumerate([*written, *_dangerous(catalogue.danger)]):
            label = asked[place] if place < len(asked) else NOBODY
            folded = spelled(example.text)
            # Examples come first: what somebody means is never nobody's.
            if label == NOBODY and folded in meant:
                continue
            meant.add(folded)
            if folded:
                rows.setdefault((folded, label), place)
        texts = [folded for folded, _ in rows]
        return cls(
            names,
            written,
            catalogue.danger,
            np.array(list(rows.values()), dtype=np.int64),
            np.array([label for _, label in rows], dtype=np.int64),
            Texts.of(texts),
            Texts.of([in_order(text) for text in texts]),
            Index.of(texts, ahead=not hurried),
            Vocabulary.of(texts),
        )

    @classmethod
    def unpacked(cls, catalogue: Catalogue, arrays: Arrays) -> "Examples":
        """What `packed` has made of the same examples. Raises KeyError where it is not there."""
        names = _names(catalogue)
        words = Texts.unpacked(arrays, "examples.words").all()
        return cls(
            names,
            _written(catalogue, names),
            catalogue.danger,
            arrays["examples.places"],
            arrays["examples.labels"],
            Texts.unpacked(arrays, "examples.folded"),
            Texts.unpacked(arrays, "examples.ordered"),
            Index.unpacked(arrays, "examples"),
            Vocabulary(dict(zip(words, arrays["examples.word_counts"].tolist(), strict=True))),
        )

    def packed(self) -> dict[str, Array]:
        """All arrays, to be kept."""
        return {
            "examples.places": self.places,
            "examples.labels": self.labels,
            **self.folded.packed("examples.folded"),
            **self.ordered.packed("examples.ordered"),
            **self.index.packed("examples"),
            **Texts.of(list(self.vocabulary.words)).packed("examples.words"),
            "examples.word_counts": np.array(list(self.vocabulary.words.values()), dtype=np.int32),
        }

    def line(self, row: int) -> Example:
        """The example that a row was made of. Raises IndexError where that is a danger line."""
        return self.written[int(self.places[row])]

    def lines(self) -> list[Example]:
        """The example that each row was made of."""
        every = [*self.written, *_dangerous(self.danger)]
        return [every[place] for place in self.places.tolist()]

    def groups(self) -> Ints:
        """Rows that stand for one template belong together: leaving out one means leaving out all."""
        numbers: dict[Source, int] = {}
        return np.array([numbers.setdefault(line.source, len(numbers)) for line in self.lines()], dtype=np.int64)

    def spelling(self) -> Mapping[str, str]:
        """Examples as they are written, and as they were folded."""
        return dict(zip((line.text for line in self.lines()), self.folded.all(), strict=True))


def in_order(text: str) -> str:
    """The words of a text in alphabetical order."""
    return " ".join(sorted(text.split()))


def _names(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(sorted(catalogue.all_intents()))


def _written(catalogue: Catalogue, names: Sequence[str]) -> list[Example]:
    """All examples in the order of their intents, then all counter-examples."""
    intents = catalogue.all_intents()
    examples = [example for name in names for example in intents[name].examples]
    return examples + [example for name in names for example in intents[name].counter_examples]


def _dangerous(lines: Iterable[DangerLine]) -> list[Example]:
    """Without these "somebody is breaking in" is near enough to a question about burglary to be taken for one."""
    return [
        Example(line.text, line.language, line.source)
        for line in lines
        if line.danger is not Danger.HARMLESS and not line.held_out
    ]
