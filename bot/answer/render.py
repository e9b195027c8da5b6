"""Approved texts become replies: in one language, with their buttons, with 110/112 where the level asks for them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from bot.answer.choices import PREFIX
from bot.answer.last_resort import emergency_text
from bot.answer.turn import DEFAULT_LANGUAGE
from bot.content.catalogue import Authority, Place, Response
from bot.message import Choice, Lane, Level, Reply

NUMBERS = re.compile(r"(?<!\d)11[02](?!\d)")
_EARLY = 75
"""Characters of a text within which it names the first of the numbers where it begins with them."""
_LONG_NUMBER = re.compile(r"\d[\d /]{6,}\d")
_LINK = re.compile(r"https?://[^\s,;]+")


def usable(authority: Authority, name: str, now: datetime) -> Response | None:
    """The response of that name, unless there is none or its last day has passed."""
    response = authority.responses.get(name)
    if response is None or (response.valid_until is not None and now.date() > response.valid_until):
        return None
    return response


def said(
    authority: Authority,
    name: str,
    language: str,
    now: datetime,
    lane: Lane = Lane.ORDINARY,
    place: Place | None = None,
) -> Reply:
    """A response as a reply. A missing text gives the built-in emergency answer, never silence.

    With a place it is the text for the place's region, where there is one.
    """
    response = usable(authority, name, now)
    if response is None:
        return Reply(emergency_text(language), language, lane=Lane.EMERGENCY)
    if language not in response.text and DEFAULT_LANGUAGE not in response.text:
        return Reply(next(iter(response.text.values())).strip(), next(iter(response.text)), lane=lane)
    text, spoken = response.in_language(language, place.region if place is not None else "")
    text = text.replace("{place}", place.name) if place is not None else text
    return Reply(text.strip(), spoken, choices(authority, response.choices, language), lane)


def choices(authority: Authority, intents: Iterable[str], language: str) -> tuple[Choice, ...]:
    """Buttons for intents, labelled in the reply's language."""
    known = [authority.intents[name] for name in intents if name in authority.intents]
    return tuple(Choice(f"{PREFIX}{intent.name}", intent.labels.get(language, intent.title)) for intent in known)


def details(text: str) -> set[str]:
    """What a text tells the reader to call or to open: its telephone numbers and links."""
    return {*_LONG_NUMBER.findall(text), *(link.rstrip(".") for link in _LINK.findall(text))}


def opened(
    replies: Sequence[Reply], level: Level, authority: Authority, now: datetime, *, despair: bool = False
) -> tuple[Reply, ...]:
    """With the numbers in the first line where danger cannot be ruled out; `despair`: with the help line, too."""
    if level not in {Level.POSSIBLE, Level.UNKNOWN} or not replies:
        return tuple(replies)
    first, *rest = replies
    if not despair and _leads(first.text):
        return tuple(replies)
    opening = said(authority, "danger.opening_crisis" if despair else "danger.opening", first.language, now)
    return (replace(first, text=f"{opening.text}\n\n{first.text}"), *rest)


def _leads(text: str) -> bool:
    """Whether a text begins with both numbers. At the end of a long first line they are read last."""
    found = NUMBERS.search(text)
    line = text.partition("\n")[0]
    return found is not None and found.start() <= _EARLY and {"110", "112"} <= set(NUMBERS.findall(line))


def closed(
    replies: Sequence[Reply], authority: Authority, now: datetime, *, despair: bool = False
) -> tuple[Reply, ...]:
    """With the numbers in a closing sentence, and with `despair` the help line; a text that has them needs none."""
    if not replies:
        return ()
    *rest, last = replies
    if not any(NUMBERS.search(reply.text) for reply in replies):
        closing = said(authority, "danger.closing", last.language, now)
        last = replace(last, text=f"{last.text}\n\n{closing.text}")
    return (*rest, with_helpline(last, authority, now) if despair else last)


def with_helpline(reply: Reply, authority: Authority, now: datetime) -> Reply:
    """The reply and, where it does not name it yet, the line for whoever needs somebody to talk to."""
    line = said(authority, "dialogue.helpline", reply.language, now).text
    known = any(number in reply.text for number in _LONG_NUMBER.findall(line))
    return reply if known else replace(reply, text=f"{reply.text}\n{line}")


def notice(authority: Authority, language: str, shown: str, now: datetime) -> tuple[Reply | None, str]:
    """The first-contact notice unless its present wording was shown already, and the version now shown."""
    response = usable(authority, "notice.first", now)
    if response is None:
        return None, shown
    version = sha256(response.in_language(DEFAULT_LANGUAGE)[0].encode()).hexdigest()[:8]
    if version == shown:
        return None, shown
    return replace(said(authority, "notice.first", language, now), notice=True, choices=()), version
