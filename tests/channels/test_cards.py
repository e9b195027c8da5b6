"""Score cards: each channel says what it has shown, by the name of the test, or why it need not."""

import ast
from pathlib import Path
from typing import Any

import pytest

from bot.channels.registry import CHANNELS
from bot.content import strict_yaml

ROOT = Path(__file__).resolve().parents[2]
CARDS = sorted(ROOT.glob("bot/channels/*/card.yaml"))
SECTION_11 = {
    "signature",
    "repeats_and_order",
    "killed_between",
    "slow_handler",
    "content_kinds",
    "refusals",
    "statuses",
    "stream_faults",
    "echoes",
}
CAPABILITIES = {
    "text",
    "choice",
    "voice",
    "photo",
    "video",
    "document",
    "location",
    "contact",
    "sticker",
    "reaction",
    "edit",
    "deletion",
    "unsupported",
    "unreadable",
    "buttons",
    "split",
    "typing",
    "read_marks",
    "reply_window",
    "idempotent_send",
    "public_posts",
    "disappearing",
    "health",
    "token_expiry",
    "credit",
}
TOLD_WHY = 15
"""Characters; less is no reason."""


def card(path: Path) -> dict[str, Any]:
    documents, findings = strict_yaml.read(path.read_bytes(), str(path))
    assert findings == []
    [document] = documents
    return document.plain()


def functions_of(path: Path) -> set[str]:
    """The names of all functions of a file."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, functions)}


def test_every_channel_has_its_card() -> None:
    """None is left out."""
    assert [path.parent.name for path in CARDS] == sorted(CHANNELS)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_card_belongs_to_a_channel_and_answers_every_question(path: Path) -> None:
    """The same questions for all; no card leaves one out."""
    answers = card(path)
    assert answers["channel"] == path.parent.name
    assert path.parent.name in CHANNELS
    assert set(answers) == {"channel", "section_11", "capabilities"}
    assert set(answers["section_11"]) == SECTION_11
    assert set(answers["capabilities"]) == CAPABILITIES


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_what_is_done_is_shown_by_a_test_that_exists(path: Path) -> None:
    """`done` names it, `exempt` gives a reason; nothing third, and never both."""
    answers = card(path)
    for name, answer in (answers["section_11"] | answers["capabilities"]).items():
        [(kind, told)] = answer.items()
        if kind == "exempt":
            assert len(told) >= TOLD_WHY, name
            continue
        assert kind == "done", name
        file, _, function = told.partition("::")
        assert function.startswith("test_"), name
        assert function in functions_of(ROOT / file), told
