"""Which of the places that a message names are meant: not what was left, denied, or is only part of a name."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.text.fold import fold
from bot.text.places import Found

_NO = {
    fold(word)
    for word in (
        *("nein", "nee", "nö", "quatsch", "falsch", "korrektur", "no", "sorry", "nie", "ні", "нет", "hayır", "لا"),
    )
}
_BUT = _NO | {fold(word) for word in ("sondern", "aber", "vielmehr", "but", "ale", "але", "но", "ama", "لكن")}
"""Words between two places of which the second is meant; some take back a whole sentence, too."""
_TOO = {
    fold(word)
    for word in ("auch", "ebenso", "also", "too", "też", "także", "також", "также", "тоже", "ayrıca", "أيضا")
}
"""Words by which both are meant after all: "aber auch"."""
_NOT = {fold(word) for word in ("nicht", "nich", "net", "statt", "anstatt", "not", "instead", "не", "nie", "zamiast")}
"""Words shortly before a place that is not meant, unless it is "not only"."""
_ONLY = {fold(word) for word in ("nur", "bloß", "only", "tylko", "только", "тільки")}
_NOT_WITHIN = 2
_MOVES = {
    *(("von", "nach"), ("vom", "nach"), ("aus", "nach"), ("from", "to")),
    *(("z", "do"), ("из", "в"), ("з", "до"), ("з", "в")),
}
"""Words directly before two places by which the first is left for the second."""
_AT_HOME = {
    fold(word)
    for word in (
        *("wohne", "wohn", "wohnen", "wohnt", "lebe", "leb", "leben", "zuhause", "daheim", "wohnhaft", "wohnort"),
        *("gemeldet", "live", "living", "живу", "живем", "живемо", "mieszkam", "mieszkamy", "oturuyorum", "ساكن"),
    )
}
"""Words in the way to a place where somebody lives."""
_LIVES = _AT_HOME | {
    fold(word)
    for word in (
        *("jetzt", "nun", "inzwischen", "mittlerweile", "privat", "neu", "angemeldet"),
        *("gezogen", "ziehe", "ziehen", "umgezogen", "now", "moved"),
        *("теперь", "сейчас", "тепер", "зараз", "teraz", "simdi", "الان"),
    )
}
_ELSEWHERE = {
    fold(word)
    for word in (
        *("früher", "vorher", "bisher", "ursprünglich", "gebürtig", "arbeite", "arbeiten", "firma", "betrieb"),
        *("abgemeldet", "ehemals", "used", "work", "formerly", "originally"),
        *("раньше", "работаю", "раніше", "працюю", "kiedyś", "pracuję", "eskiden", "كنت", "سابقا"),
    )
}
"""Words in the way to a place: that somebody lives there now, or only did so once or works there."""
_CONCERNED = {
    fold(word)
    for word in (
        *("passiert", "passierte", "geschehen", "geschah", "ereignet", "tatort", "vorfall", "unfall", "diebstahl"),
        *("einbruch", "überfall", "gestohlen", "geklaut", "beklaut", "bestohlen", "beschädigt", "zerkratzt"),
        *("aufgebrochen", "beschmiert", "angefahren", "eingebrochen", "verloren", "liegengelassen"),
        *("ferienhaus", "ferienwohnung", "wochenendhaus", "zweitwohnsitz", "zweitwohnung", "laube", "schrebergarten"),
        *("wohnwagen", "wohnmobil", "campingplatz", "happened", "stolen", "accident", "cottage"),
        *("сталося", "вкрали", "украли", "случилось", "авария", "дача", "дачу"),
        *("stało", "ukradli", "skradziono", "wypadek", "kaza", "çalındı", "سرقوا", "انسرق", "حادث"),
    )
}
"""Words by which what is asked concerns another place than home: where something happened, a house for holidays."""
_PERSON = {fold(word) for word in ("Familie", "Fam", "Herr", "Herrn", "Hr", "Frau", "Fr", "Mr", "Mrs")}
"""Words directly before a surname."""
_CALLED = {fold(word) for word in ("heiße", "Name", "Nachname", "Familienname")}
_STREET = re.compile(
    rf"\w*(?:str|{fold('straße')}|weg|{fold('chaussee')}|{fold('allee')}|{fold('damm')}|platz|ring)\Z"
)
_LANDSCAPE = "heide"


def is_name(words: Sequence[str], one: Found) -> bool:
    """Whether a place's name is but part of a street, a landscape or a person: "Celler Straße", "Familie Soltau"."""
    before = words[one.start - 1] if one.start else ""
    if (
        before in _PERSON
        or (before == "ist" and one.start > 1 and words[one.start - 2] in _CALLED)
        or before in _CALLED
    ):
        return True
    after = words[one.end] if one.end < len(words) else ""
    declined = words[one.end - 1].endswith("r")
    return declined and (after == _LANDSCAPE or _STREET.match(after) is not None)


def corrects(words: Sequence[str]) -> bool:
    """Whether a sentence takes back the places of those before it: "Uelzen? Nein! Lüneburg."."""
    return bool(words) and words[0] in _NO


def not_left(words: Sequence[str], found: Sequence[Found]) -> list[Found]:
    """Without the places that somebody does not mean or has moved away from: "nicht Celle, sondern Uelzen"."""
    if _CONCERNED.intersection(words):
        ways = _ways(words, found)
        away = [one for one, way in zip(found, ways, strict=True) if not way & (_AT_HOME | _ELSEWHERE)]
        if 0 < len(away) < len(found):
            return away
    kept = [one for one, following in pairwise(found) if not _is_left(words, one, following)] + list(found[-1:])
    ways = _ways(words, kept)
    lived = [one for one, way in zip(kept, ways, strict=True) if way & _LIVES and not way & _ELSEWHERE]
    return lived or [one for one, way in zip(kept, ways, strict=True) if not way & _ELSEWHERE] or kept


def _ways(words: Sequence[str], found: Sequence[Found]) -> list[set[str]]:
    """The words before each place, back to the one before it."""
    return [
        set(words[before : one.start]) for before, one in zip((0, *(one.end for one in found)), found, strict=False)
    ]


def is_denied(words: Sequence[str], one: Found, found: Sequence[Found]) -> bool:
    """Whether a word just before it, and behind the place before it, takes it back."""
    first = max([one.start - _NOT_WITHIN, 0, *(other.end for other in found if other.end <= one.start)])
    before = set(words[first : one.start])
    return bool(before & _NOT) and not before & _ONLY


def taken_back(words: Sequence[str]) -> set[str]:
    """The words that a "not" stands directly before."""
    return {word for before, word in pairwise(words) if before in _NOT}


def _is_left(words: Sequence[str], one: Found, following: Found) -> bool:
    between = set(words[one.end : following.start])
    moved = tuple(words[place.start - 1] if place.start else "" for place in (one, following))
    contrasted = bool(between & _BUT) and not between & (_ELSEWHERE | _TOO)
    return (contrasted and not is_denied(words, following, [one])) or moved in _MOVES
