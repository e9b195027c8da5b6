"""Which place a message is about: one, several, one of several that share a name, or one outside the area."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.answer import places_meant
from bot.content.catalogue import Authority, Place
from bot.message import Choice
from bot.text.fold import fold
from bot.text.places import Found, Gazetteer, words_of

PREFIX = "p:"
"""Begins the id of a choice that stands for a place."""
_MOST_CHOICES = 4
_BESIDE = {
    fold(word)
    for word in (
        *("das", "der", "die", "den", "dem", "an", "am", "in", "im", "bei", "nein", "ich", "meine", "mein", "also"),
        *(
            "landkreis",
            "kreis",
            "lk",
            "ort",
            "stadt",
            "und",
            "bitte",
            "?",
            "!",
            "the",
            "one",
            "in",
            "no",
            "mean",
            "i",
        ),
    )
}
"""Words beside a bare answer."""


@dataclass(frozen=True, slots=True)
class Places:
    """What a message says about places. Of `open`, `outside` and `code` only the first that is there matters."""

    certain: tuple[Place, ...] = ()
    """Places of the area, one for each region that was named."""
    open: tuple[Place, ...] = ()
    """Places that share the name that was written; one of them is meant."""
    outside: Place | None = None
    code: str = ""
    """A postal code that no place of the table has."""
    rest: tuple[str, ...] = ()
    """The sentences without the places."""

    @property
    def any(self) -> bool:
        return bool(self.certain or self.open or self.outside or self.code)


class Gazetteers:
    """The place tables of all authorities, searchable."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        self._tables = {one.id: (one.places, _gazetteer(one.places)) for one in authorities if one.places}
        self.everywhere = _gazetteer([place for places, _ in self._tables.values() for place in places])
        """The places of all authorities: what is asked about Celle is asked about Witten, too."""

    def find(self, sentences: Sequence[str], authority: str, known: Callable[[str], bool]) -> Places:
        """Judge folded sentences against an authority's table; nothing is found where it has none."""
        if authority not in self._tables:
            return Places()
        table, gazetteer = self._tables[authority]
        found: list[_Named] = []
        denied: list[_Named] = []
        rest: list[str] = []
        for sentence in sentences:
            words = words_of(sentence)
            here = [one for one in gazetteer.find(sentence, known) if not places_meant.is_name(words, one)]
            if places_meant.corrects(words):
                denied, found = [*denied, *found], []
            for one in places_meant.not_left(words, here):
                named = _Named(_meant(table, one), frozenset(words[one.start : one.end]))
                (denied if places_meant.is_denied(words, one, here) else found).append(named)
            rest.append(_without(sentence, here))
        said = {word for sentence in sentences for word in sentence.split()} - _BESIDE
        not_said = {word for sentence in sentences for word in places_meant.taken_back(sentence.split())}
        groups = _told_apart(found or denied, said, not_said)
        return _settled(groups, _unknown_code(rest), tuple(one for one in rest if one))


@dataclass(frozen=True, slots=True)
class _Named:
    """The places of a name, and the words that it was written with."""

    places: tuple[Place, ...]
    words: frozenset[str]


def choice(place: Place) -> Choice:
    """The button for a place."""
    return Choice(f"{PREFIX}{place.key}", place.name)


def of_choice(choice_id: str, authority: Authority) -> Place | None:
    """The place a choice stands for, if it is one and still there."""
    if not choice_id.startswith(PREFIX):
        return None
    return by_key(choice_id.removeprefix(PREFIX), authority)


def by_key(key: str, authority: Authority) -> Place | None:
    """The place of that key."""
    return next((place for place in authority.places if place.key == key), None) if key else None


def meant(text: str, offered: Sequence[Place]) -> Place | None:
    """Which of the offered places a bare answer means: "Aller", "das an der Luhe"; nothing where more is said."""
    if len(offered) < 2:
        return None
    words = {word for word in fold(text).split() if word not in _BESIDE}
    telling = {word for place in offered for word in _telling(place)}
    if not words or not words <= telling:
        return None
    held = [place for place in offered if words & (_telling(place) - _shared(offered))]
    return held[0] if len(held) == 1 else None


def _telling(place: Place) -> set[str]:
    return {word for name in (*place.names, place.region) for word in fold(name).split() if len(word) > 2}


def _shared(offered: Sequence[Place]) -> set[str]:
    sets = [_telling(place) for place in offered]
    return set.intersection(*sets) if sets else set()


def _gazetteer(places: Sequence[Place]) -> Gazetteer:
    return Gazetteer(
        (name, number, place.word) for number, place in enumerate(places) for name in (*place.names, *place.codes)
    )


def _settled(found: Sequence[tuple[Place, ...]], code: str, rest: tuple[str, ...]) -> Places:
    """One place for each name. What else was named decides between places of one name: "Hanstedt bei Uelzen"."""
    clear = [group for group in found if len({place.region for place in group}) == 1]
    regions = {group[0].region for group in clear}
    certain: dict[str, Place] = {}
    outside: Place | None = None
    unsettled: tuple[Place, ...] = ()
    for group in found:
        fitting = [place for place in group if place.region in regions] or list(group)
        if len({place.region for place in fitting}) > 1:
            unsettled = unsettled or tuple(fitting[:_MOST_CHOICES])
        elif fitting[0].region:
            certain.setdefault(fitting[0].region, fitting[0])
        else:
            outside = outside or fitting[0]
    return Places(tuple(certain.values()), unsettled, outside, code, rest)


def _told_apart(
    found: Sequence[_Named], said: AbstractSet[str], not_said: AbstractSet[str]
) -> list[tuple[Place, ...]]:
    """Of places that share a name the one whose surname is said, too: "Winsen, da wo die Luhe fließt".

    And not the one whose surname is taken back: "Winsen, nicht Aller".
    """
    surnames: set[str] = set()
    groups: list[tuple[Place, ...]] = []
    for one in found:
        if len({place.region for place in one.places}) > 1:
            shared = _shared(one.places)
            telling = {place: _telling(place) - shared for place in one.places}
            held = tuple(place for place in one.places if telling[place] & (said - not_said))
            held = held or tuple(place for place in one.places if not telling[place] & not_said)
            if held:
                groups.append(held)
                surnames |= set().union(*telling.values()) & said
                continue
        groups.append(one.places)
    return [group for group, one in zip(groups, found, strict=True) if not one.words <= surnames]


def _meant(table: Sequence[Place], found: Found) -> tuple[Place, ...]:
    """The places of that name; what is misspelt is rather one of ours than one as near to it elsewhere."""
    places = tuple(table[number] for number in found.ids)
    ours = tuple(place for place in places if place.region)
    return places if found.exact else ours or places


def _without(sentence: str, found: Sequence[Found]) -> str:
    words = words_of(sentence)
    taken = {number for one in found for number in range(one.start, one.end)}
    kept = " ".join(word for number, word in enumerate(words) if number not in taken)
    marks = "".join(f" {word}" for word in sentence.split() if word in "?!")
    return (kept + marks).strip()


def _unknown_code(rest: Iterable[str]) -> str:
    """Five digits by themselves in a short message are a postal code; in a long one they may be anything."""
    words = [word for sentence in rest for word in sentence.split()]
    if len(words) > 8:
        return ""
    return next((word for word in words if len(word) == 5 and word.isdigit()), "")
