"""How the platforms are: whether each works with us, when it was last heard of, and what will run out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.inbox import wording
from bot.inbox.deps import deps
from bot.inbox.pages import page
from bot.inbox.wording import Sign
from bot.store import account_states
from bot.store.account_states import AccountState

EXPIRES_SOON = timedelta(days=15)
"""Instagram's token lives sixty days; from the forty-fifth on people should know that it was not renewed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One account as the page shows it."""

    account: AccountState
    sign: Sign
    why: str
    """What is wrong, in a sentence; "" where nothing is."""
    expires_at: datetime | None
    expires_soon: bool


async def show(request: web.Request) -> web.Response:
    """Trouble first, then by name."""
    here = deps(request)
    now = here.clock()
    states = await here.store.read(account_states.told, now)
    rows = [_row(state, now) for state in states]
    rows.sort(key=lambda row: (not row.account.in_trouble, not row.expires_soon))
    return await page(request, "channels.html", rows=rows)


def _row(state: AccountState, now: datetime) -> Row:
    seconds = state.gauges.get("token_expires_at")
    expires_at = datetime.fromtimestamp(seconds, UTC) if seconds is not None and 0 < seconds < 2**35 else None
    soon = expires_at is not None and expires_at - now < EXPIRES_SOON
    return Row(state, wording.account(state), wording.trouble(state), expires_at, soon)
