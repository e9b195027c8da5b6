"""The lexicon at work: explicit danger in a sentence, and the frames that take it out of the here and now."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.answer.danger import EASY
from bot.content.catalogue import Danger, Frame, Lexicon, Signal
from bot.text.fold import fold


@dataclass(frozen=True, slots=True)
class Found:
    """A signal in a sentence. `frame` names what took it back, "" where nothing did."""

    signal: Signal
    frame: str = ""

    @property
    def stands(self) -> bool:
        return not self.frame

    @property
    def is_crisis(self) -> bool:
        return self.signal.danger is Danger.CRISIS


_REMEMBERED = 8192
"""Words of which it is remembered what begins with them; the same few thousand come again and again."""


class _Phrases:
    """Words and phrases, findable by their first word. A `*` stands for any ending or beginning."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
        self._exact: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._open: dict[str, list[tuple[tuple[str, ...], int]]] = {}

    def add(self, written: str, number: int) -> None:
        """`number` is what `find` reports for it."""
        words = tuple(_folded_word(word) for word in written.split())
        words = tuple(word for word in words if word.strip("*"))
        if not words:
            return
        if "*" in words[0]:
            self._open.setdefault(words[0][0], []).append((words, number))
            return
        # One written word may fold into several ("e-mail 2"); phrases are compared word by word.
        self._exact.setdefault(words[0].split()[0], []).append((tuple(" ".join(words).split()), number))

    def find(self, words: Sequence[str]) -> Iterator[int]:
        """The numbers of the phrases in folded words, in their order. All are added before the first search."""
        for place, word in enumerate(words, 1):
            begun = self._begun.get(word)
            if begun is None:
                if len(self._begun) >= _REMEMBERED:
                    self._begun.clear()
                begun = self._begun[word] = self._beginning(word)
            for rest, number in begun:
                if not rest or _fits(rest, words[place : place + len(rest)]):
                    yield number

    def _beginning(self, word: str) -> tuple[tuple[tuple[str, ...], int], ...]:
        """The phrases that may begin with this word: what follows in them, and their number."""
        opened = (*self._open.get(word[0], ()), *self._open.get("*", ()))
        fitting = [one for one in opened if _word_fits(one[0][0], word)]
        return tuple((phrase[1:], number) for phrase, number in (*self._exact.get(word, ()), *fitting))


def _folded_word(word: str) -> str:
    middle = fold(word.strip("*"))
    return f"{'*' if word.startswith('*') else ''}{middle}{'*' if word.endswith('*') else ''}"


def _word_fits(pattern: str, word: str) -> bool:
    if pattern.startswith("*"):
        return pattern[1:-1] in word if pattern.endswith("*") else word.endswith(pattern[1:])
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


def _fits(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return len(phrase) == len(words) and all(map(_word_fits, phrase, words))


class Signals:
    """The lexicon, compiled once per catalogue."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._signals = lexicon.signals
        self._phrases = _Phrases()
        self._places: list[tuple[int, int]] = []
        """What a found phrase stands for: signal and group; group -1 is none_of."""
        for number, signal in enumerate(lexicon.signals):
            for group, alternatives in enumerate((*signal.all_of, signal.none_of)):
                place = group if group < len(signal.all_of) else -1
                for written in alternatives:
                    self._phrases.add(written, len(self._places))
                    self._places.append((number, place))
        self._frames = {
            language: _framed(frame for frame in lexicon.frames if frame.language == language)
            for language in {frame.language for frame in lexicon.frames}
        }
        self._now = {language: _listed(words) for language, words in lexicon.now_words.items()}

    def find(self, folded: str, language: str) -> list[Found]:
        """All signals of one folded sentence, whatever language it seems to be in.

        Only what takes danger back must be sure of the language: frames count in the sentence's own.
        """
        words = [word for word in folded.split() if word not in "?!"]
        groups: dict[int, set[int]] = {}
        for phrase in self._phrases.find(words):
            number, group = self._places[phrase]
            groups.setdefault(number, set()).add(group)
        found: list[Found] = []
        for number, seen in sorted(groups.items()):
            signal = self._signals[number]
            if -1 not in seen and len(seen) == len(signal.all_of):
                frame = self._frame(words, language) if signal.suppressible else ""
                found.append(Found(signal, frame))
        return found

    def _frame(self, words: Sequence[str], language: str) -> str:
        language = EASY.get(language, language)
        names, phrases = self._frames.get(language, ((), _Phrases()))
        first = next(phrases.find(words), None)
        if first is None:
            return ""
        now = self._now.get(language)
        if now is not None and next(now.find(words), None) is not None:
            return ""
        return names[first]


def _framed(frames: Iterable[Frame]) -> tuple[tuple[str, ...], _Phrases]:
    phrases = _Phrases()
    names: list[str] = []
    for frame in frames:
        for written in frame.phrases:
            phrases.add(written, len(names))
            names.append(frame.name)
    return tuple(names), phrases


def _listed(words: Iterable[str]) -> _Phrases:
    phrases = _Phrases()
    for written in words:
        phrases.add(written, 0)
    return phrases


FRAME_NAMES: Mapping[str, str] = {
    "past": "Vergangenheit",
    "information": "Auskunft",
    "service": "Dienstleistung",
    "fiction": "Film, Buch oder Spiel",
    "all-clear": "Entwarnung",
    "job": "Beruf",
    "idiom": "Redensart",
}
"""For explanations."""
