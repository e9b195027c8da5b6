"""The press office's pages: one user action, one file. routes.py lists them all."""

from bot.inbox.accounts import FirstAccount, create_account, ensure_first_account, renew_password
from bot.inbox.deps import InboxDeps
from bot.inbox.routes import build

__all__ = ["FirstAccount", "InboxDeps", "build", "create_account", "ensure_first_account", "renew_password"]
