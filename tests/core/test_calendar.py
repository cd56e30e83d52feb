"""What a timeline answers about an office with an odd Saturday (10:10 to 14:00)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from entitlements.core.calendar import BeyondHorizon, compile_hours
from entitlements.core.hours import Holiday, Hours, parse_windows
from tests.core.office import (
    NIGHT_SHIFT,
    ROUND_THE_CLOCK,
    berlin,
    hours,
    local,
    minutes,
    office,
    utc,
    wall,
)

NOTHING = timedelta()


class TestATarget:
    def test_falls_in_the_window_that_it_starts_in(self) -> None:
        assert office().add(berlin("2026-03-02 09:00"), hours(2)) == berlin("2026-03-02 11:00")

    def test_may_fall_exactly_on_closing_time(self) -> None:
        assert office().add(berlin("2026-03-06 17:00"), hours(1)) == berlin("2026-03-06 18:00")

    def test_goes_on_after_the_lunch_break(self) -> None:
        assert office().add(berlin("2026-03-02 12:30"), hours(1)) == berlin("2026-03-02 14:30")

    def test_goes_on_at_the_odd_saturday_opening(self) -> None:
        assert office().add(berlin("2026-03-06 17:30"), hours(1)) == berlin("2026-03-07 10:40")

    def test_goes_on_after_the_weekend(self) -> None:
        assert office().add(berlin("2026-03-07 13:30"), hours(1)) == berlin("2026-03-09 09:30")

    def test_counts_from_the_opening_when_it_starts_outside_hours(self) -> None:
        assert office().add(berlin("2026-03-08 03:00"), hours(1)) == berlin("2026-03-09 10:00")

    def test_counts_from_the_next_opening_when_it_starts_on_closing_time(self) -> None:
        assert office().add(berlin("2026-03-06 18:00"), minutes(1)) == berlin("2026-03-07 10:11")

    def test_of_no_time_is_its_start_even_outside_hours(self) -> None:
        assert office().add(berlin("2026-03-08 03:00"), NOTHING) == berlin("2026-03-08 03:00")

    def test_is_exact_to_the_microsecond(self) -> None:
        start = berlin("2026-03-02 12:59:59.999999")
        assert office().add(start, timedelta(microseconds=2)) == berlin("2026-03-02 14:00:00.000001")

    def test_is_in_utc_whatever_zone_it_is_asked_in(self) -> None:
        start = datetime(2026, 3, 2, 17, 0, tzinfo=timezone(timedelta(hours=9)))
        assert office().add(start, hours(1)).tzinfo is UTC

    def test_is_the_same_whatever_zone_it_is_asked_in(self) -> None:
        start = datetime(2026, 3, 2, 17, 0, tzinfo=timezone(timedelta(hours=9)))
        assert office().add(start, hours(1)) == utc("2026-03-02 09:00")

    def test_of_a_night_shift_belongs_to_the_evening_it_opened(self) -> None:
        night = office(NIGHT_SHIFT)
        assert night.add(berlin("2026-03-06 23:00"), hours(8)) == berlin("2026-03-09 23:00")

    def test_may_lie_years_away(self) -> None:
        one_monday_minute = office("mon 09:00-09:01")
        start = berlin("2026-03-02 09:00")
        assert one_monday_minute.add(start, minutes(261)) == berlin("2031-02-24 09:01")

    def test_cannot_start_at_a_time_without_a_zone(self) -> None:
        with pytest.raises(TypeError):
            office().add(wall("2026-03-02 09:00"), hours(1))


class TestATargetBackwards:
    def test_is_the_latest_start_with_so_much_open_time(self) -> None:
        assert office().add(berlin("2026-03-02 15:00"), hours(-2)) == berlin("2026-03-02 12:00")

    def test_falls_on_the_opening_rather_than_on_the_closing_before_it(self) -> None:
        assert office().add(berlin("2026-03-02 15:00"), hours(-1)) == berlin("2026-03-02 14:00")

    def test_skips_the_weekend(self) -> None:
        assert office().add(berlin("2026-03-09 09:30"), hours(-1)) == berlin("2026-03-07 13:30")

    def test_counts_from_the_closing_when_asked_outside_hours(self) -> None:
        assert office().add(berlin("2026-03-08 20:00"), hours(-1)) == berlin("2026-03-07 13:00")

    def test_crosses_new_year(self) -> None:
        assert office().add(berlin("2027-01-01 10:00"), hours(-2)) == berlin("2026-12-31 17:00")


class TestTheHorizon:
    def test_is_an_error_that_names_the_hours(self) -> None:
        with pytest.raises(BeyondHorizon, match='"EU office"'):
            office("mon 09:00-09:01").add(berlin("2026-03-02 09:00"), minutes(600))

    def test_is_an_error_backwards_too(self) -> None:
        with pytest.raises(BeyondHorizon):
            office("mon 09:00-09:01").add(berlin("2026-03-02 09:00"), minutes(-600))

    def test_is_an_error_when_holidays_leave_nothing_open(self) -> None:
        shut = Holiday("Shut for good", wall("2020-01-01"), wall("2199-01-01"))
        with pytest.raises(BeyondHorizon):
            office("mon-fri 09:00-17:00", shut).add(berlin("2026-03-02 09:00"), minutes(1))

    def test_is_ten_years_even_if_a_target_lies_behind_it(self) -> None:
        shut = Holiday("Eleven years", wall("2026-01-01"), wall("2037-01-01"))
        with pytest.raises(BeyondHorizon):
            office(ROUND_THE_CLOCK, shut).add(berlin("2026-03-02 09:00"), minutes(1))

    def test_counts_from_the_instant_asked(self) -> None:
        shut = Holiday("Eleven years", wall("2026-01-01"), wall("2037-01-01"))
        start = berlin("2030-03-02 09:00")
        assert office(ROUND_THE_CLOCK, shut).add(start, minutes(1)) == berlin("2037-01-01 00:01")

    def test_is_an_error_for_a_duration_longer_than_time(self) -> None:
        with pytest.raises(BeyondHorizon):
            office().add(berlin("2026-03-02 09:00"), timedelta.max)

    def test_is_an_error_outside_the_years_known(self) -> None:
        with pytest.raises(BeyondHorizon, match='"EU office" has only the years 1900 to 2200'):
            office().add(utc("9999-12-31 23:59"), minutes(1))


class TestElapsedTime:
    def test_leaves_out_the_lunch_break(self) -> None:
        elapsed = office().elapsed(berlin("2026-03-02 12:00"), berlin("2026-03-02 15:00"))
        assert elapsed == hours(2)

    def test_counts_the_odd_saturday_into_the_week(self) -> None:
        elapsed = office().elapsed(berlin("2026-03-02 00:00"), berlin("2026-03-09 00:00"))
        assert elapsed == hours(5 * 8) + minutes(230)

    def test_is_nothing_outside_hours(self) -> None:
        elapsed = office().elapsed(berlin("2026-03-07 14:00"), berlin("2026-03-09 09:00"))
        assert elapsed == NOTHING

    def test_is_negative_backwards(self) -> None:
        elapsed = office().elapsed(berlin("2026-03-02 15:00"), berlin("2026-03-02 12:00"))
        assert elapsed == hours(-2)

    def test_spans_decades(self) -> None:
        monday_hour = office("mon 09:00-10:00", zone="UTC")
        assert monday_hour.elapsed(utc("2001-01-01 00:00"), utc("2029-01-01 00:00")) == hours(1461)


class TestOpen:
    def test_begins_with_the_opening(self) -> None:
        assert office().is_open(berlin("2026-03-07 10:10"))

    def test_has_not_begun_a_microsecond_before_it(self) -> None:
        assert not office().is_open(berlin("2026-03-07 10:09:59.999999"))

    def test_ends_with_the_closing(self) -> None:
        assert not office().is_open(berlin("2026-03-07 14:00"))

    def test_lasts_until_a_microsecond_before_it(self) -> None:
        assert office().is_open(berlin("2026-03-07 13:59:59.999999"))


class TestTheNextOpening:
    def test_is_the_instant_itself_while_open(self) -> None:
        assert office().next_opening(berlin("2026-03-02 09:30")) == berlin("2026-03-02 09:30")

    def test_is_the_opening_after_the_weekend(self) -> None:
        assert office().next_opening(berlin("2026-03-07 14:00")) == berlin("2026-03-09 09:00")

    def test_is_years_away_after_a_long_holiday(self) -> None:
        shut = Holiday("Three years", wall("2026-01-01"), wall("2029-01-01"))
        opening = office("mon-fri 09:00-17:00", shut).next_opening(berlin("2026-03-02 09:30"))
        assert opening == berlin("2029-01-01 09:00")

    def test_is_none_beyond_the_horizon(self) -> None:
        shut = Holiday("Eleven years", wall("2026-01-01"), wall("2037-01-01"))
        assert office(ROUND_THE_CLOCK, shut).next_opening(berlin("2026-03-02 09:30")) is None

    def test_is_none_at_the_end_of_the_years_known(self) -> None:
        shut = Holiday("The end", wall("2200-01-01"), wall("2200-12-31"))
        week = office("mon 09:00-17:00", shut)
        assert week.next_opening(utc("2200-12-30 00:00")) is None


class TestTheNextClosing:
    def test_ends_the_period_that_contains_the_instant(self) -> None:
        assert office().next_closing(berlin("2026-03-02 09:30")) == berlin("2026-03-02 13:00")

    def test_ends_the_period_that_follows(self) -> None:
        assert office().next_closing(berlin("2026-03-02 13:00")) == berlin("2026-03-02 18:00")

    def test_looks_past_the_turn_of_the_year(self) -> None:
        week = office("mon-sat 00:00-24:00", zone="UTC")
        assert week.next_closing(utc("2025-12-31 12:00")) == utc("2026-01-04 00:00")

    def test_is_none_when_it_never_closes(self) -> None:
        assert office(ROUND_THE_CLOCK).next_closing(berlin("2026-03-02 09:30")) is None


class TestPeriods:
    def test_are_cut_off_at_both_ends(self) -> None:
        assert office().periods(berlin("2026-03-02 12:00"), berlin("2026-03-02 15:00")) == [
            (berlin("2026-03-02 12:00"), berlin("2026-03-02 13:00")),
            (berlin("2026-03-02 14:00"), berlin("2026-03-02 15:00")),
        ]

    def test_that_touch_are_one(self) -> None:
        week = office("mon 09:00-12:00,12:00-24:00; tue 00:00-03:00")
        assert week.periods(berlin("2026-03-02 00:00"), berlin("2026-03-04 00:00")) == [
            (berlin("2026-03-02 09:00"), berlin("2026-03-03 03:00"))
        ]

    def test_that_touch_at_new_year_are_one(self) -> None:
        week = office(ROUND_THE_CLOCK, zone="UTC")
        turn = (utc("2026-12-31 12:00"), utc("2027-01-01 12:00"))
        assert week.periods(*turn) == [turn]

    def test_are_none_in_an_empty_span(self) -> None:
        assert office().periods(berlin("2026-03-02 12:00"), berlin("2026-03-02 12:00")) == []

    def test_are_none_backwards(self) -> None:
        assert office().periods(berlin("2026-03-02 12:00"), berlin("2026-03-02 11:00")) == []


class TestClosures:
    def test_are_the_rest_of_the_day(self) -> None:
        assert office().closures(berlin("2026-03-02 00:00"), berlin("2026-03-03 00:00")) == [
            (berlin("2026-03-02 00:00"), berlin("2026-03-02 09:00"), "closed"),
            (berlin("2026-03-02 13:00"), berlin("2026-03-02 14:00"), "closed"),
            (berlin("2026-03-02 18:00"), berlin("2026-03-03 00:00"), "closed"),
        ]

    def test_name_the_holiday_and_what_is_merely_closed_around_it(self) -> None:
        christmas = Holiday.whole_day("Christmas Day", wall("2026-12-25").date())
        week = office("mon-fri 09:00-17:00", christmas)
        assert week.closures(berlin("2026-12-24 12:00"), berlin("2026-12-28 12:00")) == [
            (berlin("2026-12-24 17:00"), berlin("2026-12-25 00:00"), "closed"),
            (berlin("2026-12-25 00:00"), berlin("2026-12-26 00:00"), "Christmas Day"),
            (berlin("2026-12-26 00:00"), berlin("2026-12-28 09:00"), "closed"),
        ]

    def test_name_a_holiday_over_new_year_once(self) -> None:
        new_year = Holiday("Year-end closing", wall("2026-12-31 20:00"), wall("2027-01-02 09:00"))
        week = office(ROUND_THE_CLOCK, new_year)
        assert week.closures(berlin("2026-12-31 12:00"), berlin("2027-01-02 12:00")) == [
            (berlin("2026-12-31 20:00"), berlin("2027-01-02 09:00"), "Year-end closing")
        ]

    def test_name_of_two_holidays_the_one_that_began_first(self) -> None:
        first = Holiday("Move", wall("2026-03-02 10:00"), wall("2026-03-03 12:00"))
        second = Holiday("Party", wall("2026-03-03 10:00"), wall("2026-03-03 15:00"))
        week = office(ROUND_THE_CLOCK, second, first)
        assert week.closures(berlin("2026-03-02 00:00"), berlin("2026-03-04 00:00")) == [
            (berlin("2026-03-02 10:00"), berlin("2026-03-03 12:00"), "Move"),
            (berlin("2026-03-03 12:00"), berlin("2026-03-03 15:00"), "Party"),
        ]

    def test_are_none_backwards(self) -> None:
        assert office().closures(berlin("2026-03-03 00:00"), berlin("2026-03-02 00:00")) == []


class TestATimelineInManyThreads:
    def test_gives_each_the_answer_that_it_gives_one(self) -> None:
        week = parse_windows("mon-fri 09:00-17:00")
        shared = compile_hours(Hours("Shared", "America/New_York", week))
        starts = [local(f"{2000 + n % 40}-03-02 07:00", "America/New_York") for n in range(400)]
        alone = office("mon-fri 09:00-17:00", zone="America/New_York")
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda start: shared.add(start, hours(100)), starts))
        assert together == [alone.add(start, hours(100)) for start in starts]
