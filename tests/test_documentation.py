"""What is written for operators is complete."""

import re
from pathlib import Path

import pytest
import typer.main

from bot.channels.registry import CHANNELS
from bot.cli.application import app
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
OPERATION = (ROOT / "deploy/docs/betrieb.md").read_text()


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_option_is_described(name: str) -> None:
    """An option nobody can read about does not exist."""
    assert f"`LOTSE_{name.upper()}`" in OPERATION


@pytest.mark.parametrize("name", sorted(set(CHANNELS) - {"webchat"}))
def test_every_channel_says_how_it_is_connected(name: str) -> None:
    """Step by step, in a file of its own."""
    assert (ROOT / f"deploy/docs/{name}.md").exists()


def test_every_command_explains_itself() -> None:
    """`lotse --help` has a sentence for each."""
    command = typer.main.get_command(app)
    commands = command.commands  # type: ignore[attr-defined]
    assert len(commands) >= 11
    assert all(one.help for one in commands.values())


@pytest.mark.parametrize("page", ["README.md", "deploy/docs/betrieb.md", "deploy/docs/postfach.md"])
def test_every_picture_and_file_a_page_points_to_is_there(page: str) -> None:
    """No dead link inside the repository."""
    text = (ROOT / page).read_text()
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert targets
    assert [target for target in targets if not ((ROOT / page).parent / target).exists()] == []
