"""An internal note: only the press office ever reads it."""

from aiohttp import web

from bot.inbox import forms, seats
from bot.inbox.case_view import case_id, show
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import notes

LONGEST = 4000


async def submit(request: web.Request) -> web.Response:
    """Store the note. Whoever may see the case may note something, also while a colleague holds it."""
    here = deps(request)
    text = (await forms.field(request, "text")).strip()
    if not text or len(text) > LONGEST:
        problem = f"Die Notiz ist zu lang (höchstens {LONGEST} Zeichen)." if text else "Die Notiz ist leer."
        return await show(request, status=422, problem=problem, note=text)
    await here.store.write(notes.add, case_id(request), seats.seat_of(request).user_id, text, here.clock())
    return onward(request, "case", case=case_id(request), done="noted", fragment="notes")
