"""Names of places in a folded text: as they are written in tables, declined, run together or misspelt.

Spelling only: what a place means, and which of several of one name is meant, is not known here.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.text.fold import fold

_MOST_WORDS = 5
"""Words of the longest name, "winsen an der luhe" and the like."""
_SHORTEST = 4
"""Letters from which a name may be misspelt. Of four letters much is near something: only after "in" and the like."""
_DECLINED = 4
"""Letters from which a name has endings."""
_LONG_ENOUGH = 6
"""Letters from which it has short ones, too: they make other words of short names."""
_LONG = 8
"""Letters from which two slips are forgiven."""
_FEW = 4
"""Words of a message that is short enough to be little more than a place."""
_SOUNDS = {letter: group for group in ("ckz", "fvw", "ijy") for letter in group}
"""First letters that sound alike: Klenze is Clenze."""
_UMLAUT = re.compile("[aou]")
_CANDIDATES = 6
_MOST_NEAR = 3
"""Names that one misspelt word may stand for; of more, nobody could tell which."""
_MOST_UNKNOWN = 12
"""Unknown words that are looked up in one message; a letter full of them names no place that way."""
_ENDINGS = {
    _DECLINED: frozenset(
        (
            *("s", "er", "ern", "erin", "es", "sche", "schen", "scher"),
            *("da", "de", "ta", "te", "dan", "den", "tan", "ten", "daki", "deki", "taki", "teki", "dayim", "deyim"),
            *("у", "е", "а", "і", "и", "ом", "ю", "я", "ой"),
        )
    ),
    _LONG_ENOUGH: frozenset(("a", "e", "ya", "ye", "in", "nin", "un", "nun", "li", "lu", "u", "iem", "em")),
}
"""By the fewest letters of a name, what it has added to it: Celler, Lüneburg'da, w Uelzenie, в Люнебурге. Behind a
vowel "er" is but "r": of "Soltauer" folding takes "ue" for half an umlaut."""
_LONGEST_ENDING = 5
_ATTACHED = ("وب", "ول", "ب", "ل", "ف", "و")
"""What Arabic writes before a name without a space: in, to, and."""
_JOINING = {
    "an",
    "der",
    "die",
    "am",
    "in",
    "im",
    "bei",
    "auf",
    "dem",
    "den",
    "i",
    "a",
    "d",
    "ob",
    "bad",
    "hansestadt",
}
"""Parts of names that are left out as often as they are written."""
_BEFORE = {
    fold(word)
    for word in (
        *("in", "im", "aus", "bei", "für", "nach", "von", "um", "nahe", "raum", "stadt", "gemeinde", "ort", "kreis"),
        *("landkreis", "lk", "samtgemeinde", "hansestadt", "ortsteil", "wohne", "wohn", "wohnen", "lebe", "polizei"),
        *("near", "from", "at", "around", "live", "for", "meine", "mein", "meinte", "isch", "bi", "ut", "op"),
    )
}
"""Words after which even an everyday word is a place."""

_ABOUT = {
    fold(word)
    for word in (
        *("whatsapp", "kanal", "whatsappkanal", "kanäle", "channel", "link", "info", "infos"),
        *("nummer", "telefon", "telefonnummer"),
        *("wache", "revier", "dienststelle", "bitte", "number", "station"),
    )
}
"""Words that leave a place to be the rest of a short message."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of words that names one or several places of a table, by their number in it."""

    start: int
    end: int
    """Behind the last word."""
    ids: tuple[int, ...]
    exact: bool


def words_of(folded: str) -> list[str]:
    """What `Found` counts: the words of a folded text without its marks."""
    return [word for word in folded.split() if word not in "?!"]


