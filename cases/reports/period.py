"""The days that a report is about, and those before them that it is compared with."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

LONGEST = timedelta(days=5 * 366)
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day to its last, both included; `key` is its name where it goes along with today."""

    first: date
    last: date
    key: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As long, and directly before it. What begins with a month is compared with as many months."""
        if self.first.day != 1:
            return Period(self.first - DAY * self.days, self.first - DAY)
        months = 12 * (self.last.year - self.first.year) + self.last.month - self.first.month + 1
        first = _months_before(self.first, months)
        last = _months_before(self.last, months)
        return Period(first, _end_of_month(last) if self.last == _end_of_month(self.last) else last)

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Midnight at its beginning, and midnight after its end, in this zone."""
        return _midnight(self.first, zone), _midnight(self.last + DAY, zone)

    @property
    def told(self) -> str:
        """“1 to 30 Nov 2026”, “4 Dec 2025 to 3 Mar 2026”."""
        first, last = self.first, self.last
        end = _day(last)
        if first == last:
            return end
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} to {end}"
        return f"{first.day} {first:%b} to {end}" if first.year == last.year else f"{_day(first)} to {end}"


def last_days(count: int) -> Callable[[date], Period]:
    return lambda today: Period(today - DAY * (count - 1), today)


def this_months(count: int) -> Callable[[date], Period]:
    """The month, quarter or year that today is in, up to today: what has so many months."""
    return lambda today: Period(_first_of(today, count), today)


def last_months(count: int) -> Callable[[date], Period]:
    """The whole one before that."""

    def found(today: date) -> Period:
        last = _first_of(today, count) - DAY
        return Period(_first_of(last, count), last)

    return found


def recent_months(count: int) -> Callable[[date], Period]:
    """The month of today with as many before it as make so many."""
    return lambda today: Period(_months_before(today.replace(day=1), count - 1), today)


PERIODS: dict[str, tuple[str, Callable[[date], Period]]] = {
    "7d": ("Last 7 days", last_days(7)),
    "30d": ("Last 30 days", last_days(30)),
    "90d": ("Last 90 days", last_days(90)),
    "this-month": ("This month", this_months(1)),
    "last-month": ("Last month", last_months(1)),
    "this-quarter": ("This quarter", this_months(3)),
    "last-quarter": ("Last quarter", last_months(3)),
    "this-year": ("This year", this_months(12)),
    "last-year": ("Last year", last_months(12)),
    "12m": ("Last 12 months", recent_months(12)),
}
"""By their names in an address: what each is called, and its days as of today."""


def named(key: str, today: date) -> Period:
    found = PERIODS[key][1](today)
    return Period(found.first, found.last, key)


def fault(first: date, last: date) -> str:
    """Why these days are no period; nothing where they are one."""
    if not (FIRST_DAY <= first <= LAST_DAY and FIRST_DAY <= last <= LAST_DAY):
        return f"A period lies in the years {FIRST_DAY.year} to {LAST_DAY.year}."
    if last < first:
        return "The period ends before it begins."
    if last - first >= LONGEST:
        return "A period is at most five years long."
    return ""


def _first_of(day: date, months: int) -> date:
    """Of the month, quarter or year that the day is in."""
    return date(day.year, day.month - (day.month - 1) % months, 1)


def _months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of that month where it has none such."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
