"""The moments at which an example begins: now, Friday 16:45, the evening before the next holiday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import mode
from zoneinfo import ZoneInfo

from entitlements.core.calendar import BeyondHorizon, Timeline

FRIDAY = 4
LATE_FRIDAY = time(16, 45)
EVENING = time(18)
HOLIDAYS_AHEAD = timedelta(days=400)
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is None where there is no such moment; `words` then say why."""

    words: str
    at: datetime | None


def moments_of(hours: Timeline, zone: ZoneInfo, now: datetime) -> list[Moment]:
    """In the zone of the hours."""
    minute = now.replace(second=0, microsecond=0)
    return [
        Moment("Created now", minute),
        Moment("Friday 16:45", _next_friday(now.astimezone(zone))),
        _evening_before_holiday(hours, zone, now),
    ]


def _next_friday(local: datetime) -> datetime:
    days = (FRIDAY - local.weekday()) % 7
    friday = datetime.combine(local.date() + timedelta(days=days), LATE_FRIDAY, local.tzinfo)
    return friday if friday >= local else friday + timedelta(days=7)


def _evening_before_holiday(hours: Timeline, zone: ZoneInfo, now: datetime) -> Moment:
    if not hours.time_zone:
        return Moment("The evening before a holiday: 24/7 knows none", None)
    try:
        closures = hours.closures(now, now + HOLIDAYS_AHEAD)
    except BeyondHorizon:
        closures = []
    for starts, _, name in closures:
        eve = _eve(starts.astimezone(zone).date(), zone)
        if name != CLOSED and eve >= now:
            return Moment(f"The evening before {name}", eve)
    return Moment(f"The evening before a holiday: {hours.name} has none in the next 13 months", None)


def _eve(holiday: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(holiday - timedelta(days=1), EVENING, zone)


def open_day(hours: Timeline, zone: ZoneInfo, now: datetime) -> timedelta | None:
    """How long most of its days are, of four weeks and of those on which these hours open."""
    if not hours.time_zone:
        return None
    tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    lengths: dict[date, timedelta] = {}
    for start, end in hours.periods(tomorrow, tomorrow + timedelta(weeks=4)):
        day = start.astimezone(zone).date()
        lengths[day] = lengths.get(day, timedelta()) + (end - start)
    return mode(lengths.values()) if lengths else None
