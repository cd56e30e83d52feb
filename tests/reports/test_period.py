"""The days that a report is about, and those that they are compared with."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.reports.period import PERIODS, Period, fault, named

TODAY = date(2026, 3, 4)

NAMED = {
    "7d": "26 Feb to 4 Mar 2026",
    "30d": "3 Feb to 4 Mar 2026",
    "90d": "5 Dec 2025 to 4 Mar 2026",
    "this-month": "1 to 4 Mar 2026",
    "last-month": "1 to 28 Feb 2026",
    "this-quarter": "1 Jan to 4 Mar 2026",
    "last-quarter": "1 Oct to 31 Dec 2025",
    "this-year": "1 Jan to 4 Mar 2026",
    "last-year": "1 Jan to 31 Dec 2025",
    "12m": "1 Apr 2025 to 4 Mar 2026",
}

BEFORE = {
    "7d": "19 to 25 Feb 2026",
    "30d": "4 Jan to 2 Feb 2026",
    "this-month": "1 to 4 Feb 2026",
    "last-month": "1 to 31 Jan 2026",
    "this-quarter": "1 Oct to 4 Dec 2025",
    "last-quarter": "1 Jul to 30 Sep 2025",
    "last-year": "1 Jan to 31 Dec 2024",
    "12m": "1 Apr 2024 to 4 Mar 2025",
}


@pytest.mark.parametrize("key", PERIODS)
def test_a_name_means_days(key: str) -> None:
    assert named(key, TODAY).told == NAMED[key]


@pytest.mark.parametrize("key", BEFORE)
def test_the_period_before_is_as_long_or_has_as_many_months(key: str) -> None:
    assert named(key, TODAY).before.told == BEFORE[key]


def test_a_month_that_has_no_such_day_ends_with_its_last() -> None:
    assert Period(date(2026, 3, 1), date(2026, 3, 30)).before.told == "1 to 28 Feb 2026"


def test_days_of_ones_own_are_compared_with_as_many() -> None:
    assert Period(date(2026, 3, 2), date(2026, 3, 4)).before.told == "27 Feb to 1 Mar 2026"


def test_one_day_is_a_period() -> None:
    assert (Period(TODAY, TODAY).told, Period(TODAY, TODAY).days) == ("4 Mar 2026", 1)


def test_days_are_those_of_the_zone_where_they_change_length_too() -> None:
    start, end = Period(date(2026, 3, 29), date(2026, 3, 29)).bounds(ZoneInfo("Europe/Berlin"))
    assert start == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end == datetime(2026, 3, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2026, 3, 4), date(2026, 3, 3), "ends before it begins"),
        (date(2020, 1, 1), date(2026, 1, 1), "at most five years"),
        (date(1, 1, 1), date(1, 1, 2), "years 1990 to 2199"),
        (date(9999, 12, 31), date(9999, 12, 31), "years 1990 to 2199"),
    ],
)
def test_what_is_no_period_is_refused(first: date, last: date, why: str) -> None:
    assert why in fault(first, last)
