"""What is answered once an intent is settled: approved texts, and the commands about the conversation itself."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import outcomes, render
from bot.answer.places import by_key
from bot.answer.turn import DEFAULT_LANGUAGE, EASY, Turn
from bot.content.catalogue import Intent, IntentKind, Place
from bot.message import CaseRequest, Command, Dialogue, Level, Outcome, Reason, Reply, Severity


def answer(
    turn: Turn, level: Level, found: Sequence[tuple[str, float]], reasons: Sequence[Reason], *, unsure: bool = False
) -> Outcome:
    """Answer one or two intents, given with their probability; a command does what it says.

    With an `unsure` answer the message goes to people, too, and the citizen is told so.
    """
    intents = [turn.authority.intents[name] for name, _ in found]
    first, confidence = intents[0], found[0][1]
    if first.kind is IntentKind.COMMAND:
        return _commanded(turn, level, first, confidence, reasons)
    here = _places(turn)
    replies = [_said(turn, first.name, here[0] if here else None)]
    for place in here[1:2]:
        other = _said(turn, first.name, place)
        replies += [replace(other, choices=())] if other.text != replies[0].text else []
    for intent in intents[1:]:
        second = _said(turn, intent.name, here[0] if here else None)
        lead = render.said(turn.authority, "dialogue.two", turn.language, turn.now)
        replies.append(replace(second, text=f"{lead.text}\n{second.text}"))
    if unsure:
        # In the same message: its buttons stay at the end of what is read.
        also = render.said(turn.authority, "dialogue.also", turn.language, turn.now)
        replies[-1] = replace(replies[-1], text=f"{replies[-1].text}\n\n{also.text}")
        reasons = (*reasons, Reason("unsure", "Die Antwort ist unsicher: Ein Mensch liest die Nachricht auch."))
    done = Reason("answered", f"Antwort: {' und '.join(intent.name for intent in intents)}.")
    outcome = outcomes.answered(
        turn,
        level,
        replies,
        first.name,
        confidence,
        (*reasons, done),
        case=_case(intents, level, unsure=unsure),
        place=here[0].key if here else turn.dialogue.place,
    )
    return replace(outcome, also=tuple(intent.name for intent in intents[1:]))


def _places(turn: Turn) -> tuple[Place, ...]:
    """The places that were named, else the one the conversation is about."""
    before = by_key(turn.dialogue.place, turn.authority)
    return turn.places.certain or ((before,) if before is not None else ())


def _said(turn: Turn, name: str, place: Place | None) -> Reply:
    return render.said(turn.authority, name, turn.language, turn.now, place=place)


def _case(intents: Sequence[Intent], level: Level, *, unsure: bool = False) -> CaseRequest | None:
    if level is Level.POSSIBLE:
        return outcomes.possible_case(level)
    if any(intent.escalate for intent in intents):
        human = any(intent.command == "human" for intent in intents)
        return CaseRequest(Severity.NORMAL, "wants-person" if human else "escalate")
    return CaseRequest(Severity.NORMAL, "unsure") if unsure else None


def _commanded(turn: Turn, level: Level, intent: Intent, confidence: float, reasons: Sequence[Reason]) -> Outcome:
    """What the citizen may tell the program about the conversation itself."""
    if intent.command == "delete":
        return _deleted(turn, level, intent, confidence, reasons)
    language, fixed = _switched(turn, intent)
    reply = render.said(turn.authority, intent.name, language, turn.now)
    return outcomes.answered(
        replace(turn, language=language),
        level,
        [reply],
        intent.name,
        confidence,
        (*reasons, Reason("command", f"Befehl: {intent.command}.")),
        case=_case([intent], level),
        language_fixed=fixed,
    )


def _switched(turn: Turn, intent: Intent) -> tuple[str, bool]:
    """The language after this command, and whether it stays whatever the citizen writes in."""
    spoken = turn.understanding.catalogue.languages
    if intent.command == "leicht":
        return EASY, True
    if intent.command == "standard":
        return (turn.guessed if turn.guessed in spoken else DEFAULT_LANGUAGE), False
    if intent.command == "language" and intent.target in spoken:
        return intent.target, True
    return turn.language, turn.dialogue.language_fixed


def _deleted(turn: Turn, level: Level, intent: Intent, confidence: float, reasons: Sequence[Reason]) -> Outcome:
    if turn.alarmed:
        # People may need the last messages to find somebody; so people delete now, not the program.
        return outcomes.handed_over(turn, Level.POSSIBLE, reasons, reason="wants-person")
    reply = render.said(turn.authority, intent.name, turn.language, turn.now)
    done = Reason("command", "Befehl: delete.")
    outcome = outcomes.answered(
        turn, level, [reply], intent.name, confidence, (*reasons, done), command=Command.DELETE
    )
    # Of what was said nothing stays; how to talk to this person does.
    kept = outcome.dialogue
    fresh = Dialogue(language=kept.language, language_fixed=kept.language_fixed, notice=kept.notice)
    return replace(outcome, dialogue=fresh)
