"""For how long a platform still delivers what is written to a citizen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.inbox.deps import InboxDeps
from bot.store.cases import CaseState, CaseView

SOON = timedelta(hours=4)
"""From this long before its end on, the list of cases says so."""


@dataclass(frozen=True, slots=True)
class Window:
    """The reply window of one case at one moment."""

    span: timedelta
    """How long after the citizen's last message the platform delivers."""
    closes_at: datetime
    is_open: bool
    closes_soon: bool


def for_staff(here: InboxDeps, case: CaseView) -> Window | None:
    """For what people write. None: always, or nobody knows; also where the case is closed."""
    return _window(here, case, by_staff=True)


def for_program(here: InboxDeps, case: CaseView) -> Window | None:
    """For what the program says in the press office's name, as handing back does."""
    return _window(here, case, by_staff=False)


def _window(here: InboxDeps, case: CaseView, *, by_staff: bool) -> Window | None:
    span = here.reply_window(case.account, by_staff)
    if span is None or case.heard_at is None or case.state is CaseState.CLOSED:
        return None
    left = case.heard_at + span - here.clock()
    return Window(span, case.heard_at + span, left > timedelta(), timedelta() < left <= SOON)
