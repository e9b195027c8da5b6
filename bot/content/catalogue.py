"""What the content says, checked and immutable: the one value that `answer` works from.

A catalogue is only ever built whole. Publishing swaps the reference; nothing changes inside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class IntentKind(StrEnum):
    """What an intent is for."""

    QUESTION = "question"
    SMALLTALK = "smalltalk"
    COMMAND = "command"


class Danger(StrEnum):
    """What a line of the emergency data stands for."""

    ACUTE = "acute"
    CRISIS = "crisis"
    HARMLESS = "harmless"


class Service(StrEnum):
    """Which number an acute slice needs first."""

    POLICE = "police"
    FIRE = "fire"
    BOTH = "both"
    HOME = "home"
    """Violence at home: 110 and the help line for women."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line stands, for findings and explanations; `path` is relative to the content folder."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Example:
    """One way to say something, templates already expanded."""

    text: str
    language: str
    source: Source


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing citizens ask. `authority` is "" where it serves all of them."""

    name: str
    title: str
    kind: IntentKind
    examples: tuple[Example, ...]
    counter_examples: tuple[Example, ...] = ()
    tests: tuple[Example, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    """Short button label by language; falls back to the title."""
    command: str = ""
    """With kind command: human, delete, stored, leicht, standard or language."""
    target: str = ""
    """With command language: the language to switch to."""
    escalate: bool = False
    authority: str = ""
    source: Source = Source("", 0)


@dataclass(frozen=True, slots=True)
class Response:
    """An approved text in all its languages, placeholders already filled for its authority."""

    name: str
    text: Mapping[str, str]
    choices: tuple[str, ...] = ()
    """Names of intents offered as buttons."""
    valid_until: date | None = None
    """Last day on which the text may be said."""
    source: Source = Source("", 0)
    regional: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By region the text that is said when the place is known; `{place}` in it stands for the place's name."""

    def in_language(self, language: str, region: str = "") -> tuple[str, str]:
        """The text and the language it is in: the asked one, else English (German for easy-to-read), else German."""
        text = self.regional.get(region, self.text)
        for spoken in (language, "de" if language == "leicht" else "en"):
            if spoken in text:
                return text[spoken], spoken
        return text["de"], "de"


@dataclass(frozen=True, slots=True)
class Contact:
    """One verified entry of an authority or a service."""

    values: Mapping[str, str]
    """phone, phone2, phone3, mail, url, url2, address, fax, name …"""
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality, village or district of an authority's table, or a place that it is not responsible for."""

    key: str
    """Unique within the authority; returns in the id of a choice."""
    name: str
    """As it is said; also the label of a choice."""
    names: tuple[str, ...]
    """All names it goes by, the said one first."""
    codes: tuple[str, ...]
    """Postal codes."""
    region: str
    """"" outside the authority's area."""
    word: bool = False
    """Its name is an everyday word as well."""


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority with everything it says. `responses` holds common texts and its own, its own winning."""

    id: str
    name: Mapping[str, str]
    contacts: Mapping[str, Contact]
    channels: Mapping[str, Contact]
    intents: Mapping[str, Intent]
    """The intents answered here: each has a response of the same name."""
    responses: Mapping[str, Response]
    places: tuple[Place, ...] = ()
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The regions of the places and what they are called, by language."""


@dataclass(frozen=True, slots=True)
class DangerLine:
    """One line of the emergency data. `held_out` lines are never trained on."""

    text: str
    language: str
    danger: Danger
    slice: str
    service: Service | None
    held_out: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Signal:
    """One lexicon entry of explicit danger (`intents/emergency/lexicon.yaml`).

    `all_of` are groups; a sentence carries the signal when it holds a word or phrase of every group.
    Words are folded; a trailing `*` matches any ending, a leading `*` any beginning.
    """

    name: str
    danger: Danger
    service: Service | None
    languages: tuple[str, ...]
    all_of: tuple[tuple[str, ...], ...]
    none_of: tuple[str, ...] = ()
    suppressible: bool = True
    """Frames (past, information, fiction, all-clear) may take it back; never where this is False."""
    source: Source = Source("", 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """Words that put a sentence out of the here and now: past, information, fiction, all-clear, job, idiom."""

    name: str
    language: str
    phrases: tuple[str, ...]
    source: Source = Source("", 0)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The small guarded lexicon that adds certainty for explicit danger."""

    signals: tuple[Signal, ...] = ()
    frames: tuple[Frame, ...] = ()
    now_words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language: words that override frames (gerade, jetzt, right now …)."""
    courtesy: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language: phrases without meaning for the question (bitte, könnten Sie mir sagen …)."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one level or band ends (`intents/thresholds.yaml`); chosen by `lotse evaluate`, never by feeling."""

    danger_first: float
    """At or above: acute or crisis, numbers first."""
    danger_opening: float
    """At or above: possible, numbers in the opening line. Below: may be harmless."""
    danger_harmless_with_intent: float
    """Below this a confident intent makes a message harmless."""
    danger_harmless_alone: float
    """Below this almost no held-out danger falls: harmless without any intent."""
    answer: float
    """Intent probability at or above: answer."""
    ask: float
    """At or above: ask back with choices; below: hand over."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything the bot can say and recognise."""

    version: str
    """Hash over all content; names this state in logs, cases and caches."""
    training_version: str
    """Hash over what classifiers are trained from; changes less often than `version`."""
    authorities: Mapping[str, Authority]
    danger: Sequence[DangerLine]
    lexicon: Lexicon
    thresholds: Thresholds
    languages: tuple[str, ...]
    """Languages with at least the danger texts, for example ("de", "leicht", "en")."""

    def all_intents(self) -> Mapping[str, Intent]:
        """Every intent once, common and specific."""
        merged: dict[str, Intent] = {}
        for authority in self.authorities.values():
            merged.update(authority.intents)
        return merged
