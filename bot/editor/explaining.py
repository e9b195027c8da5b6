"""`lotse explain`: why a message gets the answer it gets, from the very outcome that answered."""

from dataclasses import dataclass
from datetime import datetime

from bot.answer.understanding import Understanding
from bot.editor.trying import body, put
from bot.message import CaseRequest, Level, Reason, Severity

LEVELS = {
    Level.ACUTE: "akute Gefahr: Notrufnummern zuerst, Alarm im Posteingang",
    Level.CRISIS: "Krise: Hilfe und Notruf zuerst, Alarm im Posteingang",
    Level.POSSIBLE: "Gefahr nicht auszuschließen: Notrufnummern in der ersten Zeile",
    Level.UNKNOWN: "nicht verstanden: gilt nie als harmlos",
    Level.HARMLESS: "sicher harmlos: Notrufnummern höchstens im Schlusssatz",
}
SEVERITIES = {Severity.NORMAL: "gewöhnlich", Severity.RAISED: "dringend", Severity.ALARM: "Alarm"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that an editor may want to know about one message."""

    text: str
    authority: str
    level: Level
    intent: str
    title: str
    confidence: float
    language: str
    reasons: tuple[Reason, ...]
    reply: str
    choices: tuple[str, ...]
    case: CaseRequest | None


def explain(text: str, authority: str, understanding: Understanding, now: datetime) -> Explanation:
    """Put the message to the pipeline and gather what it says about itself."""
    outcome = put(text, authority, understanding, now)
    intent = understanding.catalogue.authorities[authority].intents.get(outcome.intent)
    return Explanation(
        text=text,
        authority=authority,
        level=outcome.level,
        intent=outcome.intent,
        title=intent.title if intent else "",
        confidence=outcome.confidence,
        language=outcome.language,
        reasons=outcome.reasons,
        reply=body(outcome),
        choices=tuple(choice.label for reply in outcome.replies for choice in reply.choices),
        case=outcome.case,
    )
