"""Points in time as the press office reads them: German, in Berlin's time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")

_FORMS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M", "%d.%m.%Y, %H:%M Uhr")
_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def moment(at: datetime, now: datetime) -> str:
    """The time of day; with the date where it was not today."""
    local = at.astimezone(BERLIN)
    if local.date() == now.astimezone(BERLIN).date():
        return f"{local:%H:%M} Uhr"
    return f"{local:%d.%m.%Y, %H:%M} Uhr"


def ago(at: datetime, now: datetime) -> str:
    """How long ago something happened: vor 3 Min."""
    return age(at, now).replace("seit", "vor")


def lag(seconds: float) -> str:
    """How late something came, in one unit, rounded to the nearest."""
    if seconds < 1:
        return "unter 1 Sek."
    if seconds < 90:
        return f"{seconds:.0f} Sek."
    return f"{seconds / 60:.0f} Min." if seconds < 5400 else f"{seconds / 3600:.0f} Std."


def number(value: float) -> str:
    """A figure as Germans write it: 12.345."""
    return f"{value:,.0f}".replace(",", ".")


def deadline(at: datetime, now: datetime) -> str:
    """Until when: the time of day, with the weekday where it is not today, with the date from six days on."""
    local, today = at.astimezone(BERLIN), now.astimezone(BERLIN).date()
    time = f"{local:%H:%M} Uhr"
    if local.date() == today:
        return time
    day = _WEEKDAYS[local.weekday()]
    return f"{day} {time}" if abs((local.date() - today).days) < 6 else f"{day} {local:%d.%m.}, {time}"


def left(at: datetime, now: datetime) -> str:
    """How long it still is, in one unit, rounded down: never more than there is."""
    remaining = at - now
    if remaining < _HOUR:
        return f"noch {max(remaining, timedelta()) // _MINUTE} Min."
    if remaining < 2 * _DAY:
        return f"noch {remaining // _HOUR} Std."
    return f"noch {remaining // _DAY} Tage"


def span(length: timedelta) -> str:
    """A length of time as one says it: 24 Stunden, 7 Tage."""
    hours = length // _HOUR
    return f"{hours} Stunden" if hours <= 48 else f"{length // _DAY} Tage"


def for_input(at: datetime) -> str:
    """As the browser's field for date and time takes it, in Berlin's time."""
    return f"{at.astimezone(BERLIN):%Y-%m-%dT%H:%M}"


def from_input(text: str, *, end: bool = False) -> datetime | None:
    """The moment somebody entered in Berlin's time, in the browser's form or as people write it; None if it is none.

    The hour that comes twice in autumn is the earlier one, for an `end` the later one. The hour that is skipped in
    spring is none.
    """
    for form in _FORMS:
        try:
            local = datetime.strptime(text.strip(), form).replace(tzinfo=BERLIN, fold=int(end))
            at = local.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return at if at.astimezone(BERLIN).replace(tzinfo=None) == local.replace(tzinfo=None) else None
    return None


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
