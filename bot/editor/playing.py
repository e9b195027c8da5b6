"""Plays lines through the real pipeline and keeps of each what is counted."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from bot.answer.match import Candidate
from bot.answer.meaning import meaning
from bot.answer.places import by_key
from bot.answer.render import details
from bot.answer.turn import DEFAULT_LANGUAGE, begin
from bot.answer.understanding import Understanding
from bot.content.catalogue import Authority
from bot.editor.lines import ASK, OUTSIDE, Line, Sort
from bot.editor.trying import (
    answered,
    body,
    came_to,
    conversation,
    is_alarm,
    message,
    numbers_open,
    numbers_somewhere,
    offered,
    put,
    reaches_people,
)
from bot.message import Outcome

_PHONE = re.compile(r"\+?\d[\d /()-]{3,}\d")


@dataclass(frozen=True, slots=True)
class Played:
    """A line and what it led to."""

    line: Line
    came: str
    """In a few German words."""
    intent: str
    """The intent that was answered first, "" where none was."""
    alarm: bool
    """Taken for danger: emergency answer and alarm."""
    opening: bool
    """Because of danger 110 or 112 stand in the first line."""
    body: bool
    """110 or 112 stand anywhere."""
    explicit: bool
    """A signal of the lexicon stood."""
    crisis_line: bool
    """A number of the crisis answer, other than 110 and 112, stands in the reply."""
    right: bool
    """An expected intent was answered."""
    offered: bool
    """It was asked back, with an expected intent among the choices."""
    asked_back: bool
    people: bool
    """People get the message because nothing fits or a person is wanted."""
    theirs: bool
    """What was asked is for people by its nature: praise, somebody's own case."""
    placed: bool
    """The answer is that of the place's region, asks which place, or says that it lies elsewhere, as expected.

    An answer by another name that tells all numbers and links of the expected one is as good.
    """
    best: Candidate | None
    second: Candidate | None
    seconds: float

    @property
    def wrong(self) -> bool:
        """Something else was answered than what was asked."""
        return bool(self.intent) and not self.right

    @property
    def misled(self) -> bool:
        """It was asked back, and none of the choices was right."""
        return self.asked_back and not self.offered

    @property
    def handed_over(self) -> bool:
        """Neither answered nor asked back: only people can help now."""
        return not self.intent and not self.asked_back and not self.alarm

    @property
    def margin(self) -> float:
        """By how much the likeliest intent leads, 0 to 1; 1 where nothing came into question."""
        if self.best is None:
            return 1.0
        return self.best.probability - (self.second.probability if self.second is not None else 0.0)


def play(lines: Iterable[Line], understanding: Understanding, now: datetime) -> Iterator[Played]:
    """Each line as the first message of a new conversation."""
    offices = understanding.catalogue.authorities
    for line in lines:
        begun = perf_counter()
        outcome = put(line.text, line.authority, understanding, now)
        seconds = perf_counter() - begun
        best, second = _nearest(line, understanding, now) if line.expect else (None, None)
        yield _played(line, outcome, offices[line.authority], best, second, seconds)


def _played(
    line: Line,
    outcome: Outcome,
    office: Authority,
    best: Candidate | None,
    second: Candidate | None,
    seconds: float,
) -> Played:
    choices = offered(outcome)
    right = not is_alarm(outcome) and bool(set(answered(outcome)) & set(line.expect))
    region = _region(outcome, office)
    return Played(
        line=line,
        came=came_to(outcome),
        intent=outcome.intent,
        alarm=is_alarm(outcome),
        opening=numbers_open(outcome),
        body=numbers_somewhere(outcome),
        explicit=any(reason.code == "danger-signal" for reason in outcome.reasons),
        crisis_line=line.sort is Sort.CRISIS and bool(_crisis_numbers(office) & _phones(body(outcome))),
        right=right,
        offered=bool(set(choices) & set(line.expect)),
        asked_back=bool(choices),
        people=reaches_people(outcome, office),
        theirs=any(office.intents[name].escalate for name in line.expect if name in office.intents),
        # Whoever is asked which place, or named nothing but a place, has not come to an intent yet.
        placed=bool(region)
        and region == line.region
        and (right or not line.expect or region in {ASK, OUTSIDE} or _tells_as_much(outcome, line, office)),
        best=best,
        second=second,
        seconds=seconds,
    )


def _nearest(line: Line, understanding: Understanding, now: datetime) -> tuple[Candidate | None, Candidate | None]:
    """The two likeliest intents, as the pipeline ranks them."""
    office = understanding.catalogue.authorities[line.authority]
    turn = begin(message(line.text, now), conversation(line.authority), understanding, office, now)
    found = meaning(turn.sentences, turn)
    ranked: dict[str, Candidate] = {}
    for one in (*found.answers[:1], *found.offers, *found.near):
        ranked.setdefault(one.intent, one)
    first, second, *_ = *ranked.values(), None, None
    return first, second


def _region(outcome: Outcome, office: Authority) -> str:
    """What the answer made of the place in the message; "" where there was none."""
    codes = {reason.code for reason in outcome.reasons}
    if "place-open" in codes:
        return ASK
    if codes & {"place-outside", "place-code"}:
        return OUTSIDE
    place = by_key(outcome.dialogue.place, office)
    return place.region if place is not None else ""


def _tells_as_much(outcome: Outcome, line: Line, office: Authority) -> bool:
    """Whether what was said names every number and link of an expected answer for this place."""
    expected = [
        office.responses[name].regional.get(line.region, {}) for name in line.expect if name in office.responses
    ]
    told = details(body(outcome))
    wanted = [details(text[DEFAULT_LANGUAGE]) for text in expected if text]
    return not is_alarm(outcome) and any(one and one <= told for one in wanted)


def _crisis_numbers(office: Authority) -> frozenset[str]:
    response = office.responses.get("danger.crisis")
    return frozenset().union(*map(_phones, response.text.values())) if response is not None else frozenset()


def _phones(text: str) -> frozenset[str]:
    return frozenset(re.sub(r"\D", "", phone) for phone in _PHONE.findall(text))
