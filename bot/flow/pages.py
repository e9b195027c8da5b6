"""`channels.base.Ports.page`: what a page of ours says around the conversation, from the content in force."""

from collections.abc import Callable

from bot.answer.last_resort import last_resort
from bot.answer.understanding import Understanding
from bot.channels.base import Page
from bot.content.catalogue import Authority
from bot.errors import NotVisible
from bot.flow.clock import Clock
from bot.message import Choice, Dialogue

_STARTS = ("contact.general", "contact.press", "channels.list", "report.online")
"""Intents offered as first questions, where the authority answers them."""


class PageOfCatalogue:
    """Reads the catalogue anew for each page; nothing is kept."""

    def __init__(self, understanding: Callable[[], Understanding | None], clock: Clock) -> None:
        self._understanding = understanding
        self._clock = clock

    def __call__(self, authority: str, language: str) -> Page:
        """Texts of this authority in this language, else German. Raises NotVisible for an unknown authority.

        While no content has ever been good the page still stands, with the built-in emergency text.
        """
        understanding = self._understanding()
        if understanding is None:
            text = last_resort(language, self._clock(), Dialogue()).replies[0].text
            return Page(authority, "", language, notice="", emergency=text)
        known = understanding.catalogue.authorities.get(authority)
        if known is None:
            raise NotVisible(authority)
        return Page(
            authority,
            known.name.get(language, known.name["de"]),
            language,
            notice=_text(known, "notice.first", language),
            emergency=_text(known, "danger.opening", language),
            placeholder_topics=tuple(_starts(known, language)),
            privacy=_text(known, "page.privacy", language),
        )


def _text(authority: Authority, name: str, language: str) -> str:
    response = authority.responses.get(name)
    return response.in_language(language)[0] if response else ""


def _starts(authority: Authority, language: str) -> list[Choice]:
    intents = [authority.intents[name] for name in _STARTS if name in authority.intents]
    return [Choice(f"i:{intent.name}", intent.labels.get(language, intent.title)) for intent in intents]
