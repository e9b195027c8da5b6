"""Answering the citizen. The answer goes out through the channel they wrote on."""

import structlog
from aiohttp import web

from bot.errors import Conflict, StoreBusy
from bot.inbox import forms, seats, windows
from bot.inbox.case_view import case_id, show
from bot.inbox.deps import deps
from bot.inbox.pages import onward
from bot.store import cases

log = structlog.get_logger()

LONGEST = 4000
"""Characters; channels with less split it into several messages."""


async def submit(request: web.Request) -> web.Response:
    """Store and queue the answer, unless a colleague was first: then both texts are shown."""
    here, user_id, id_ = deps(request), seats.seat_of(request).user_id, case_id(request)
    text = (await forms.field(request, "text")).strip()
    seen = await forms.number(request, "seen")
    if not text or len(text) > LONGEST:
        problem = f"Die Antwort ist zu lang (höchstens {LONGEST} Zeichen)." if text else "Die Antwort ist leer."
        return await show(request, status=422, problem=problem, draft=text)
    window = windows.for_staff(here, await here.store.read(cases.case, id_, user_id))
    if window is not None and not window.is_open:
        # The page says why, and what to do instead; the platform would refuse it, or lose it without a word.
        return await show(request, status=409, problem="Nicht gesendet: Die Frist der Plattform ist um.", draft=text)
    try:
        seq = await here.store.write(cases.reply, id_, user_id, text, seen, here.clock())
    except Conflict as conflict:
        return await show(request, status=409, problem=str(conflict), draft=text, seen=seen)
    except StoreBusy:
        log.exception("reply not stored", case=id_)
        problem = "Nicht gesendet: Die Datenbank nimmt gerade nichts an. Bitte versuchen Sie es gleich noch einmal."
        return await show(request, status=503, problem=problem, draft=text)
    return onward(request, "case", case=id_, done="replied", fragment=f"m{seq}")
