"""Putting an approved text into the reply being written. Nothing is stored and nothing is sent."""

from aiohttp import web

from bot.inbox import approved, forms, seats
from bot.inbox.case_view import case_id, show
from bot.inbox.deps import deps
from bot.store import cases


async def submit(request: web.Request) -> web.Response:
    """The page again, the draft with the approved text after it, in the conversation's language."""
    here = deps(request)
    draft = await forms.field(request, "text")
    case = await here.store.read(cases.case, case_id(request), seats.seat_of(request).user_id)
    name = await forms.field(request, "approved")
    said = approved.text(here.catalogue(), case.authority, name, case.language, here.clock().date())
    if said is None:
        return await show(request, status=422, problem="Bitte wählen Sie zuerst einen Text aus.", draft=draft)
    return await show(request, draft=f"{draft.rstrip()}\n\n{said[0].strip()}".lstrip())
