"""What is answered once an intent is settled: approved texts, and the commands about the conversation itself."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import outcomes, render
from bot.answer.places import by_key
from bot.answer.turn import DEFAULT_LANGUAGE, EASY, Turn
from bot.content.catalogue import Intent, Place
from bot.message import CaseRequest, Command, Dialogue, Level, Outcome, Reason, Reply, Severity

_SWITCHES = {"language", "leicht", "standard"}
"""Commands for how to speak."""
_SWITCHED_BESIDE = 0.6
"""Probability from which a wish for a language beside something likelier is granted: it lasts."""


def answer(
    turn: Turn,
    level: Level,
    found: Sequence[tuple[str, float]],
    reasons: Sequence[Reason],
    *,
    offered: Sequence[str] = (),
    unsure: bool = False,
) -> Outcome:
    """Answer one or two intents, given with their probability; a command does what it says.

    A wish for a language is granted first, and whatever else was asked is answered in it. Intents `offered` stand
    below as buttons. With an `unsure` answer the message goes to people, too, and the citizen is told so.
    """
    intents = [
        turn.authority.intents[name]
        for place, (name, probability) in enumerate(found)
        if not place or probability >= _SWITCHED_BESIDE or turn.authority.intents[name].command not in _SWITCHES
    ]
    turn, fixed = _switched(turn, intents)
    said = _to_say(intents)
    case = _case(said, level, unsure=unsure)
    deleting = any(intent.command == "delete" for intent in said)
    if deleting and case is not None:
        # People may need the last messages to find or to help somebody; so people delete now, not the program.
        return outcomes.handed_over(turn, level, reasons, reason="wants-person")
    here = _places(turn)
    replies = _replies(turn, said, here)
    if offered:
        buttons = (*replies[-1].choices, *render.choices(turn.authority, offered, turn.language))
        replies[-1] = replace(replies[-1], choices=tuple(dict.fromkeys(buttons)))
    if unsure:
        # In the same message: its buttons stay at the end of what is read.
        also = render.said(turn.authority, "dialogue.also", turn.language, turn.now)
        replies[-1] = replace(replies[-1], text=f"{replies[-1].text}\n\n{also.text}")
        reasons = (*reasons, Reason("unsure", "Die Antwort ist unsicher: Ein Mensch liest die Nachricht auch."))
    commands = [Reason("command", f"Befehl: {intent.command}.") for intent in intents if intent.command]
    done = Reason("answered", f"Antwort: {' und '.join(intent.name for intent in said)}.")
    outcome = outcomes.answered(
        turn,
        level,
        replies,
        said[0].name,
        dict(found)[said[0].name],
        (*reasons, *commands, done),
        case=case,
        command=Command.DELETE if deleting else None,
        place=here[0].key if here else turn.dialogue.place,
        language_fixed=fixed,
    )
    if deleting:
        # Of what was said nothing stays; how to talk to this person does.
        kept = outcome.dialogue
        fresh = Dialogue(language=kept.language, language_fixed=kept.language_fixed, notice=kept.notice)
        outcome = replace(outcome, dialogue=fresh)
    return replace(outcome, also=tuple(intent.name for intent in intents if intent is not said[0]))


def _to_say(intents: Sequence[Intent]) -> list[Intent]:
    """What is said, in order: how to speak only where nothing else was asked, and of deleting last."""
    said = [intent for intent in intents if intent.command not in _SWITCHES] or list(intents[:1])
    return sorted(said, key=lambda intent: intent.command == "delete")


def _replies(turn: Turn, intents: Sequence[Intent], here: Sequence[Place]) -> list[Reply]:
    """The first intent for each of its places, then the others."""
    first = intents[0]
    replies = [_said(turn, first.name, here[0] if here else None)]
    for place in here[1:2]:
        other = _said(turn, first.name, place)
        replies += [replace(other, choices=())] if other.text != replies[0].text else []
    for intent in intents[1:]:
        second = _said(turn, intent.name, here[0] if here else None)
        lead = render.said(turn.authority, "dialogue.two", turn.language, turn.now)
        replies.append(replace(second, text=f"{lead.text}\n{second.text}"))
    return replies


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


def _switched(turn: Turn, intents: Sequence[Intent]) -> tuple[Turn, bool]:
    """The turn in the language that was wished for, and whether it stays whatever the citizen writes in."""
    spoken = turn.understanding.catalogue.languages
    for intent in intents:
        if intent.command == "leicht":
            return replace(turn, language=EASY), True
        if intent.command == "standard":
            return replace(turn, language=turn.guessed if turn.guessed in spoken else DEFAULT_LANGUAGE), False
        if intent.command == "language" and intent.target in spoken:
            return replace(turn, language=intent.target), True
    return turn, turn.dialogue.language_fixed
