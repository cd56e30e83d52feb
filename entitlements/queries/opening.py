"""When business hours are open, in words."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from entitlements.core.calendar import Period, Reason
from entitlements.models import BusinessHours, Weekday

DAY = timedelta(days=1)


def week_in_words(hours: BusinessHours) -> str:
    """ "Mon–Fri 09:00–17:00; Sat 10:00–14:00"."""
    days: dict[int, str] = {}
    for window in hours.windows.all():
        times = f"{window.opens_at:%H:%M}–{_clock(window.closes)}"
        days[window.weekday] = f"{days[window.weekday]}, {times}" if window.weekday in days else times
    spans: list[tuple[int, int, str]] = []
    for day, times in sorted(days.items()):
        if spans and spans[-1][1:] == (day - 1, times):
            spans[-1] = (spans[-1][0], day, times)
        else:
            spans.append((day, day, times))
    return "; ".join(f"{_days(first, last)} {times}" for first, last, times in spans)


def in_the_next_weeks(hours: BusinessHours, now: datetime, length: timedelta) -> list[str]:
    """A line a day from today on: its open times in the hours' zone, or why it is closed."""
    zone = ZoneInfo(hours.time_zone)
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    timeline = hours.timeline()
    lines = []
    for number in range(length // DAY):
        start = datetime.combine(today.date() + number * DAY, time(), zone)
        end = datetime.combine(today.date() + (number + 1) * DAY, time(), zone)
        said = _open(timeline.periods(start, end), zone, end) or _closed(timeline.closures(start, end))
        lines.append(f"{start:%a %d %b}: {said}")
    return lines


def _open(periods: list[Period], zone: ZoneInfo, midnight: datetime) -> str:
    return ", ".join(
        f"{start.astimezone(zone):%H:%M}–{_closing(end, zone, midnight)}" for start, end in periods
    )


def _closing(end: datetime, zone: ZoneInfo, midnight: datetime) -> str:
    return "24:00" if end == midnight else f"{end.astimezone(zone):%H:%M}"


def _closed(reasons: list[Reason]) -> str:
    names = [name for name, _ in groupby(reason for _, _, reason in reasons)]
    return next((f"closed ({name})" for name in names if name != "closed"), "closed")


def _clock(minutes: int) -> str:
    return "24:00" if minutes == 24 * 60 else f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _days(first: int, last: int) -> str:
    names = [str(Weekday(day).label)[:3] for day in (first, last)]
    return names[0] if first == last else "–".join(names)
