"""Who may log in; for admins."""

from aiohttp import web

from bot.inbox.accounts import FirstAccount
from bot.inbox.deps import deps
from bot.inbox.pages import page
from bot.store import users


async def view(request: web.Request) -> web.Response:
    """Every account with what can be done about it."""
    return await show(request)


async def show(
    request: web.Request, *, status: int = 200, problem: str = "", name: str = "", made: FirstAccount | None = None
) -> web.Response:
    """The page; `made` is the account whose one-time password is shown this once."""
    accounts = await deps(request).store.read(users.all_users)
    return await page(request, "users.html", status=status, accounts=accounts, problem=problem, name=name, made=made)
