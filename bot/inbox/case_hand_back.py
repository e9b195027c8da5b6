"""Handing a conversation back to the bot, and telling the citizen so in approved words."""

from aiohttp import web

from bot.inbox import approved, seats, windows
from bot.inbox.case_view import case_id, show
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import cases

NOTICE = "notice.bot_again"


async def submit(request: web.Request) -> web.Response:
    """Raises Conflict when a colleague holds the case or it is closed."""
    here, user_id, id_ = deps(request), seats.seat_of(request).user_id, case_id(request)
    case = await here.store.read(cases.case, id_, user_id)
    window = windows.for_program(here, case)
    if window is not None and not window.is_open:
        # Nobody can be told any more; the sentence would only come back as undelivered.
        await here.store.write(cases.close, id_, user_id, here.clock())
        return onward(request, "cases", done="closed")
    said = approved.text(here.catalogue(), case.authority, NOTICE, case.language, here.clock().date())
    if said is None:
        # Nothing that is not approved goes out, not even this.
        problem = f"Der freigegebene Text „{NOTICE}“ fehlt in den Inhalten. Sie können den Fall ohne Text schließen."
        return await show(request, status=409, problem=problem)
    text, language = said
    await here.store.write(cases.hand_back, id_, user_id, text, language, here.clock())
    return onward(request, "cases", done="handed-back")
