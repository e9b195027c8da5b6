"""The forms an answer can take. Each takes a turn and what was found, and gives the whole outcome.

What each level says first: acute and crisis the numbers and nothing else; possible and unknown the numbers in one
line; harmless none, save one closing sentence where nothing was answered.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.answer import render
from bot.answer.triage import Finding
from bot.answer.turn import Turn
from bot.message import (
    CaseRequest,
    Choice,
    Command,
    Dialogue,
    Kind,
    Lane,
    Level,
    Outcome,
    Reason,
    Reply,
    Said,
    Severity,
)

MINUTE = timedelta(minutes=1)
SPLIT_WITHIN = timedelta(seconds=60)
_SPLIT_MOST = 2
"""Earlier messages that are judged together with the present one."""
_SPLIT_LENGTH = 200
"""Characters up to which a message counts as a short one."""


def recent(turn: Turn) -> tuple[Said, ...]:
    """The short messages of the last minute, the present one not among them."""
    said = [one for one in turn.dialogue.recent if timedelta(0) <= turn.now - one.at <= SPLIT_WITHIN]
    return tuple(said[-_SPLIT_MOST:])


def counted(turn: Turn) -> tuple[datetime, int]:
    """When the present minute of this conversation began, and how many messages it has had, the present one too."""
    began = turn.dialogue.minute
    if began is None or not timedelta(0) <= turn.now - began <= MINUTE:
        return turn.now, 1
    return began, turn.dialogue.in_minute + 1


def remembered(turn: Turn, **changes: object) -> Dialogue:
    """The dialogue after this message."""
    now_said = (Said(turn.now, turn.inbound.text),) if len(turn.inbound.text) <= _SPLIT_LENGTH else ()
    minute, count = counted(turn)
    kept = replace(
        turn.dialogue,
        language=turn.language,
        pending=(),
        recent=(*recent(turn), *now_said),
        minute=minute,
        in_minute=count,
    )
    return replace(kept, **changes)  # type: ignore[arg-type]


def silent(turn: Turn, level: Level, reason: Reason, case: CaseRequest | None = None, **changes: object) -> Outcome:
    """Nothing is said; people may still be called."""
    dialogue = remembered(turn, pending=turn.dialogue.pending, **changes)
    return Outcome(level, (), dialogue, turn.language, case, reasons=(*turn.reasons, reason))


def danger(turn: Turn, finding: Finding, level: Level) -> Outcome:
    """The numbers, at once, and an alarm. Repeated within minutes the text is shorter."""
    repeated = turn.alarmed and turn.dialogue.last_intent == finding.response
    name = "danger.again" if repeated else finding.response
    reply = render.said(turn.authority, name, turn.language, turn.now, Lane.EMERGENCY)
    if finding.despair:
        reply = render.with_helpline(reply, turn.authority, turn.now)
    why = Reason("danger", f"Gefahr: Antwort „{name}“, Notrufnummern zuerst, Alarm an die Pressestelle.")
    case = CaseRequest(Severity.ALARM, "crisis" if level is Level.CRISIS else "danger")
    dialogue = remembered(turn, last_intent=finding.response, alarmed_at=turn.now, misses=0)
    return first_contact(
        turn, Outcome(level, (reply,), dialogue, turn.language, case, reasons=(*turn.reasons, *finding.reasons, why))
    )


def still_alarmed(turn: Turn, finding: Finding) -> Outcome:
    """Minutes after danger: whatever is no clear new question leaves the alarm as it is."""
    level = Level.CRISIS if turn.dialogue.last_intent == "danger.crisis" else Level.ACUTE
    reply = render.said(turn.authority, "danger.again", turn.language, turn.now, Lane.EMERGENCY)
    why = Reason("alarm-lasts", "Vor wenigen Minuten wurde Gefahr erkannt; das nimmt diese Nachricht nicht zurück.")
    case = None if turn.conversation.has_case else CaseRequest(Severity.ALARM, "danger")
    reasons = (*turn.reasons, *finding.reasons, why)
    return first_contact(turn, Outcome(level, (reply,), remembered(turn), turn.language, case, reasons=reasons))


def answered(
    turn: Turn,
    level: Level,
    replies: Sequence[Reply],
    intent: str,
    confidence: float,
    reasons: Sequence[Reason],
    *,
    case: CaseRequest | None = None,
    command: Command | None = None,
    **changes: object,
) -> Outcome:
    """A question is answered. Where danger cannot be ruled out people are told, whatever `case` says."""
    pending = tuple(dict.fromkeys(choice for reply in replies for choice in reply.choices))
    dialogue = remembered(turn, **({"last_intent": intent, "misses": 0, "pending": pending} | changes))
    said = render.opened(replies, level, turn.authority, turn.now, despair=turn.despair)
    if level is Level.HARMLESS and turn.doubtful:
        said = render.closed(said, turn.authority, turn.now, despair=turn.despair)
    outcome = Outcome(
        level,
        said,
        dialogue,
        dialogue.language,
        case or possible_case(level),
        command,
        intent,
        confidence,
        (*turn.reasons, *reasons),
    )
    return first_contact(turn, outcome)


def asked_back(
    turn: Turn, level: Level, offers: Sequence[Choice], confidence: float, why: Sequence[Reason]
) -> Outcome:
    """Nothing is sure enough to answer, but something is near."""
    reply = render.said(turn.authority, "dialogue.ask", turn.language, turn.now)
    reply = replace(reply, choices=tuple(offers))
    dialogue = remembered(turn, pending=tuple(offers), misses=turn.dialogue.misses + 1, last_intent="dialogue.ask")
    case = possible_case(level)
    reason = Reason("asked-back", "Nicht sicher genug für eine Antwort: Rückfrage mit Auswahl.")
    outcome = Outcome(
        level, _unanswered((reply,), level, turn), dialogue, turn.language, case, None, "", confidence,
        (*turn.reasons, *why, reason),
    )  # fmt: skip
    return first_contact(turn, outcome)


def handed_over(turn: Turn, level: Level, why: Sequence[Reason], name: str = "", reason: str = "") -> Outcome:
    """People take over. The waiting text comes once; after it only what the level demands is said."""
    case = CaseRequest(Severity.RAISED if level is Level.POSSIBLE else Severity.NORMAL, reason or "not-understood")
    told = turn.dialogue.last_intent
    explained = Reason("handed-over", "Keine passende Antwort: Ein Mensch übernimmt.")
    changes = {"misses": turn.dialogue.misses + 1}
    if not name:
        waiting = turn.conversation.has_case or told == "dialogue.handover"
        name = "dialogue.waiting" if waiting else "dialogue.handover"
    if name == told == "dialogue.waiting":
        replies: tuple[Reply, ...] = ()
        if level is not Level.HARMLESS:
            replies = (render.said(turn.authority, "danger.opening", turn.language, turn.now),)
    else:
        replies = _unanswered((render.said(turn.authority, name, turn.language, turn.now),), level, turn)
    dialogue = remembered(turn, last_intent=name, **changes)
    outcome = Outcome(level, replies, dialogue, turn.language, case, reasons=(*turn.reasons, *why, explained))
    return first_contact(turn, outcome)


def simply(turn: Turn, level: Level, name: str, reason: Reason, case: CaseRequest | None = None) -> Outcome:
    """One system text about the conversation itself (empty, expired, late, unreadable)."""
    lane = Lane.EMERGENCY if level in {Level.ACUTE, Level.CRISIS} else Lane.ORDINARY
    replies = render.opened(
        (render.said(turn.authority, name, turn.language, turn.now, lane),),
        level,
        turn.authority,
        turn.now,
        despair=turn.despair,
    )
    changes: dict[str, object] = {"last_intent": name}
    if lane is Lane.EMERGENCY:
        changes["alarmed_at"] = turn.now
    dialogue = remembered(turn, **changes)
    return first_contact(
        turn, Outcome(level, replies, dialogue, turn.language, case, reasons=(*turn.reasons, reason))
    )


def possible_case(level: Level) -> CaseRequest | None:
    """Where danger cannot be ruled out people are told, whatever else is said."""
    return CaseRequest(Severity.RAISED, "possible-danger") if level is Level.POSSIBLE else None


def first_contact(turn: Turn, outcome: Outcome) -> Outcome:
    """With the standing notice, once: before the answer, but never before the numbers in danger."""
    if not outcome.replies:
        return outcome
    notice, shown = render.notice(turn.authority, outcome.language, turn.dialogue.notice, turn.now)
    if notice is None:
        return outcome
    urgent = outcome.level in {Level.ACUTE, Level.CRISIS}
    if turn.inbound.public:
        # Most platforms let a public post be answered by one private message only; who answers is part of it.
        *before, last = outcome.replies
        replies = (*before, replace(last, text=f"{last.text}\n\n{notice.text}"))
    else:
        replies = (*outcome.replies, notice) if urgent else (notice, *outcome.replies)
    return replace(outcome, replies=replies, dialogue=replace(outcome.dialogue, notice=shown))


def is_text(kind: Kind) -> bool:
    return kind in {Kind.TEXT, Kind.CHOICE, Kind.EDIT}


def _unanswered(replies: Sequence[Reply], level: Level, turn: Turn) -> tuple[Reply, ...]:
    """Numbers at both ends of the scale: opening while danger is open, closing where it is not."""
    if level is Level.HARMLESS:
        return render.closed(replies, turn.authority, turn.now, despair=turn.despair)
    return render.opened(replies, level, turn.authority, turn.now, despair=turn.despair)
