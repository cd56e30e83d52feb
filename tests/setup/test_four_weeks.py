"""The coming weeks of some hours as bars, also over the nights in which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from entitlements.core.calendar import compile_hours
from entitlements.core.hours import Holiday, Hours, parse_windows
from entitlements.queries.four_weeks import Day, four_weeks


def weeks(windows: str, now: datetime, *holidays: Holiday, region: str = "") -> dict[date, Day]:
    hours = Hours("Office", "Europe/Berlin", parse_windows(windows), holidays, region)
    return {day.date: day for day in four_weeks(compile_hours(hours), now)}


def bars(day: Day) -> list[tuple[str, float, float]]:
    return [(bar.kind, bar.x, bar.width) for bar in day.bars]


WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_are_whole_weeks_and_reach_four_weeks_from_today() -> None:
    days = weeks("mon-fri 09:00-17:00", WEDNESDAY)
    assert (min(days), max(days), len(days)) == (date(2026, 3, 2), date(2026, 4, 5), 35)
    assert [day.is_past for day in days.values()][:4] == [True, True, False, False]
    assert days[date(2026, 3, 4)].is_today


def test_begin_on_a_monday_with_today() -> None:
    assert len(weeks("mon 09:00-17:00", datetime(2026, 3, 2, 12, tzinfo=UTC))) == 28


def test_today_is_that_of_the_hours_zone() -> None:
    """23:30 on Wednesday in UTC is Thursday in Berlin."""
    days = weeks("mon 09:00-17:00", datetime(2026, 3, 4, 23, 30, tzinfo=UTC))
    assert days[date(2026, 3, 5)].is_today


def test_a_day_is_drawn_from_midnight_to_midnight() -> None:
    day = weeks("mon-fri 09:00-13:00,14:00-24:00", WEDNESDAY)[date(2026, 3, 5)]
    assert bars(day) == [("open", 540, 240), ("open", 840, 600)]
    assert day.times == ["09:00–13:00", "14:00–24:00"]


def test_a_night_goes_on_in_the_next_day() -> None:
    days = weeks("fri 22:00-06:00", WEDNESDAY)
    assert days[date(2026, 3, 6)].times == ["22:00–24:00"]
    assert bars(days[date(2026, 3, 7)]) == [("open", 0, 360)]


def test_a_holiday_has_its_name() -> None:
    day = weeks("mon-fri 09:00-17:00", WEDNESDAY, region="DE")[date(2026, 4, 3)]
    assert (day.times, day.holidays, bars(day)) == ([], ["Good Friday"], [("holiday", 0, 1440)])


def test_half_a_holiday_leaves_the_rest() -> None:
    half = Holiday("Outing", datetime(2026, 3, 5, 12), datetime(2026, 3, 6))
    day = weeks("mon-fri 09:00-17:00", WEDNESDAY, half)[date(2026, 3, 5)]
    assert (day.times, day.holidays) == (["09:00–12:00"], ["Outing"])
    assert bars(day) == [("holiday", 720, 720), ("open", 540, 180)]


@pytest.mark.parametrize(
    ("now", "sunday", "clocks", "hours"),
    [
        (datetime(2026, 3, 25, tzinfo=UTC), date(2026, 3, 29), "Clocks go forward: 23 hours", 23),
        (datetime(2026, 10, 21, tzinfo=UTC), date(2026, 10, 25), "Clocks go back: 25 hours", 25),
    ],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(
    now: datetime, sunday: date, clocks: str, hours: int
) -> None:
    days = weeks("sat-mon 00:00-12:00", now)
    day = days[sunday]
    assert (day.clocks, day.times) == (clocks, ["00:00–12:00"])
    until_noon = hours - 12
    assert bars(day) == [("open", 0, round(until_noon / hours * 1440, 2))]
    assert days[date(sunday.year, sunday.month, sunday.day - 1)].clocks == ""
