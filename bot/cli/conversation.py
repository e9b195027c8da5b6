"""A conversation in memory, through the real pipeline: what `chat` and `ask` share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.answer.pipeline import answer
from bot.answer.understanding import Understanding
from bot.message import Conversation, Inbound, Kind, Outcome, Reply

BETWEEN_TURNS = timedelta(seconds=15)
"""How much time a played conversation lets pass from one turn to the next."""


@dataclass
class MemoryConversation:
    """Keeps between the turns what the store would keep."""

    understanding: Understanding
    conversation: Conversation
    now: datetime

    @classmethod
    def start(cls, understanding: Understanding, authority: str) -> "MemoryConversation":
        """Begin with a person nobody has heard of."""
        return cls(understanding, Conversation(authority, channel="terminal"), datetime.now(UTC))

    def say(self, text: str) -> Outcome:
        """Play one turn."""
        inbound = Inbound(Kind.TEXT, "terminal", text, sent_at=self.now)
        outcome = answer(inbound, self.conversation, self.understanding, self.now)
        self.conversation = Conversation(
            self.conversation.authority,
            self.conversation.owner,
            outcome.dialogue,
            self.conversation.channel,
            has_case=self.conversation.has_case or outcome.case is not None,
        )
        self.now += BETWEEN_TURNS
        return outcome


def as_read(replies: Sequence[Reply]) -> str:
    """The replies as one text, the buttons written out below as a channel without buttons shows them."""
    return "\n\n".join(_with_choices(reply) for reply in replies)


def _with_choices(reply: Reply) -> str:
    if not reply.choices:
        return reply.text
    numbered = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(reply.choices, 1))
    return f"{reply.text}\n{numbered}"
