"""One case: the conversation with the reasons beside it, the notes, and what can be done."""

from dataclasses import dataclass

import structlog
from aiohttp import web
from sqlalchemy import Connection

from bot.inbox import approved, seats
from bot.inbox.deps import deps
from bot.inbox.pages import page
from bot.message import Author
from bot.store import audit, cases, messages, notes
from bot.store.cases import CaseState, CaseView
from bot.store.notes import NoteRow
from bot.store.values import MessageRow

log = structlog.get_logger()

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
    """The page. That it was read is recorded before it is shown."""
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
    """The page with what somebody was about to write still in it.

    `seen` is the last message the writer knew of; a colleague's later answer is pointed out. Raises NotVisible.
    """
    here, seat, id_ = deps(request), seats.seat_of(request), case_id(request)
    opened = await here.store.read(opened_case, id_, seat.user_id)
    await here.store.write(audit.record, seat.user_id, "case.read", f"case:{id_}", here.clock())
    held_by_other = opened.case.claimed_by not in {None, seat.user_id} and not opened.is_closed
    return await page(
        request,
        "case.html",
        status=status,
        opened=opened,
        case=opened.case,
        is_mine=opened.case.claimed_by == seat.user_id and not opened.is_closed,
        held_by_other=held_by_other,
        problem=problem,
        draft=draft,
        note=note,
        answers=_answers(opened, seen),
        texts=approved.choices(here.catalogue(), opened.case.authority, here.clock().date()),
        done=DONE.get(request.query.get("done", ""), ""),
    )


def _answers(opened: Opened, seen: int | None) -> list[MessageRow]:
    """What the press office said that the writer had not seen."""
    if seen is None:
        return []
    return [message for message in opened.messages if message.author is Author.STAFF and message.seq > seen]


def opened_case(c: Connection, id_: int, user_id: int) -> Opened:
    """Everything the page shows of a case. Raises NotVisible."""
    view = cases.case(c, id_, user_id)
    return Opened(view, messages.conversation_messages(c, view.conversation_id), notes.of_case(c, id_, user_id))
