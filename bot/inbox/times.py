"""Points in time as the press office reads them: German, in Berlin's time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def moment(at: datetime, now: datetime) -> str:
    """The time of day; with the date where it was not today."""
    local = at.astimezone(BERLIN)
    if local.date() == now.astimezone(BERLIN).date():
        return f"{local:%H:%M} Uhr"
    return f"{local:%d.%m.%Y, %H:%M} Uhr"


def age(at: datetime, now: datetime) -> str:
    """How long ago, in one unit, rounded down; "gerade eben" within the first minute and for clocks that differ."""
    passed = now - at
    if passed < _MINUTE:
        return "gerade eben"
    if passed < _HOUR:
        return f"seit {passed // _MINUTE} Min."
    if passed < _DAY:
        return f"seit {passed // _HOUR} Std."
    days = passed // _DAY
    return "seit 1 Tag" if days == 1 else f"seit {days} Tagen"
