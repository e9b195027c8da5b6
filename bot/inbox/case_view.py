"""One case: the conversation with the reasons beside it, the notes, and what can be done."""

import hashlib
from dataclasses import dataclass

import structlog
from aiohttp import web
from sqlalchemy import Connection

from bot.errors import StoreError
from bot.inbox import approved, seats, windows
from bot.inbox.deps import InboxDeps, deps
from bot.inbox.pages import page
from bot.inbox.reads import READS
from bot.message import Author
from bot.store import audit, cases, messages, notes
from bot.store.cases import CaseState, CaseView
from bot.store.notes import NoteRow
from bot.store.values import MessageRow

log = structlog.get_logger()

SHOWN = 200
"""Messages of a long conversation, unless all are asked for."""
DONE = {
    "claimed": "Sie haben den Fall übernommen. Das Programm schweigt, solange er bei Ihnen liegt.",
    "released": "Der Fall ist wieder frei für alle.",
    "replied": "Ihre Antwort ist unterwegs.",
    "noted": "Die Notiz ist gespeichert. Nur die Pressestelle sieht sie.",
    "reopened": "Der Fall ist wieder offen und liegt bei Ihnen.",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page of one case shows."""

    case: CaseView
    messages: list[MessageRow]
    notes: list[NoteRow]
    counts: dict[str, int]
    """Of all open cases; every page says how many there are."""

    @property
    def last_seq(self) -> int:
        return self.messages[-1].seq if self.messages else 0

    @property
    def is_closed(self) -> bool:
        return self.case.state is CaseState.CLOSED


def case_id(request: web.Request) -> int:
    """The case that the path names."""
    return int(request.match_info["case"])


async def view(request: web.Request) -> web.Response:
    """The page."""
    return await show(request)


async def show(
    request: web.Request,
    *,
    status: int = 200,
    problem: str = "",
    draft: str = "",
    note: str = "",
    seen: int | None = None,
) -> web.Response:
    """The page with what somebody was about to write still in it. That it was read is recorded before it is shown.

    `seen` is the last message the writer knew of; a colleague's later answer is pointed out. Raises NotVisible.
    """
    here, seat, id_ = deps(request), seats.seat_of(request), case_id(request)
    opened = await here.store.read(opened_case, id_, seat.user_id)
    if _is_news(request, opened):
        await _record(here, seat.user_id, id_)
    held_by_other = opened.case.claimed_by not in {None, seat.user_id} and not opened.is_closed
    return await page(
        request,
        "case.html",
        status=status,
        counts=opened.counts,
        opened=opened,
        case=opened.case,
        is_mine=opened.case.claimed_by == seat.user_id and not opened.is_closed,
        held_by_other=held_by_other,
        problem=problem,
        draft=draft,
        note=note,
        answers=_answers(opened, seen),
        shown=opened.messages if "all" in request.query else opened.messages[-SHOWN:],
        window=windows.for_staff(here, opened.case),
        can_be_told=(told := windows.for_program(here, opened.case)) is None or told.is_open,
        stamp=stamp(opened, here),
        topics=approved.titles(here.catalogue(), opened.case.authority),
        texts=approved.choices(here.catalogue(), opened.case.authority, here.clock().date()),
        done=DONE.get(request.query.get("done", ""), ""),
    )


def stamp(opened: Opened, here: InboxDeps) -> str:
    """Changes with anything that the page shows of a case, also when the time to answer is over."""
    window = windows.for_staff(here, opened.case)
    shown = (opened, window is not None and window.is_open)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


async def _record(here: InboxDeps, user_id: int, id_: int) -> None:
    try:
        await here.store.write(audit.record, user_id, "case.read", f"case:{id_}", here.clock())
    except StoreError:
        # A full disk must not keep anybody from reading an alarm; then the log knows instead.
        log.exception("reading not recorded", user=user_id, case=id_)


def _is_news(request: web.Request, opened: Opened) -> bool:
    return request.app[READS].is_news(
        seats.seat_of(request).token,
        opened.case.id,
        last_seq=opened.last_seq,
        notes=len(opened.notes),
        live=seats.LIVE in request.headers,
    )


def _answers(opened: Opened, seen: int | None) -> list[MessageRow]:
    """What the press office said that the writer had not seen."""
    if seen is None:
        return []
    return [message for message in opened.messages if message.author is Author.STAFF and message.seq > seen]


def opened_case(c: Connection, id_: int, user_id: int) -> Opened:
    """Everything the page shows of a case. Raises NotVisible."""
    view = cases.case(c, id_, user_id)
    said = messages.conversation_messages(c, view.conversation_id)
    return Opened(view, said, notes.of_case(c, id_, user_id), cases.counts(c))
