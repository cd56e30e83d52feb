"""Business hours as they are written: text, mapping, and what is refused."""

from datetime import UTC, date

import pytest

from entitlements.core.calendar import check_hours, compile_hours
from entitlements.core.hours import (
    Holiday,
    Hours,
    HoursError,
    Window,
    parse_windows,
    windows_from_mapping,
)
from tests.core.office import wall

NINE, FIVE = 9 * 60, 17 * 60


class TestAWeekInText:
    def test_names_single_days(self) -> None:
        assert parse_windows("tue 09:00-17:00") == (Window(1, NINE, FIVE),)

    def test_names_ranges_of_days(self) -> None:
        assert [window.weekday for window in parse_windows("mon-fri 09:00-17:00")] == [
            0,
            1,
            2,
            3,
            4,
        ]

    def test_names_lists_of_days(self) -> None:
        assert [window.weekday for window in parse_windows("mon,wed, fri 09:00-17:00")] == [0, 2, 4]

    def test_may_run_over_the_weekend(self) -> None:
        assert [window.weekday for window in parse_windows("sat-mon 09:00-17:00")] == [0, 5, 6]

    def test_takes_whole_names_and_capitals(self) -> None:
        assert parse_windows("Monday 9:00-17:00") == parse_windows("mon 09:00-17:00")

    def test_has_several_windows_a_day(self) -> None:
        assert parse_windows("mon 09:00-13:00,14:00-18:00") == (
            Window(0, 540, 780),
            Window(0, 840, 1080),
        )

    def test_has_clauses_in_any_order(self) -> None:
        week = parse_windows("sat 10:00-14:00; mon 09:00-17:00;")
        assert week == (Window(0, NINE, FIVE), Window(5, 600, 840))

    def test_closes_at_midnight(self) -> None:
        assert parse_windows("mon 00:00-24:00") == (Window(0, 0, 1440),)

    def test_runs_past_midnight_when_it_ends_before_it_starts(self) -> None:
        assert parse_windows("mon 22:00-06:00") == (Window(0, 1320, 1800),)

    def test_is_a_day_and_night_when_it_ends_where_it_starts(self) -> None:
        assert parse_windows("mon 09:00-09:00") == (Window(0, NINE, NINE + 1440),)

    def test_is_empty_when_nothing_is_written(self) -> None:
        assert parse_windows(" ; ") == ()

    @pytest.mark.parametrize(
        "text",
        [
            "09:00-17:00",
            "mon",
            "mon 9-17",
            "mon 09:00",
            "mon 09:00-17:60",
            "mon 24:00-25:00",
            "mon 09:00-24:01",
            "someday 09:00-17:00",
            "mon- 09:00-17:00",
            "mon 09:00-17:00,",
            "mon 09:00-17:00 tue 09:00-17:00",
            "mon ٠٩:00-17:00",
        ],
    )
    def test_is_refused_when_it_cannot_be_read(self, text: str) -> None:
        with pytest.raises(HoursError):
            parse_windows(text)

    def test_is_refused_with_the_word_that_is_wrong(self) -> None:
        with pytest.raises(HoursError, match='"funday" is not a day'):
            parse_windows("mon,funday 09:00-17:00")


class TestAWeekInAMapping:
    def test_is_the_same_as_in_text(self) -> None:
        open = {"mon-fri": "09:00-13:00, 14:00-18:00", "sat": "10:00-14:00"}
        text = "mon-fri 09:00-13:00,14:00-18:00; sat 10:00-14:00"
        assert windows_from_mapping(open) == parse_windows(text)

    def test_has_lists_of_days_as_keys(self) -> None:
        assert windows_from_mapping({"mon,wed": "22:00-24:00"}) == (
            Window(0, 1320, 1440),
            Window(2, 1320, 1440),
        )

    def test_is_refused_with_an_unknown_day(self) -> None:
        with pytest.raises(HoursError, match='"noday" is not a day'):
            windows_from_mapping({"noday": "09:00-17:00"})


class TestAWindow:
    @pytest.mark.parametrize(
        ("weekday", "opens", "closes"),
        [(7, 0, 60), (-1, 0, 60), (0, 1440, 1500), (0, -1, 60), (0, 60, 60), (0, 60, 1501)],
    )
    def test_is_refused_off_the_clock(self, weekday: int, opens: int, closes: int) -> None:
        with pytest.raises(HoursError):
            Window(weekday, opens, closes)


