"""Editors' autocompletion says the same as the program."""

from pathlib import Path

from bot.content.schema import schemas

ROOT = Path(__file__).parents[2]


def test_the_committed_schemas_are_those_of_the_models() -> None:
    """After a change of the models: python -m bot.content.schema."""
    committed = {path.relative_to(ROOT).as_posix(): path.read_text() for path in ROOT.glob("*/schema/*.json")}
    assert committed == schemas()
