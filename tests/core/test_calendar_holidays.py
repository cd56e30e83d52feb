"""Holidays: whole days and parts, once and by a rule, and a region's own (§2.2)."""

import time
from datetime import date

import pytest

from entitlements.core.calendar import Timeline
from entitlements.core.hours import Holiday
from tests.core.office import NIGHT_SHIFT, berlin, hours, local, office, utc, wall

WEEK = "mon-fri 09:00-17:00"
EVERY_DAY = "mon-sun 00:00-24:00"
FAIR = date(2026, 5, 4)  # a Monday


def every(rule: str, week: str = EVERY_DAY) -> Timeline:
    """The office of which the day of the fair is closed again and again."""
    return office(week, Holiday.whole_day("Fair", FAIR, rule))


def is_closed(timeline: Timeline, day: str) -> bool:
    return not timeline.is_open(berlin(f"{day} 12:00"))


class TestAHoliday:
    def test_closes_its_day(self) -> None:
        christmas = Holiday.whole_day("Christmas Day", date(2026, 12, 25))
        week = office(WEEK, christmas)
        assert week.add(berlin("2026-12-24 16:00"), hours(2)) == berlin("2026-12-28 10:00")

    def test_closes_a_part_of_the_day(self) -> None:
        party = Holiday("Party", wall("2026-03-02 12:00"), wall("2026-03-02 14:00"))
        week = office(WEEK, party)
        assert week.add(berlin("2026-03-02 11:00"), hours(2)) == berlin("2026-03-02 15:00")

    def test_closes_from_one_year_into_the_next(self) -> None:
        year_end = Holiday("Year end", wall("2026-12-31 20:00"), wall("2027-01-02 09:00"))
        week = office(EVERY_DAY, year_end)
        assert week.add(berlin("2026-12-31 19:00"), hours(2)) == berlin("2027-01-02 10:00")

    def test_closes_of_a_night_window_only_what_it_covers(self) -> None:
        saturday = Holiday.whole_day("Saturday", date(2026, 3, 7))
        night = office(NIGHT_SHIFT, saturday)
        friday = (berlin("2026-03-06 12:00"), berlin("2026-03-07 12:00"))
        assert night.periods(*friday) == [(berlin("2026-03-06 22:00"), berlin("2026-03-07 00:00"))]

    def test_leaves_the_morning_of_the_night_that_began_on_it(self) -> None:
        friday = Holiday.whole_day("Friday", date(2026, 3, 6))
        night = office(NIGHT_SHIFT, friday)
        weekend = (berlin("2026-03-06 12:00"), berlin("2026-03-07 12:00"))
        assert night.periods(*weekend) == [(berlin("2026-03-07 00:00"), berlin("2026-03-07 06:00"))]

    def test_is_in_the_time_zone_of_the_hours(self) -> None:
        day = Holiday.whole_day("Day", date(2026, 3, 3))
        tokyo = office(EVERY_DAY, day, zone="Asia/Tokyo")
        assert tokyo.next_closing(utc("2026-03-02 12:00")) == local("2026-03-03", "Asia/Tokyo")

    def test_lasts_twenty_three_hours_when_the_day_does(self) -> None:
        change = Holiday.whole_day("Clocks", date(2026, 3, 29))
        week = office(EVERY_DAY, change)
        span = (berlin("2026-03-28 00:00"), berlin("2026-03-31 00:00"))
        assert week.elapsed(*span) == hours(48)

    def test_begins_where_a_day_without_midnight_begins(self) -> None:
        change = Holiday.whole_day("Clocks", date(2015, 10, 18))
        week = office(EVERY_DAY, change, zone="America/Sao_Paulo")
        assert week.next_closing(utc("2015-10-17 12:00")) == utc("2015-10-18 03:00")

    def test_leaves_other_hours_alone(self) -> None:
        office(WEEK, Holiday.whole_day("Ours", date(2026, 3, 2)))
        assert office(WEEK).is_open(berlin("2026-03-02 12:00"))


