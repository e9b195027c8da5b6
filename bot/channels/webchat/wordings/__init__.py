"""The page's words by language, in the order in which the languages are offered."""

from bot.channels.webchat.wording import Wording
from bot.channels.webchat.wordings.arabic import ARABIC
from bot.channels.webchat.wordings.easy import EASY
from bot.channels.webchat.wordings.english import ENGLISH
from bot.channels.webchat.wordings.german import GERMAN
from bot.channels.webchat.wordings.polish import POLISH
from bot.channels.webchat.wordings.russian import RUSSIAN
from bot.channels.webchat.wordings.turkish import TURKISH
from bot.channels.webchat.wordings.ukrainian import UKRAINIAN

WORDINGS: dict[str, Wording] = {
    "de": GERMAN,
    "leicht": EASY,
    "en": ENGLISH,
    "tr": TURKISH,
    "uk": UKRAINIAN,
    "ru": RUSSIAN,
    "ar": ARABIC,
    "pl": POLISH,
}


def language_of(asked: str, accepted: str) -> str:
    """The page's language: the one asked for, else the first of the browser's that we have, else German."""
    if asked in WORDINGS:
        return asked
    for part in accepted.split(","):
        code = part.split(";")[0].strip().split("-")[0].lower()
        if code in WORDINGS:
            return code
    return "de"
