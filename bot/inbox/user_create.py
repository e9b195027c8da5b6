"""A new account with a one-time password."""

import re

from aiohttp import web

from bot.errors import Conflict
from bot.inbox import forms, seats
from bot.inbox.accounts import create_account
from bot.inbox.deps import deps
from bot.inbox.users_list import show
from bot.store.users import ROLES

_NAME = re.compile(r"[\w.-]{2,40}", re.ASCII | re.IGNORECASE)


async def submit(request: web.Request) -> web.Response:
    """Only name and role are read from the form; the password is shown on the page that answers."""
    here, seat = deps(request), seats.seat_of(request)
    name = (await forms.field(request, "name")).strip().casefold()
    role = await forms.field(request, "role")
    if not _NAME.fullmatch(name) or role not in ROLES:
        problem = "Ein Name hat 2 bis 40 Zeichen: Buchstaben a–z, Ziffern, Punkt, Strich."
        return await show(request, status=422, problem=problem, name=name[:80])
    try:
        made = await create_account(here.store, name, role, seat.user_id, here.clock)
    except Conflict as conflict:
        return await show(request, status=409, problem=str(conflict), name=name)
    return await show(request, made=made)
