"""One message in, one outcome out. Pure: the same message, conversation, content and time give the same outcome."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.answer import answering, local, outcomes, places, render
from bot.answer.bulletins import led
from bot.answer.choices import chosen, intent_of
from bot.answer.followup import again, in_context
from bot.answer.last_resort import last_resort
from bot.answer.match import Candidate
from bot.answer.meaning import Meaning, meaning
from bot.answer.segments import read
from bot.answer.triage import Finding, judge
from bot.answer.turn import DEFAULT_LANGUAGE, Turn, begin
from bot.answer.understanding import Understanding
from bot.content.catalogue import IntentKind
from bot.message import (
    Bulletin,
    CaseRequest,
    Choice,
    Conversation,
    Inbound,
    Kind,
    Level,
    Outcome,
    Reason,
    Severity,
)
from bot.text.fold import LONGEST, clean

LATE = timedelta(minutes=15)
"""Age from which a message is no longer answered as if it were fresh."""
PLAINLY_ASKED = 0.55
"""Probability of a question from which an alarm of the classifier alone becomes "possible": the numbers, and in a
life crisis the help line, still open the reply, then the question is answered. Of unseen questions with such an alarm
it takes back three in four, of held-out danger three in a hundred."""
BESIDE_QUESTION = 0.95
"""Probability of danger from which only a question in the sentence that alarms takes the alarm back, not one beside
it: "Where is the lost property office? Never mind, our kitchen is burning!"
"""
BEYOND_QUESTION = 0.98
"""Probability of danger from which no question takes the alarm back. Of unseen danger that sounds like a question,
too, five in six lie above, of such questions one in five."""
BEYOND_DOUBT = 0.05
"""Probability of danger below which a harmless answer goes without any number. Of held-out danger that is taken for
a question nearly all lies above; of plain questions nearly none."""
CLEAR = 0.6
"""Probability from which a recognised intent speaks against danger; to be answered it need not be that clear."""
MOST_IN_MINUTE = 30
"""Messages of one conversation that are answered within a minute; more than any hand types, not more than a program
that went astray sends. What may be danger is answered however many there were."""
UNSURE = 0.45
"""Probability below which an answer is given, and a person reads the message, too. Of the answers to test lines that
are so unsure nearly half are wrong or the matter is one for people; of those above one in twelve."""
DELETE = 0.85
"""Probability from which a request to delete is carried out without a question back."""
DELETE_WORDS = 10
"""Words up to which it is: who says more may want something else deleted than this conversation."""
_DANGER = {Level.ACUTE, Level.CRISIS}
_UNREADABLE_SERIOUS = {Kind.VOICE, Kind.PHOTO, Kind.VIDEO, Kind.LOCATION, Kind.UNREADABLE}


def answer(
    inbound: Inbound,
    conversation: Conversation,
    understanding: Understanding,
    now: datetime,
    bulletins: Sequence[Bulletin] = (),
) -> Outcome:
    """The tale of one message.

    1. Danger is judged first, on everything that was typed, together with the short messages of the last minute.
    2. Acute danger and crisis are answered at once, whoever owns the conversation and however old the message is.
    3. While a person owns the conversation, and to what everybody can read, nothing else is said.
    4. What is no text, too old, too much or empty gets its own short text; a choice is followed.
    5. Otherwise matching says what was asked; level and match decide between answer, question back and people.
    6. The bulletins in force lead what is then said.
    """
    authority = understanding.catalogue.authorities.get(conversation.authority)
    if authority is None:
        return last_resort(conversation.dialogue.language or DEFAULT_LANGUAGE, now, conversation.dialogue)
    turn = begin(inbound, conversation, understanding, authority, now)
    if inbound.kind in {Kind.REACTION, Kind.DELETION}:
        return outcomes.silent(
            turn, Level.HARMLESS, Reason("no-text", "Reaktion oder Löschung: keine Antwort nötig.")
        )
    choice = _choice(turn)
    finding = Finding(None, 0.0) if choice is not None else _triage(turn)
    late = inbound.sent_at is not None and now - inbound.sent_at > LATE
    if _plainly_asked(turn, finding):
        doubt = Reason("danger-doubted", "Sie gleicht einer bekannten Frage: Gefahr ist möglich, nicht sicher.")
        finding = replace(finding, level=Level.POSSIBLE, reasons=(*finding.reasons, doubt))
    turn = replace(turn, despair=finding.despair, doubtful=finding.probability >= BEYOND_DOUBT)
    if finding.level is not None and finding.level in _DANGER:
        return _in_danger(turn, finding, finding.level, late=late)
    if turn.by_human or inbound.kind is Kind.EDIT or inbound.public:
        return _only_noted(turn, finding)
    if late:
        return _too_late(turn, finding)
    if finding.level is None and not turn.alarmed and (hurried := _too_many(turn)) is not None:
        return hurried
    return led(turn, _in_turn(turn, finding, choice), bulletins)


def _in_turn(turn: Turn, finding: Finding, choice: Choice | None) -> Outcome:
    """A fresh message to the bot, with no danger in it: steps 4 and 5 of the tale."""
    inbound = turn.inbound
    if inbound.kind not in {Kind.TEXT, Kind.CHOICE}:
        return _no_text(turn, finding)
    if choice is not None:
        return _followed(turn, finding, choice)
    if inbound.kind is Kind.CHOICE and inbound.choice:
        reason = Reason("choice-expired", "Die gedrückte Auswahl gibt es nicht mehr.")
        return outcomes.simply(turn, Level.UNKNOWN, "dialogue.expired", reason)
    return _asked(turn, finding) if turn.sentences else _empty(turn)


def glance(text: str, understanding: Understanding) -> Severity:
    """How urgent a text looks, by itself and quickly: enough to let danger overtake in a backlog."""
    finding = judge(read(clean(text)), "", understanding)
    if finding.level is Level.POSSIBLE:
        return Severity.RAISED
    return Severity.ALARM if finding.level in _DANGER else Severity.NORMAL


def _triage(turn: Turn) -> Finding:
    """The finding for the message, or for it and the short ones just before, whichever is worse."""
    alone = judge(turn.reading, turn.guessed, turn.understanding)
    before = [one.text for one in outcomes.recent(turn) if one.text.strip()]
    if alone.level in _DANGER or not before or len(turn.cleaned) > 200 or not turn.sentences:
        return alone
    joined = judge(read(clean(" ".join([*before, turn.inbound.text]))), turn.guessed, turn.understanding)
    if joined.level is None or (alone.level is Level.POSSIBLE and joined.level is Level.POSSIBLE):
        return alone
    together = Reason("joined", "Zusammen mit den kurzen Nachrichten der letzten Minute beurteilt.")
    return replace(joined, reasons=(together, *joined.reasons))


def _plainly_asked(turn: Turn, finding: Finding) -> bool:
    """Only the classifier sounds the alarm, nothing was dangerous lately, and a question is recognised for sure."""
    if finding.level not in _DANGER or finding.explicit or turn.alarmed or turn.by_human:
        return False
    if finding.probability >= BEYOND_QUESTION:
        return False
    asked = turn.sentences if finding.probability < BESIDE_QUESTION else [finding.where]
    found = meaning(asked, turn).answers
    return bool(found) and found[0].probability >= PLAINLY_ASKED and _is_question(turn, found[0])


def _in_danger(turn: Turn, finding: Finding, level: Level, *, late: bool) -> Outcome:
    if turn.inbound.kind is Kind.EDIT and turn.alarmed:
        return outcomes.silent(turn, level, Reason("edit", "Bearbeitet, aber nicht dringender als zuvor."))
    if late:
        case = CaseRequest(Severity.ALARM, "crisis" if level is Level.CRISIS else "danger")
        reason = Reason(
            "late", "Die Nachricht ist älter als 15 Minuten: Notrufnummern und Hinweis auf die Verspätung."
        )
        outcome = outcomes.simply(turn, level, "danger.late", reason, case)
        return replace(outcome, reasons=(*outcome.reasons, *finding.reasons))
    return outcomes.danger(turn, finding, level)


def _only_noted(turn: Turn, finding: Finding) -> Outcome:
    """A person answers, an edit that is not urgent, a public post: the case may rise, nothing is said."""
    level = finding.level or Level.UNKNOWN
    text = "Bearbeitete Nachricht."
    if turn.inbound.public:
        text = "Öffentlicher Beitrag; das Programm antwortet dort nur auf Gefahr, und nur nichtöffentlich."
    elif turn.by_human:
        text = "Ein Mensch führt das Gespräch; das Programm schweigt."
    outcome = outcomes.silent(turn, level, Reason("silent", text), outcomes.possible_case(level))
    return replace(outcome, reasons=(*outcome.reasons, *finding.reasons))


def _too_late(turn: Turn, finding: Finding) -> Outcome:
    level = finding.level or Level.UNKNOWN
    case = CaseRequest(Severity.RAISED if level is Level.POSSIBLE else Severity.NORMAL, "late")
    reason = Reason("late", "Die Nachricht ist älter als 15 Minuten; dazu wird nur einmal etwas gesagt.")
    if turn.dialogue.last_intent == "danger.late":
        return outcomes.silent(turn, level, reason, case)
    return outcomes.simply(turn, level, "danger.late", reason, case)


def _too_many(turn: Turn) -> Outcome | None:
    """The first message too many is told so; those behind it are kept and left unsaid until the minute is over."""
    _, count = outcomes.counted(turn)
    if count <= MOST_IN_MINUTE:
        return None
    reason = Reason("too-many", f"Mehr als {MOST_IN_MINUTE} Nachrichten in einer Minute.")
    if count == MOST_IN_MINUTE + 1:
        return outcomes.simply(turn, Level.UNKNOWN, "dialogue.slow", reason, CaseRequest(Severity.NORMAL, "too-many"))
    return outcomes.silent(turn, Level.UNKNOWN, reason)


def _no_text(turn: Turn, finding: Finding) -> Outcome:
    """Voice, picture, place, sticker: what cannot be read may be a call for help. A caption is answered as text."""
    level = finding.level or Level.UNKNOWN
    severity = Severity.RAISED if turn.inbound.kind in _UNREADABLE_SERIOUS else Severity.NORMAL
    case = CaseRequest(severity, "unreadable")
    if turn.sentences:
        asked = _asked(turn, finding)
        if asked.intent:
            return replace(asked, case=asked.case or case)
    reason = Reason("unreadable", f"Art der Sendung: {turn.inbound.kind.value}; gelesen werden kann nur Text.")
    if turn.dialogue.last_intent == "dialogue.unreadable" and outcomes.recent(turn):
        return outcomes.silent(turn, level, reason, case)
    return outcomes.simply(turn, level, "dialogue.unreadable", reason, case)


def _empty(turn: Turn) -> Outcome:
    reason = Reason("empty", "Die Nachricht enthält keine lesbaren Wörter.")
    if turn.dialogue.misses:
        return outcomes.handed_over(turn, Level.UNKNOWN, (reason,))
    outcome = outcomes.simply(turn, Level.UNKNOWN, "dialogue.empty", reason)
    return replace(outcome, dialogue=replace(outcome.dialogue, misses=1))


def _choice(turn: Turn) -> Choice | None:
    """The choice that was pressed or typed, if it stands for an intent that is still answered here."""
    inbound = turn.inbound
    if inbound.kind is Kind.CHOICE and (place := places.of_choice(inbound.choice, turn.authority)) is not None:
        return places.choice(place) if inbound.text in {"", place.name} else None
    if inbound.kind is Kind.CHOICE and inbound.choice:
        intent = turn.authority.intents.get(intent_of(inbound.choice))
        if intent is None:
            return None
        # A label is approved text; anything else beside a button's id was typed and is judged as such.
        labels = {"", intent.title, *intent.labels.values()}
        return Choice(inbound.choice, intent.title) if inbound.text in labels else None
    if inbound.kind is not Kind.TEXT:
        return None
    found = chosen(inbound.text, turn.dialogue.pending)
    if found is None:
        offered = [place for one in turn.dialogue.pending if (place := places.of_choice(one.id, turn.authority))]
        place = places.meant(inbound.text, offered)
        found = places.choice(place) if place is not None else None
    return found if found is not None and _leads_somewhere(turn, found.id) else None


def _leads_somewhere(turn: Turn, choice_id: str) -> bool:
    return intent_of(choice_id) in turn.authority.intents or places.of_choice(choice_id, turn.authority) is not None


def _followed(turn: Turn, finding: Finding, choice: Choice) -> Outcome:
    reason = Reason("choice", "Aus der angebotenen Auswahl gewählt.", choice.label)
    level = Level.POSSIBLE if turn.alarmed else Level.HARMLESS
    place = places.of_choice(choice.id, turn.authority)
    if place is not None:
        there = local.at(turn, place)
        return local.answered(there, level, local.topic(there), (*finding.reasons, reason))
    return answering.answer(turn, level, [(intent_of(choice.id), 1.0)], (*finding.reasons, reason))


def _asked(turn: Turn, finding: Finding) -> Outcome:
    """Match, settle the level, and choose between answer, question back and people."""
    found = _meant(turn)
    usable = [one for one in found.answers if render.usable(turn.authority, one.intent, turn.now)]
    level, why = _level(turn, finding, usable)
    reasons = (*finding.reasons, *found.reasons, why)
    if turn.alarmed and not any(_is_question(turn, one) for one in usable):
        return outcomes.still_alarmed(turn, finding)
    if (unclear := local.unclear(turn, level, usable, reasons)) is not None:
        return unclear
    topic = local.subject(turn, usable)
    if topic and (not usable or topic == local.HERE):
        return local.answered(turn, level, topic, reasons)
    bold = [one.intent for one in usable if _too_bold(turn, one)]
    if usable and usable[0].intent in bold:
        offers = render.choices(turn.authority, [one.intent for one in usable], turn.language)
        return outcomes.asked_back(turn, level, offers, usable[0].probability, reasons)
    if usable:
        answers = [(one.intent, one.probability) for one in usable if one.intent not in bold]
        unsure = _unsure(turn, usable, found)
        offered = [
            *bold,
            *(one.intent for one in found.offers if render.usable(turn.authority, one.intent, turn.now)),
        ]
        return answering.answer(turn, level, answers, reasons, offered=offered, unsure=unsure)
    too_long = len(turn.inbound.text) > LONGEST
    if found.offers and not turn.dialogue.misses and not too_long and not _rather_for_people(turn, found):
        # Whoever finds nothing fitting there wants a person, and should not have to guess the words for it.
        names = [*(one.intent for one in found.offers), *_for_a_person(turn)]
        offers = render.choices(turn.authority, dict.fromkeys(names), turn.language)
        return outcomes.asked_back(turn, level, offers, found.offers[0].probability, reasons)
    return outcomes.handed_over(turn, level, reasons, "dialogue.toolong" if too_long else "")


def _meant(turn: Turn) -> Meaning:
    """What is asked: the last thing again, something by itself or after what was said; nothing by a bare place."""
    if local.bare(turn):
        return Meaning()
    found = again(turn)
    if not found.answers and turn.places.any:
        found = local.preferred(turn, meaning(turn.places.rest, turn))
    if not found.answers:
        found = local.preferred(turn, meaning(turn.sentences, turn))
    if not found.answers:
        context = in_context(turn)
        found = context if context.answers else found
    return found


def _level(turn: Turn, finding: Finding, answers: Sequence[Candidate]) -> tuple[Level, Reason]:
    """Harmless is a positive finding; everything else that is not danger stays open."""
    thresholds = turn.understanding.catalogue.thresholds
    if finding.level is not None:
        return finding.level, Reason("level", "Gefahr ist nicht auszuschließen.")
    if turn.alarmed:
        return Level.POSSIBLE, Reason("level", "Vor wenigen Minuten wurde Gefahr erkannt.")
    if finding.probability < thresholds.danger_harmless_alone:
        return Level.HARMLESS, Reason("level", "Harmlos: Fast keine gefährliche Nachricht liegt so niedrig.")
    clear = local.bare(turn) or (bool(answers) and answers[0].probability >= CLEAR)
    if clear and finding.probability < thresholds.danger_harmless_with_intent:
        return Level.HARMLESS, Reason("level", "Harmlos: Das Anliegen ist klar und die Gefahr gering.")
    return Level.UNKNOWN, Reason("level", "Weder Gefahr noch Harmlosigkeit ist sicher.")


def _too_bold(turn: Turn, candidate: Candidate) -> bool:
    """Deleting cannot be undone: a guess that would do for an answer is confirmed first."""
    if turn.authority.intents[candidate.intent].command != "delete":
        return False
    return candidate.probability < DELETE or sum(len(one.split()) for one in turn.sentences) > DELETE_WORDS


def _unsure(turn: Turn, answered: Sequence[Candidate], found: Meaning) -> bool:
    """Whether so little speaks for any answer that people should see what was asked, too; unless they do anyway."""
    theirs = any(turn.authority.intents[one.intent].escalate for one in answered)
    if theirs or turn.conversation.has_case or not _is_question(turn, answered[0]):
        return False
    return max((one.probability for one in found.near), default=1.0) < UNSURE


def _for_a_person(turn: Turn) -> list[str]:
    return [name for name, intent in turn.authority.intents.items() if intent.command == "human"]


def _rather_for_people(turn: Turn, found: Meaning) -> bool:
    """Of what may be meant, as much speaks for a matter that only people can answer as for the best ready answer."""
    people = [one for one in found.offers if turn.authority.intents[one.intent].escalate]
    ready = max((one.probability for one in found.offers if one not in people), default=0.0)
    return bool(people) and sum(one.probability for one in people) >= ready


def _is_question(turn: Turn, candidate: Candidate) -> bool:
    return turn.authority.intents[candidate.intent].kind is IntentKind.QUESTION
