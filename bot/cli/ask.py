"""`lotse ask`: one answer, or many conversations as JSON lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.answer.understanding import Understanding
from bot.cli.content import understanding as load_understanding
from bot.cli.conversation import MemoryConversation, as_read
from bot.message import Outcome
from bot.settings import read_settings


class _Play(BaseModel):
    """One line of standard input."""

    model_config = ConfigDict(extra="ignore")

    id: str
    authority: str = ""
    turns: list[str] = Field(min_length=1)


def ask(
    text: Annotated[str, typer.Argument(help="Die Frage")] = "",
    authority: Annotated[str | None, typer.Option(help="Behörde, zum Beispiel nrw-im")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Gespräche als JSON-Zeilen von der Standardeingabe")] = False,
) -> None:
    """Beantwortet eine Frage, oder mit --jsonl viele Gespräche auf einmal."""
    settings = read_settings(authority=authority)
    model = load_understanding(settings)
    if jsonl:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        for record in play(sys.stdin.buffer, model, settings.authority):
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
        return
    known(settings.authority, model)
    conversation = MemoryConversation.start(model, settings.authority)
    outcome = conversation.say(text or sys.stdin.read())
    typer.echo(as_read([reply for reply in outcome.replies if not reply.notice]))


def known(authority: str, model: Understanding) -> None:
    """Raise BadParameter naming the authorities there are."""
    if authority not in model.catalogue.authorities:
        there = ", ".join(sorted(model.catalogue.authorities))
        raise typer.BadParameter(f"Die Behörde „{authority}“ gibt es nicht. Es gibt: {there}.")


def play(lines: Iterable[bytes], model: Understanding, default: str) -> Iterator[dict[str, Any]]:
    """Play each conversation and yield the record of its last turn."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            asked = _Play.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "JSON"
            raise typer.BadParameter(f"Zeile {number}: {where}: {first['msg']}") from None
        authority = asked.authority or default
        known(authority, model)
        conversation = MemoryConversation.start(model, authority)
        outcomes = [conversation.say(turn) for turn in asked.turns]
        yield _record(asked.id, outcomes)


def _record(name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    last = outcomes[-1]
    answers = [reply for reply in last.replies if not reply.notice]
    notices = [reply for outcome in outcomes for reply in outcome.replies if reply.notice]
    return {
        "id": name,
        "notice": notices[0].text if notices else "",
        "text": as_read(answers),
        "level": last.level.value,
        "intent": last.intent,
        "confidence": round(last.confidence, 4),
        "language": last.language,
        "escalated": last.case is not None,
        "buttons": [choice.label for reply in answers for choice in reply.choices],
        "reasons": [f"{reason.text} {reason.evidence}".strip() for reason in last.reasons],
    }
