"""All commands of `lotse`."""

import typer

from bot.cli.ask import ask
from bot.cli.audit import audit
from bot.cli.chat import chat
from bot.cli.check import check
from bot.cli.data import erase, export
from bot.cli.evaluate import evaluate
from bot.cli.explain import explain
from bot.cli.migrate import migrate
from bot.cli.published import published
from bot.cli.quarantine import quarantine
from bot.cli.serve import serve
from bot.cli.test import test
from bot.cli.user import user

app = typer.Typer(
    name="lotse",
    help="Bürgerlotse: antwortet auf Nachrichten an Polizei und Innenministerien.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for command in (serve, chat, ask, check, test, explain, evaluate, migrate, erase, export, audit, published):
    app.command()(command)
app.add_typer(user, name="user")
app.add_typer(quarantine, name="quarantine")
