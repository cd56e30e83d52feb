"""When a saved report is mailed: once a day, week or month, on the wall clock of its zone."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cases.models import Rhythm
from cases.reports.schedule import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
SEVEN = time(7)


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("rhythm", "now", "next_one"),
    [
        (Rhythm.DAILY, at(2026, 3, 4, 6, 59), at(2026, 3, 4, 7)),
        (Rhythm.DAILY, at(2026, 3, 4, 7), at(2026, 3, 5, 7)),
        (Rhythm.WORKDAYS, at(2026, 3, 6, 8), at(2026, 3, 9, 7)),
        (Rhythm.WEEKLY, at(2026, 3, 4, 8), at(2026, 3, 9, 7)),
        (Rhythm.MONTHLY, at(2026, 12, 1, 8), at(2027, 1, 1, 7)),
        (Rhythm.MONTHLY, at(2026, 1, 31, 8), at(2026, 2, 1, 7)),
    ],
)
def test_the_next_one_is_after_now(rhythm: Rhythm, now: datetime, next_one: datetime) -> None:
    assert Schedule(rhythm, SEVEN, BERLIN).next_after(now) == next_one


@pytest.mark.parametrize(
    ("rhythm", "now", "last_one"),
    [
        (Rhythm.DAILY, at(2026, 3, 4, 7), at(2026, 3, 4, 7)),
        (Rhythm.DAILY, at(2026, 3, 4, 6), at(2026, 3, 3, 7)),
        (Rhythm.WORKDAYS, at(2026, 3, 8, 12), at(2026, 3, 6, 7)),
        (Rhythm.WEEKLY, at(2026, 3, 8, 12), at(2026, 3, 2, 7)),
        (Rhythm.MONTHLY, at(2026, 3, 31, 12), at(2026, 3, 1, 7)),
    ],
)
def test_the_last_one_is_what_a_downtime_left(rhythm: Rhythm, now: datetime, last_one: datetime) -> None:
    assert Schedule(rhythm, SEVEN, BERLIN).last_by(now) == last_one


def test_a_time_that_the_clock_skips_comes_an_hour_later() -> None:
    moment = Schedule(Rhythm.DAILY, time(2, 30), BERLIN).next_after(at(2026, 3, 28, 12))
    assert moment == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_there_is_twice_comes_once() -> None:
    schedule = Schedule(Rhythm.DAILY, time(2, 30), BERLIN)
    first = schedule.next_after(at(2026, 10, 24, 12))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert schedule.next_after(first) == at(2026, 10, 26, 2, 30)


def test_periods() -> None:
    new_year = at(2027, 1, 1, 7)
    names = [Schedule(rhythm, SEVEN, BERLIN).period(new_year) for rhythm in Rhythm]
    assert names == ["day 2027-01-01", "day 2027-01-01", "weekly 2026-W53", "monthly 2027-01"]


@given(
    some.sampled_from(Rhythm),
    some.times(),
    some.integers(0, 6),
    some.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1)),
    some.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"]),
)
def test_each_period_has_one_moment_whatever_the_clock(
    rhythm: Rhythm, when: time, weekday: int, wall: datetime, zone: str
) -> None:
    schedule, now = Schedule(rhythm, when, ZoneInfo(zone), weekday), wall.replace(tzinfo=UTC)
    next_one = schedule.next_after(now)
    assert schedule.last_by(now) <= now < next_one
    assert schedule.last_by(next_one) == next_one
    assert schedule.period(schedule.last_by(now)) != schedule.period(next_one)
