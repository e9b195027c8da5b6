"""What a reply came to is read off the reply and the judgement together."""

import pytest

from bot.editor.trying import numbers_open
from bot.message import Dialogue, Level, Outcome, Reply


@pytest.mark.parametrize(
    ("level", "text", "opens"),
    [
        (Level.ACUTE, "Rufen Sie sofort die 110 an.", True),
        (Level.POSSIBLE, "In Gefahr: 110 oder 112.\n\nDas Bürgerbüro hat …", True),
        (Level.POSSIBLE, "Das Bürgerbüro hat …\n\nIn Gefahr: 110 oder 112.", False),
        (Level.POSSIBLE, f"Ein Kanal ist nur zum Lesen da. {'Wichtig: ' * 12}In Gefahr: 110 oder 112.", False),
        (Level.POSSIBLE, "Raum 1120 im ersten Stock.", False),
        (Level.HARMLESS, "Die Feuerwehr erreichen Sie unter 112.", False),
    ],
)
def test_numbers_open_a_reply_where_danger_is_seen(level: Level, text: str, *, opens: bool) -> None:
    """Who asks for the number of the fire brigade gets it in the first line, and no warning with it."""
    assert numbers_open(Outcome(level, (Reply(text, "de"),), Dialogue(), "de")) is opens
