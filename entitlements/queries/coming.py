"""When a holiday comes next."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from entitlements.core.holidays import LAST_YEAR, Falls, Occurrence
from entitlements.core.hours import HoursError
from entitlements.models import Holiday

AHEAD = timedelta(days=366 * 8)
MIDNIGHT = datetime.min.time()


def coming(holiday: Holiday, now: datetime, shown: int) -> list[Occurrence]:
    """The next times from now on, the one that lasts included; none when it is over."""
    wall = now.replace(tzinfo=None)
    if wall.year + 9 > LAST_YEAR:
        return []
    try:
        falls = Falls(holiday.value(), ZoneInfo("UTC"))
        return list(islice(falls.between(wall, wall + AHEAD), shown))
    except HoursError:
        return []


def in_words(occurrence: Occurrence) -> str:
    """ "Fri 25 Dec 2026", "Thu 31 Dec 2026 20:00 to Sat 02 Jan 2027 09:00"."""
    starts, ends = occurrence
    if starts.time() == ends.time() == MIDNIGHT:
        last = ends - timedelta(days=1)
        first = f"{starts:%a %d %b %Y}"
        return first if last == starts else f"{first} to {last:%a %d %b %Y}"
    return f"{starts:%a %d %b %Y %H:%M} to {ends:%a %d %b %Y %H:%M}"
