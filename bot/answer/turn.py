"""One message with everything that is needed to answer it; and the language the answer will have."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.answer.places import Places
from bot.answer.segments import Reading, read
from bot.answer.understanding import Understanding
from bot.content.catalogue import Authority
from bot.message import Conversation, Dialogue, Inbound, Owner, Reason
from bot.text.fold import clean

DEFAULT_LANGUAGE = "de"
EASY = "leicht"
_SURE = 2.0
"""Lead in nats from which a message changes the language of a conversation."""
ALARM_LASTS = timedelta(minutes=10)
"""How long nothing lowers what was once recognised as danger."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What `answer` was given, read once."""

    inbound: Inbound
    conversation: Conversation
    understanding: Understanding
    authority: Authority
    now: datetime
    cleaned: str
    reading: Reading
    guessed: str
    """The language of the text itself, "" where it says nothing."""
    language: str
    """Of the reply."""
    reasons: tuple[Reason, ...]
    places: Places = field(default_factory=Places)
    doubtful: bool = False
    """Harmless, but not beyond all doubt: the numbers close even an answer."""
    despair: bool = False
    """Triage does not rule out a life crisis: the help line is named, too."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Folded."""
        return self.reading.sentences

    @property
    def dialogue(self) -> Dialogue:
        return self.conversation.dialogue

    @property
    def alarmed(self) -> bool:
        """Danger was recognised in the last minutes."""
        before = self.dialogue.alarmed_at
        return before is not None and self.now - before <= ALARM_LASTS

    @property
    def by_human(self) -> bool:
        """A person owns the conversation: the bot is silent but for danger."""
        return self.conversation.owner is Owner.HUMAN


def begin(
    inbound: Inbound, conversation: Conversation, understanding: Understanding, authority: Authority, now: datetime
) -> Turn:
    """Read the message: cleaned, cut into folded sentences, its language recognised."""
    cleaned = clean(inbound.text)
    reading = read(cleaned)
    dialogue = conversation.dialogue
    hint = _known(inbound.language_hint, understanding)
    settled = dialogue.language or hint
    places = understanding.places.find(reading.sentences, authority.id, understanding.matcher.knows)
    # The name of a place is in no language.
    words = places.rest if places.any else reading.sentences
    guess = understanding.language.guess(" ".join(words[:12]), _base(settled or DEFAULT_LANGUAGE))
    language, why = _reply_language(guess.language, guess.lead, dialogue, hint, understanding)
    reason = Reason("language", f"Sprache der Antwort: {language} ({why}).", guess.language)
    return Turn(
        inbound,
        conversation,
        understanding,
        authority,
        now,
        cleaned,
        reading,
        guess.language,
        language,
        (reason,),
        places,
    )


def _reply_language(
    guessed: str, lead: float, dialogue: Dialogue, hint: str, understanding: Understanding
) -> tuple[str, str]:
    settled = dialogue.language or hint
    if dialogue.language_fixed:
        return dialogue.language or DEFAULT_LANGUAGE, "so gewünscht"
    if guessed not in understanding.catalogue.languages:
        return settled or DEFAULT_LANGUAGE, "bisherige Sprache"
    if guessed == _base(settled):
        return settled, "wie bisher"
    if dialogue.language and lead < _SURE:
        return dialogue.language, "zu kurz, um die Sprache zu wechseln"
    return guessed, "Sprache der Frage"


def _base(language: str) -> str:
    """Easy-to-read German is German to recognition."""
    return DEFAULT_LANGUAGE if language == EASY else language


def _known(hint: str, understanding: Understanding) -> str:
    """The platform's or browser's language ("de-AT"), if we answer in it."""
    short = hint.lower().replace("_", "-").split("-")[0] if hint else ""
    return short if short in understanding.catalogue.languages else ""
