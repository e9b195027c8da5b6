"""Choosing one's own password; the only page that a one-time password opens."""

from aiohttp import web

from bot.inbox import forms, seats
from bot.inbox.attempts import Attempts
from bot.inbox.deps import deps
from bot.inbox.pages import onward, page
from bot.inbox.passwords import LONGEST, PASSWORDS, Crowded, objection
from bot.store import audit, sessions, users


async def show(request: web.Request) -> web.Response:
    """The form."""
    return await _form(request)


async def submit(request: web.Request) -> web.Response:
    """Check the old password, store the new one, end all other sessions of this person."""
    here, seat = deps(request), seats.seat_of(request)
    old, new, again = [(await forms.field(request, name))[: LONGEST + 1] for name in ("old", "new", "again")]
    attempts = Attempts(here, request, seat.name)
    if await attempts.wait():
        return await _form(request, status=429, old_problem="Zu viele Versuche. Bitte warten Sie einen Augenblick.")
    await attempts.count()
    user = await here.store.read(users.by_id, seat.user_id)
    passwords = request.app[PASSWORDS]
    try:
        if not await passwords.matches(user.password_hash, old):
            return await _form(request, status=422, old_problem="Das bisherige Passwort stimmt nicht.")
        await attempts.forget()
        if problem := objection(new, seat.name):
            return await _form(request, status=422, new_problem=problem)
        if new == old:
            return await _form(request, status=422, new_problem="Bitte wählen Sie ein anderes als das bisherige.")
        if new != again:
            return await _form(request, status=422, again_problem="Die beiden neuen Passwörter sind verschieden.")
        hashed = await passwords.hash(new)
    except Crowded:
        return await _form(request, status=503, old_problem="Gerade melden sich viele an. Bitte gleich noch einmal.")
    await here.store.write(users.set_password, seat.user_id, hashed)
    await here.store.write(sessions.end_all, seat.user_id)
    await here.store.write(audit.record, seat.user_id, "user.password", f"user:{seat.user_id}", here.clock())
    response = onward(request, "cases", done="password")
    await seats.begin(here, seat.user_id, response)
    return response


async def _form(
    request: web.Request, *, status: int = 200, old_problem: str = "", new_problem: str = "", again_problem: str = ""
) -> web.Response:
    return await page(
        request,
        "password.html",
        status=status,
        old_problem=old_problem,
        new_problem=new_problem,
        again_problem=again_problem,
    )
