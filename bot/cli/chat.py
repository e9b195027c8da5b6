"""`lotse chat`: the bot in the terminal."""

from typing import Annotated

import typer
from rich.console import Console
from rich.prompt import Prompt

from bot.cli.ask import known
from bot.cli.content import understanding as load_understanding
from bot.cli.conversation import MemoryConversation, as_read
from bot.settings import read_settings


def chat(
    authority: Annotated[str | None, typer.Option(help="Behörde, zum Beispiel nrw-im")] = None,
) -> None:
    """Spricht mit dem Bot hier im Terminal; Ende mit Strg-D."""
    settings = read_settings(authority=authority)
    model = load_understanding(settings)
    known(settings.authority, model)
    console = Console()
    conversation = MemoryConversation.start(model, settings.authority)
    while True:
        try:
            text = Prompt.ask("[bold]Sie[/bold]", console=console)
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        outcome = conversation.say(text)
        console.print(as_read(outcome.replies), markup=False, highlight=False)
        if outcome.case is not None:
            console.print("(An dieser Stelle übernimmt ein Mensch.)", style="dim")
