"""What some hours make of the coming weeks, day by day, as bars on a day's length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from entitlements.core.calendar import Timeline
from entitlements.core.wall_clock import zone_of

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
WHOLE = 1440
"""A day is as many units wide, however long it lasts."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Of `kind` open or holiday."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Day:
    """`times` are those at which it is open; `clocks` says that they are put forward or back."""

    date: date
    times: list[str]
    holidays: list[str]
    bars: list[Bar]
    clocks: str
    is_past: bool
    is_today: bool


def four_weeks(timeline: Timeline, now: datetime) -> list[Day]:
    """Whole weeks from this Monday on, four of them from today, in the zone of the hours."""
    zone = zone_of(timeline.time_zone)
    today = now.astimezone(zone).date()
    monday = today - today.weekday() * DAY
    end = monday + 4 * WEEK if today == monday else monday + 5 * WEEK
    return [_day(timeline, zone, monday + number * DAY, today) for number in range((end - monday) // DAY)]


def _day(timeline: Timeline, zone: ZoneInfo, day: date, today: date) -> Day:
    start, end = _midnight(day, zone), _midnight(day + DAY, zone)
    periods, closures = timeline.periods(start, end), timeline.closures(start, end)
    holidays = [closure for closure in closures if closure[2] != "closed"]
    length = end.astimezone(zone_of("UTC")) - start.astimezone(zone_of("UTC"))
    bars = [_bar("holiday", a, b, start, length) for a, b, _ in holidays]
    bars += [_bar("open", a, b, start, length) for a, b in periods]
    times = [f"{_clock(a, zone)}–{'24:00' if b == end else _clock(b, zone)}" for a, b in periods]
    return Day(
        date=day,
        times=times,
        holidays=[name for name, _ in groupby(closure[2] for closure in holidays)],
        bars=bars,
        clocks=_clocks(length),
        is_past=day < today,
        is_today=day == today,
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _bar(kind: str, starts: datetime, ends: datetime, midnight: datetime, length: timedelta) -> Bar:
    utc = zone_of("UTC")
    offset = starts.astimezone(utc) - midnight.astimezone(utc)
    return Bar(kind, round(offset / length * WHOLE, 2), round((ends - starts) / length * WHOLE, 2))


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def _clocks(length: timedelta) -> str:
    if length == DAY:
        return ""
    way = "forward" if length < DAY else "back"
    return f"Clocks go {way}: {length / timedelta(hours=1):g} hours"
