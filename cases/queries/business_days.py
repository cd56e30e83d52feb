"""When the business day closes, and the one after it: the horizons of what is at risk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from entitlements.core.calendar import Timeline

LOOKED_AHEAD = timedelta(days=21)


def next_midnight(now: datetime) -> datetime:
    """The end of the day, in the viewer's zone."""
    local = timezone.localtime(now)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)


def closes_of_business(hours: Timeline, now: datetime) -> tuple[datetime, datetime]:
    """When the business day that lasts or comes next closes, and when the one after it does.

    A day is that of its opening in the hours' own zone; its last closing counts. Hours that never close,
    or do not open within three weeks, close at the viewer's midnight.
    """
    days = _days(hours, now) if hours.time_zone else iter(())
    midnight = next_midnight(now)
    first = next(days, midnight)
    second = next(days, None) or next_midnight(max(first, midnight))
    return first, second


def _days(hours: Timeline, now: datetime) -> Iterator[datetime]:
    """The last closing of each day, in order, from now on."""
    zone = ZoneInfo(hours.time_zone)
    today = datetime.combine(now.astimezone(zone).date(), time(), zone)
    last: dict[object, datetime] = {}
    for opens, closes in hours.periods(today - timedelta(days=1), now + LOOKED_AHEAD):
        last[opens.astimezone(zone).date()] = closes
    return (closes for _, closes in sorted(last.items(), key=lambda day: day[1]) if closes > now)
