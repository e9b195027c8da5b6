"""Which language a text is in: naive Bayes over short character stretches and words, behind a script gate.

Trained from the content's own examples, so a new language is recognised as soon as editors write it.
Easy-to-read German is German to this judgement; it is chosen by the citizen, never guessed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.text.grams import BITS, INSIDE, WORD, choice, stretches

Floats = npt.NDArray[np.float32]

_CHOSEN = choice([INSIDE[3], INSIDE[4], WORD])
_SHIFT = BITS - 16
_LONGEST = 1000
"""Characters that are read; two sentences settle a language."""
_SMOOTHING = 0.3
_MOST_LINES = 1500
"""Lines of each language that are learnt from, evenly spread over all it has; more changed nothing."""
_EXPECTED = 3.0
"""Nats: two words without a clear sign are in the language that most people here write in."""
_WRITTEN_SO = 0.03
"""Share of a language's lines from which a script counts as one of its own."""
_NO_WORDS = re.compile(r"[\d?!]+|\bemoji\w+")
_SCRIPTS = (
    ("latin", 0x0041, 0x024F),
    ("greek", 0x0370, 0x03FF),
    ("cyrillic", 0x0400, 0x052F),
    ("hebrew", 0x0590, 0x05FF),
    ("arabic", 0x0600, 0x077F),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest language ("" where no letter speaks for any) and its lead over the next, in nats."""

    language: str
    lead: float


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Log-probability of each hashed stretch in each language; one column per language."""

    languages: tuple[str, ...]
    scripts: tuple[str, ...]
    """The scripts each language is written in, by spaces: "cyrillic latin" where many type without Cyrillic."""
    table: Floats

    def guess(self, folded: str, expected: str = "") -> Guess:
        """Judge a folded text; `expected` gets a small advantage, which settles what two words leave open."""
        letters = letters_of(folded)
        script = script_of(letters)
        open_to = [i for i, others in enumerate(self.scripts) if script and script in others.split()]
        if not letters or not open_to:
            return Guess("", 0.0)
        found = stretches([letters], _CHOSEN)
        scores = self.table[found.hashes >> _SHIFT].sum(axis=0)
        if expected in self.languages:
            scores[self.languages.index(expected)] += _EXPECTED
        best = max(open_to, key=lambda i: float(scores[i]))
        others = [float(scores[i]) for i in open_to if i != best]
        lead = float(scores[best]) - max(others) if others else float("inf")
        return Guess(self.languages[best], lead)


def letters_of(folded: str) -> str:
    """Words only: numbers, marks and pictures say nothing about the language."""
    if _NO_WORDS.search(folded):
        folded = " ".join(_NO_WORDS.sub(" ", folded).split())
    return folded[:_LONGEST].strip()


def script_of(letters: str) -> str:
    """The script most letters are in; "other" for one without a range of its own, "" for none."""
    if letters.isascii():
        return "latin" if letters else ""
    counts: dict[str, int] = {}
    for letter in letters[:200]:
        if letter != " ":
            name = _script(ord(letter))
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else ""


def _script(code: int) -> str:
    for name, first, last in _SCRIPTS:
        if first <= code <= last:
            return name
    return "latin" if unicodedata.name(chr(code), "").startswith("LATIN") else "other"


def _scripts(lines: Sequence[str]) -> str:
    counts = Counter(script_of(line) for line in lines if line)
    return " ".join(sorted(script for script, count in counts.items() if count >= len(lines) * _WRITTEN_SO))


def learn(samples: Mapping[str, Sequence[str]]) -> LanguageModel:
    """Train from folded example lines by language. Languages come out in alphabetical order."""
    languages = tuple(sorted(language for language, lines in samples.items() if lines))
    size = 1 << (BITS - _SHIFT)
    table = np.zeros((size, len(languages)), dtype=np.float32)
    scripts: list[str] = []
    for column, language in enumerate(languages):
        every = samples[language]
        step = max(len(every) / _MOST_LINES, 1.0)
        lines = [letters_of(every[int(place * step)]) for place in range(int(len(every) / step))]
        scripts.append(_scripts(lines))
        found = stretches(lines, _CHOSEN)
        counts = np.bincount(found.hashes >> _SHIFT, found.counts, minlength=size).astype(np.float32)
        # The root: what many lines of one topic repeat must not rule.
        counts = np.sqrt(counts)
        table[:, column] = np.log((counts + _SMOOTHING) / (counts.sum() + _SMOOTHING * size))
    return LanguageModel(languages, tuple(scripts), table)