class Gazetteer:
    """All names of one table. Immutable."""

    def __init__(self, names: Iterable[tuple[str, int, bool]]) -> None:
        """`names`: a name, the number of its place, and whether it is an everyday word too."""
        self._ids: dict[str, set[int]] = {}
        self._words: set[str] = set()
        for name, number, is_word in names:
            words = fold(name).split()
            for whole in {_joined(words), "".join(words)} - {""}:
                self._ids.setdefault(whole, set()).add(number)
                if is_word:
                    self._words.add(whole)
        self._beginnings = {name[:length] for name in self._ids for length in range(1, len(name) + 1)}
        self._shelves: dict[tuple[str, int], list[str]] = {}
        for name in sorted(self._ids):
            if len(name) >= _SHORTEST and not name.isdigit():
                for length in range(len(name) - 2, len(name) + 3):
                    self._shelves.setdefault((name[0], length), []).append(name)

    def find(self, folded: str, known: Callable[[str], bool]) -> list[Found]:
        """The places in a folded text, in order. `known` words are no misspelt places."""
        words = words_of(folded)
        found: list[Found] = []
        place = 0
        unknown = 0
        while place < len(words):
            here = self._exact(words, place) or self._sounding(words, place)
            if here is None and unknown < _MOST_UNKNOWN and self._odd(words[place], known):
                unknown += 1
                here = self._misspelt(words, place, known)
                if here is None and place > (found[-1].end if found else 0):
                    here = self._misspelt(words, place - 1, known)  # "Neu Wulmsdorf": the slip is in its second word
            if here is None:
                place += 1
            else:
                found.append(here)
                place = here.end
        return found

    def without(self, folded: str) -> str:
        """The text without the places that are spelt as in the table; the text itself where nothing else is in it."""
        words = folded.split()
        kept: list[str] = []
        place = 0
        while place < len(words):
            here = self._exact(words, place)
            if here is None:
                kept.append(words[place])
            place = place + 1 if here is None else here.end
        return " ".join(kept) if len(kept) > 1 and len(kept) < len(words) else folded

    @staticmethod
    def _odd(word: str, known: Callable[[str], bool]) -> bool:
        return len(word) >= _SHORTEST - 1 and not known(word)

    def _exact(self, words: Sequence[str], start: int) -> Found | None:
        # Most words begin no name, and this is asked of every word.
        if words[start] in _JOINING or self._bare(words[start])[:_DECLINED] not in self._beginnings:
            return None
        found: list[tuple[int, str]] = []
        joined = ""
        for end, word in enumerate(words[start : start + _MOST_WORDS], start + 1):
            if word in _JOINING:
                continue
            joined = joined + word if joined else self._bare(word)
            if name := self._named(joined):
                found.append((end, name))
            if joined not in self._beginnings:
                break
        for end, name in reversed(found):
            if name not in self._words or self._as_place(words, start, end):
                return Found(start, end, tuple(sorted(self._ids[name])), exact=True)
        return None

    def _named(self, written: str) -> str:
        """The name that is written so, with an ending or without; "" where there is none."""
        if written in self._ids:
            return written
        if written.isdigit():
            return ""
        for fewest, endings in _ENDINGS.items():
            for length in range(len(written) - 1, max(fewest, len(written) - _LONGEST_ENDING) - 1, -1):
                name, ending = written[:length], written[length:]
                if name in self._ids and (ending in endings or (ending == "r" and name[-1] in "aeou")):
                    return name
        return ""

    def _bare(self, word: str) -> str:
        """Without what is attached before a name."""
        if word[:_DECLINED] in self._beginnings:
            return word
        return next((word.removeprefix(one) for one in _ATTACHED if word.startswith(one)), word)

    def _as_place(self, words: Sequence[str], start: int, end: int) -> bool:
        """Whether an everyday word stands where only a place can: alone, after "in", or beside a postal code."""
        others = [word for word in (*words[:start], *words[end:]) if word not in _BEFORE and word not in _ABOUT]
        beside = (*words[max(0, start - 1) : start], *words[end : end + 1])
        return (
            not others
            or (start > 0 and words[start - 1] in _BEFORE)
            or any(len(w) == 5 and w.isdigit() for w in beside)
        )

    def _sounding(self, words: Sequence[str], start: int) -> Found | None:
        """A known word that only sounds like a name, where nothing but a place is missing: "WhatsApp-Kanal Zelle"."""
        others = (*words[:start], *words[start + 1 :])
        if not others or len(words) > _FEW or not all(word in _ABOUT or word in _BEFORE for word in others):
            return None
        word = words[start]
        alike = {first + word[1:] for first in _SOUNDS.get(word[0], "")} - self._words
        ids = {number for name in alike for number in self._ids.get(name, ())}
        return Found(start, start + 1, tuple(sorted(ids)), exact=False) if ids else None

    def _misspelt(self, words: Sequence[str], start: int, known: Callable[[str], bool]) -> Found | None:
        for end in range(min(len(words), start + 3), start, -1):
            if end - start > 1 and all(known(word) for word in words[start + 1 : end]):
                continue
            text = _joined(words[start:end])
            if len(text) < _SHORTEST:
                continue
            near = self._near(text, words_too=self._as_place(words, start, end))
            if not near:
                # Folding took the "e" of "Stdae" for half an umlaut: its slip is one only where the "e" stands again.
                for vowel in _UMLAUT.finditer(text):
                    near += self._near(f"{text[: vowel.end()]}e{text[vowel.end() :]}", words_too=False)
                near.sort(key=lambda one: one[1])
            if self._plausible(words, start, near):
                best = near[0][1]
                ids = {number for name, distance in near if distance == best for number in self._ids[name]}
                return Found(start, end, tuple(sorted(ids)), exact=False)
        return None

    def _near(self, text: str, *, words_too: bool) -> list[tuple[str, float]]:
        """The names as few slips away as are forgiven, nearest first, and how many."""
        most = 2 if len(text) >= _LONG else 1
        near: list[tuple[str, float]] = []
        for first in _SOUNDS.get(text[0], text[0]):
            shelf = self._shelves.get((first, len(text)), ())
            heard = first + text[1:]  # a first letter that sounds alike is no slip
            alike = process.extract(heard, shelf, scorer=OSA.distance, score_cutoff=most, limit=_CANDIDATES)
            near += [(str(name), float(distance)) for name, distance, _ in alike]
        near = [one for one in near if words_too or one[0] not in self._words]
        return sorted(near, key=lambda one: one[1])[:_MOST_NEAR]

    @staticmethod
    def _plausible(words: Sequence[str], start: int, near: Sequence[tuple[str, float]]) -> bool:
        """A slip of the pen in a short answer, after "in", or in a long name; elsewhere it is some other word."""
        after = start > 0 and words[start - 1] in _BEFORE
        rest = [*words[:start], *words[start + 1 :]]
        alone = len(words) <= _FEW and (
            len(words[start]) > _SHORTEST or all(word in _ABOUT or word in _BEFORE for word in rest)
        )
        return bool(near) and (after or alone or len(near[0][0]) >= _LONG)


def _joined(words: Sequence[str]) -> str:
    """One word of a name's words, without what people leave out or add: "Winsen an der Luhe" is "Winsen (Luhe)"."""
    kept = [word for word in words if word not in _JOINING] or list(words)
    return "".join(kept)
