"""Open time worked out the slow way, one minute after the other, to compare the calendar with.

It shares no code with the calendar. It reads the clock on the wall at every minute of a few days,
and finds a wall time by looking it up among those readings: the first minute that shows it, or for
one that no minute shows, the minute that shows it moved on by the jump over it (§2.3).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from entitlements.core.hours import Hours

MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
NO_TIME = timedelta()
A_DAY_OF_MINUTES = 1440
MARGIN_DAYS = 4


@dataclass(frozen=True)
class Clock:
    """What a clock on the wall shows at every minute from ``start``, and where it jumped ahead."""

    start: datetime
    shows: list[datetime]
    first_minute: dict[datetime, int]
    jumps: list[tuple[datetime, datetime]]

    def minute_of(self, wall: datetime) -> int:
        jump = self.jump_over(wall)
        return self.first_minute[wall + (jump[1] - jump[0]) if jump else wall]

    def jump_over(self, wall: datetime) -> tuple[datetime, datetime] | None:
        return next((jump for jump in self.jumps if jump[0] <= wall < jump[1]), None)


@lru_cache(maxsize=64)
def clock(zone: str, start: datetime, days: int) -> Clock:
    """The clock from MARGIN_DAYS before start until MARGIN_DAYS after those days."""
    begins = start - timedelta(days=MARGIN_DAYS)
    count = (days + 2 * MARGIN_DAYS) * A_DAY_OF_MINUTES
    tz = ZoneInfo(zone)
    shows = [
        (begins + minute * MINUTE).astimezone(tz).replace(tzinfo=None, fold=0) for minute in range(count)
    ]
    first_minute: dict[datetime, int] = {}
    for minute, wall in enumerate(shows):
        first_minute.setdefault(wall, minute)
    jumps = [(a + MINUTE, b) for a, b in zip(shows, shows[1:], strict=False) if b - a > MINUTE]
    return Clock(begins, shows, first_minute, jumps)


class MinuteByMinute:
    """Which minutes of some days are open; asked only about instants within those days."""

    def __init__(self, hours: Hours, start: datetime, days: int) -> None:
        self.clock = clock(hours.time_zone, start, days)
        self.open = [False] * len(self.clock.shows)
        first = (start - timedelta(days=MARGIN_DAYS - 1)).date()
        for day in (first + timedelta(days=n) for n in range(days + 2 * MARGIN_DAYS - 4)):
            midnight = datetime(day.year, day.month, day.day)
            for window in hours.windows:
                if window.weekday == day.weekday():
                    self._mark(midnight, window.opens, window.closes)
        for holiday in hours.holidays:
            self._close(holiday.starts, holiday.ends)

    def _mark(self, midnight: datetime, opens: int, closes: int) -> None:
        starts, ends = midnight + opens * MINUTE, midnight + closes * MINUTE
        for minute in self._minutes(starts, ends):
            self.open[minute] = True

    def _close(self, starts: datetime, ends: datetime) -> None:
        for minute in self._minutes(starts, ends):
            self.open[minute] = False

    def _minutes(self, starts: datetime, ends: datetime) -> range:
        jump = self.clock.jump_over(starts)
        if jump and jump == self.clock.jump_over(ends):
            return range(0)
        return range(self.clock.minute_of(starts), self.clock.minute_of(ends))

    def is_open(self, instant: datetime) -> bool:
        return self.open[(instant - self.clock.start) // MINUTE]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        if end < start:
            return -self.elapsed(end, start)
        total = NO_TIME
        at = start
        while at < end:
            next_minute = self.clock.start + ((at - self.clock.start) // MINUTE + 1) * MINUTE
            total += (min(next_minute, end) - at) if self.is_open(at) else NO_TIME
            at = next_minute
        return total

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant after so much open time."""
        at, left = start, duration
        while True:
            next_minute = self.clock.start + ((at - self.clock.start) // MINUTE + 1) * MINUTE
            if self.is_open(at):
                if left <= next_minute - at:
                    return at + left
                left -= next_minute - at
            at = next_minute

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """The latest instant before so much open time."""
        at, left = end, duration
        while True:
            minute = self.clock.start + ((at - self.clock.start - MICROSECOND) // MINUTE) * MINUTE
            if self.is_open(minute):
                if left <= at - minute:
                    return at - left
                left -= at - minute
            at = minute


def utc_midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