class TestARecurringHoliday:
    def test_comes_every_year(self) -> None:
        assert is_closed(every("FREQ=YEARLY"), "2041-05-04")

    def test_does_not_come_before_its_first_time(self) -> None:
        assert not is_closed(every("FREQ=YEARLY"), "2025-05-04")

    def test_takes_the_prefix_that_calendars_write(self) -> None:
        assert is_closed(every("RRULE:FREQ=YEARLY"), "2027-05-04")

    def test_keeps_to_the_last_monday_of_may(self) -> None:
        assert is_closed(every("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"), "2027-05-31")

    def test_falls_only_where_its_rule_says(self) -> None:
        assert not is_closed(every("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO"), "2026-05-04")

    def test_comes_on_29_february_in_leap_years_alone(self) -> None:
        leap = office(EVERY_DAY, Holiday.whole_day("Leap", date(2024, 2, 29), "FREQ=YEARLY"))
        closed = [closure[0] for closure in leap.closures(utc("2025-01-01"), utc("2033-01-01"))]
        assert closed == [berlin("2028-02-29"), berlin("2032-02-29")]

    def test_comes_as_often_as_its_count(self) -> None:
        assert is_closed(every("FREQ=YEARLY;COUNT=3"), "2028-05-04")

    def test_ends_with_its_count(self) -> None:
        assert not is_closed(every("FREQ=YEARLY;COUNT=3"), "2029-05-04")

    def test_comes_on_the_date_until_which_it_lasts(self) -> None:
        lunch = Holiday("Lunch", wall("2026-05-04 11:30"), wall("2026-05-04 12:30"), "")
        daily = Holiday("Lunch", lunch.starts, lunch.ends, "FREQ=DAILY;UNTIL=20260506")
        assert is_closed(office(EVERY_DAY, daily), "2026-05-06")

    def test_ends_after_the_date_until_which_it_lasts(self) -> None:
        assert not is_closed(every("FREQ=DAILY;UNTIL=20260506"), "2026-05-07")

    def test_ends_at_a_local_time(self) -> None:
        assert not is_closed(every("FREQ=DAILY;UNTIL=20260505T235959"), "2026-05-06")

    def test_ends_at_a_time_in_utc_as_the_wall_clock_shows_it(self) -> None:
        assert is_closed(every("FREQ=DAILY;UNTIL=20260505T220000Z"), "2026-05-06")

    def test_may_last_until_the_end_of_time(self) -> None:
        assert is_closed(every("FREQ=YEARLY;UNTIL=99991231"), "2027-05-04")

    def test_keeps_its_wall_clock_over_a_clock_change(self) -> None:
        lunch = Holiday("Lunch", wall("2026-01-05 12:00"), wall("2026-01-05 13:00"), "FREQ=DAILY")
        week = office(WEEK, lunch)
        assert week.next_closing(berlin("2026-07-01 09:00")) == berlin("2026-07-01 12:00")

    def test_longer_than_its_interval_closes_throughout(self) -> None:
        long = Holiday("Long", wall("2026-05-04"), wall("2026-05-07"), "FREQ=DAILY;INTERVAL=2")
        assert office(EVERY_DAY, long).next_opening(berlin("2026-05-05")) is None

    @pytest.mark.parametrize(
        "rule",
        ["FREQ=DAILY", "FREQ=DAILY;BYYEARDAY=366;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO;INTERVAL=9999"],
    )
    def test_does_not_hang_however_rarely_or_often_it_comes(self, rule: str) -> None:
        begun = time.process_time()
        ancient = Holiday.whole_day("Ancient", date(1900, 1, 1), rule)
        office(WEEK, ancient).next_opening(berlin("2026-05-05"))
        assert time.process_time() - begun < 5


class TestPublicHolidays:
    def test_of_a_country_close_its_day(self) -> None:
        assert not office(WEEK, public="US").is_open(berlin("2026-12-25 12:00"))

    def test_of_a_region_close_its_day(self) -> None:
        assert not office(WEEK, public="DE-BY").is_open(berlin("2026-01-06 12:00"))  # Epiphany

    def test_of_a_region_leave_its_neighbour_open(self) -> None:
        assert office(WEEK, public="DE-BE").is_open(berlin("2026-01-06 12:00"))

    def test_have_their_english_names(self) -> None:
        easter_monday = (berlin("2026-04-06"), berlin("2026-04-07"))
        assert office(WEEK, public="DE").closures(*easter_monday) == [(*easter_monday, "Easter Monday")]

    def test_come_every_year(self) -> None:
        assert not office(WEEK, public="DE").is_open(berlin("2039-04-11 12:00"))

    def test_stand_beside_holidays_of_the_office(self) -> None:
        fair = Holiday.whole_day("Fair", FAIR)
        assert not office(WEEK, fair, public="DE").is_open(berlin("2026-05-04 12:00"))
