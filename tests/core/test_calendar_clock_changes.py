"""The nights on which the clocks change, in the zones that change them oddly (§2.3)."""

import pytest

from tests.core.office import (
    NIGHT_SHIFT,
    ROUND_THE_CLOCK,
    berlin,
    hours,
    local,
    minutes,
    office,
    utc,
)


def open_hours(week: str, zone: str, day: str, until: str) -> float:
    """The open hours between two local midnights."""
    elapsed = office(week, zone=zone).elapsed(local(day, zone), local(until, zone))
    return elapsed / hours(1)


class TestADayRoundTheClock:
    @pytest.mark.parametrize(
        ("zone", "day", "until", "length"),
        [
            ("Europe/Berlin", "2026-03-29", "2026-03-30", 23),
            ("Europe/Berlin", "2026-10-25", "2026-10-26", 25),
            ("America/New_York", "2026-03-08", "2026-03-09", 23),
            ("America/New_York", "2026-11-01", "2026-11-02", 25),
            ("America/Sao_Paulo", "2015-10-18", "2015-10-19", 23),
            ("America/Sao_Paulo", "2016-02-20", "2016-02-21", 25),
            ("America/Havana", "2026-11-01", "2026-11-02", 25),
            ("Africa/Cairo", "2025-04-25", "2025-04-26", 23),
            ("Asia/Tehran", "2015-03-22", "2015-03-23", 23),
            ("Asia/Tehran", "2015-09-21", "2015-09-22", 25),
            ("Australia/Lord_Howe", "2026-10-04", "2026-10-05", 23.5),
            ("Australia/Lord_Howe", "2026-04-05", "2026-04-06", 24.5),
            ("Pacific/Apia", "2011-12-29", "2011-12-31", 24),
        ],
    )
    def test_is_as_long_as_the_day_was(self, zone: str, day: str, until: str, length: float) -> None:
        assert open_hours(ROUND_THE_CLOCK, zone, day, until) == length


class TestTheNightThatLosesAnHour:
    def test_has_a_night_shift_of_seven_hours(self) -> None:
        assert open_hours("sat 22:00-06:00", "Europe/Berlin", "2026-03-28", "2026-03-30") == 7

    def test_opens_later_by_the_gap_when_the_opening_does_not_exist(self) -> None:
        opening = office("sun 02:30-05:00").next_opening(berlin("2026-03-29 00:00"))
        assert opening == utc("2026-03-29 01:30")  # 03:30 in Berlin

    def test_closes_later_by_the_gap_when_the_closing_does_not_exist(self) -> None:
        closing = office("sun 01:00-02:30").next_closing(berlin("2026-03-29 00:00"))
        assert closing == utc("2026-03-29 01:30")

    @pytest.mark.parametrize("window", ["02:00-03:00", "02:00-02:30", "02:15-02:45", "02:30-03:00"])
    def test_has_no_window_that_lies_wholly_in_the_gap(self, window: str) -> None:
        assert open_hours(f"sun {window}", "Europe/Berlin", "2026-03-29", "2026-03-30") == 0

    def test_has_nothing_of_a_window_that_would_open_after_its_closing(self) -> None:
        assert open_hours("sun 02:30-03:15", "Europe/Berlin", "2026-03-29", "2026-03-30") == 0

    def test_counts_elapsed_time_towards_a_target(self) -> None:
        start = berlin("2026-03-28 23:00")
        assert office(ROUND_THE_CLOCK).add(start, hours(6)) == berlin("2026-03-29 06:00")


class TestTheNightThatGainsAnHour:
    def test_has_a_night_shift_of_nine_hours(self) -> None:
        assert open_hours("sat 22:00-06:00", "Europe/Berlin", "2026-10-24", "2026-10-26") == 9

    def test_opens_at_the_first_of_two(self) -> None:
        opening = office("sun 02:30-05:00").next_opening(berlin("2026-10-25 00:00"))
        assert opening == utc("2026-10-25 00:30")

    def test_closes_at_the_first_of_two(self) -> None:
        closing = office("sun 01:00-02:30").next_closing(berlin("2026-10-25 00:00"))
        assert closing == utc("2026-10-25 00:30")

    def test_has_both_hours_of_a_window_around_them(self) -> None:
        assert open_hours("sun 02:00-03:00", "Europe/Berlin", "2026-10-25", "2026-10-26") == 2

    def test_counts_elapsed_time_towards_a_target(self) -> None:
        start = berlin("2026-10-24 23:00")
        assert office(ROUND_THE_CLOCK).add(start, hours(6)) == berlin("2026-10-25 04:00")


class TestADayWithoutMidnight:
    def test_opens_when_it_begins(self) -> None:
        week = office("sun 00:00-08:00", zone="America/Sao_Paulo")
        assert week.next_opening(utc("2015-10-18 00:00")) == utc("2015-10-18 03:00")  # 01:00 local

    def test_ends_the_evening_before_where_it_begins(self) -> None:
        week = office("sat 20:00-24:00", zone="America/Sao_Paulo")
        assert week.next_closing(utc("2015-10-18 00:00")) == utc("2015-10-18 03:00")


class TestADayThatWasSkipped:
    def test_has_no_office_hours(self) -> None:
        assert open_hours("fri 09:00-17:00", "Pacific/Apia", "2011-12-29", "2011-12-31") == 0

    def test_is_passed_over_by_a_target(self) -> None:
        week = office("mon-sun 09:00-17:00", zone="Pacific/Apia")
        start = local("2011-12-29 16:00", "Pacific/Apia")
        assert week.add(start, hours(2)) == local("2011-12-31 10:00", "Pacific/Apia")


class TestANightShift:
    def test_goes_on_into_the_day_on_which_nothing_opens(self) -> None:
        assert office(NIGHT_SHIFT).is_open(berlin("2026-03-07 05:59"))

    def test_does_not_belong_to_the_morning_before_its_first_day(self) -> None:
        assert not office(NIGHT_SHIFT).is_open(berlin("2026-03-02 05:59"))

    def test_crosses_new_year(self) -> None:
        shift = office(NIGHT_SHIFT).periods(berlin("2026-12-31 20:00"), berlin("2027-01-01 20:00"))
        assert shift == [(berlin("2026-12-31 22:00"), berlin("2027-01-01 06:00"))]

    def test_that_ends_where_the_next_begins_is_one_with_it(self) -> None:
        two_days = office("mon,tue 22:00-22:00").elapsed(
            berlin("2026-03-02 00:00"), berlin("2026-03-06 00:00")
        )
        assert two_days == minutes(2 * 24 * 60)