class TestAHoliday:
    def test_of_a_whole_day_goes_from_midnight_to_midnight(self) -> None:
        christmas = Holiday.whole_day("Christmas Day", date(2026, 12, 25))
        assert (christmas.starts, christmas.ends) == (wall("2026-12-25"), wall("2026-12-26"))

    def test_is_refused_when_it_ends_before_it_starts(self) -> None:
        with pytest.raises(HoursError, match='"Back to front" ends before'):
            Holiday("Back to front", wall("2026-12-31 20:00"), wall("2026-12-31 09:00"))

    def test_is_refused_when_it_lasts_no_time(self) -> None:
        with pytest.raises(HoursError, match="ends before"):
            Holiday("Instant", wall("2026-12-31"), wall("2026-12-31"))

    def test_is_refused_with_a_time_zone_of_its_own(self) -> None:
        starts = wall("2026-12-31").replace(tzinfo=UTC)
        with pytest.raises(HoursError, match="no time zone"):
            Holiday("Elsewhere", starts, wall("2027-01-01"))


def never_valid(rule: str = "", zone: str = "Europe/Berlin", public: str = "") -> Hours:
    holiday = Holiday.whole_day("Odd day", date(2026, 5, 1), rule)
    return Hours("Odd office", zone, parse_windows("mon 09:00-17:00"), (holiday,), public)


class TestHoursCannotBeCompiled:
    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "Europe", "x" * 9000])
    def test_in_a_zone_that_is_not_known(self, zone: str) -> None:
        with pytest.raises(HoursError, match="is not a time zone"):
            compile_hours(never_valid(zone=zone))

    @pytest.mark.parametrize("region", ["XX", "de", "country_holidays", "-BY", "NYSE"])
    def test_with_a_country_that_is_not_known(self, region: str) -> None:
        with pytest.raises(HoursError, match="is not a country"):
            compile_hours(never_valid(public=region))

    def test_with_a_subdivision_that_is_not_known(self) -> None:
        with pytest.raises(HoursError, match='"ZZ" is not a subdivision of DE'):
            compile_hours(never_valid(public="DE-ZZ"))

    @pytest.mark.parametrize(
        "rule",
        [
            "every year",
            "BYMONTH=5",
            "FREQ=SECONDLY",
            "FREQ=MINUTELY",
            "FREQ=HOURLY",
            "FREQ=YEARLY;BYSECOND=1",
            "FREQ=YEARLY;BYEASTER=0",
            "FREQ=YEARLY;FREQ=DAILY",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;INTERVAL=-1",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=" + "9" * 400,
            "FREQ=DAILY;COUNT=2;UNTIL=20270101",
            "FREQ=DAILY;UNTIL=tomorrow",
            "FREQ=DAILY;UNTIL=20260101",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=WEEKLY;BYDAY=MO\nRRULE:FREQ=SECONDLY",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=YEARLY;BYMONTH=13",
        ],
    )
    def test_with_a_rule_that_cannot_be(self, rule: str) -> None:
        with pytest.raises(HoursError, match='of the holiday "Odd day" is not valid'):
            compile_hours(never_valid(rule))

    def test_with_a_rule_that_is_a_novel(self) -> None:
        with pytest.raises(HoursError, match="longer than 500 characters"):
            never_valid("FREQ=YEARLY;BYMONTHDAY=" + ",".join("1" * 500))

    def test_without_a_window(self) -> None:
        with pytest.raises(HoursError, match='"Shut" are never open'):
            compile_hours(Hours("Shut", "UTC", ()))


class TestHoursCannotBeSaved:
    def test_when_a_holiday_closes_every_day(self) -> None:
        with pytest.raises(HoursError, match='"Odd office" are never open'):
            check_hours(never_valid("FREQ=DAILY"), 2027)

    def test_when_their_only_window_falls_on_holidays_for_ten_years(self) -> None:
        with pytest.raises(HoursError, match="ten years from 2030"):
            check_hours(never_valid("FREQ=WEEKLY;BYDAY=MO"), 2030)

    def test_unless_they_open_once(self) -> None:
        check_hours(never_valid("FREQ=WEEKLY;BYDAY=MO;UNTIL=20350101"), 2030)


class TestEqualHours:
    def test_share_one_timeline(self) -> None:
        assert compile_hours(never_valid()) is compile_hours(never_valid())

    def test_with_overlapping_windows_count_the_overlap_once(self) -> None:
        overlapping = Hours("Both", "UTC", parse_windows("mon 09:00-12:00,11:00-13:00"))
        monday = wall("2026-03-02").replace(tzinfo=UTC), wall("2026-03-03").replace(tzinfo=UTC)
        assert compile_hours(overlapping).elapsed(*monday).total_seconds() == 4 * 3600
