"""Business hours and holidays: saved whole or not at all."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from entitlements.models import BusinessHours, ConfigurationRevision, Holiday
from tests.factory import make_account, make_hours
from tests.setup.administrator import Setup, errors, page_of

MONDAY = {"mon": "09:00-17:00"}
OFFICE = {"name": "Office", "time_zone": "Europe/Berlin"}


def said(hours: BusinessHours) -> list[str]:
    return [str(window) for window in hours.windows.all()]


class TestBusinessHours:
    def test_are_saved_with_windows_holidays_and_zone(self, setup: Setup) -> None:
        holiday = Holiday.objects.create(name="Christmas Day", start_date="2026-12-25", rule="FREQ=YEARLY")
        given: dict[str, Any] = {
            **OFFICE,
            "is_default": "on",
            "country": "DE",
            "subdivision": "BY",
            "holidays": [holiday.pk],
            "mon": "09:00-13:00, 14:00-24:00",
        }
        setup.add("businesshours", **given)
        hours = BusinessHours.objects.get()
        assert (hours.time_zone, hours.public_holidays, hours.is_default) == ("Europe/Berlin", "DE-BY", True)
        assert said(hours) == ["Monday 09:00–13:00", "Monday 14:00–00:00"]
        assert list(hours.holidays.all()) == [holiday]

    def test_say_when_they_are_open_and_who_uses_them(self, setup: Setup) -> None:
        hours = make_hours("Office")
        make_account("Acme", business_hours=hours)
        text = setup.get(page_of(hours)).content.decode()
        assert "Account: Acme" in text
        assert text.count("<span>09:00–17:00</span>") >= 20

    def test_show_each_day_as_it_is_typed(self, setup: Setup) -> None:
        hours = make_hours("Night", days=[4], opens=time(22), closes=time(6))
        answer = setup.get(page_of(hours))
        assert [day.value() or "" for day in answer.context["days"]] == [
            "",
            "",
            "",
            "",
            "22:00-06:00",
            "",
            "",
        ]

    def test_saved_as_they_were_shown_stay_as_they_are(self, setup: Setup) -> None:
        hours = make_hours("Night", days=[4], opens=time(22), closes=time(6))
        before = hours.value()
        shown = {day.html_name: day.value() or "" for day in setup.get(page_of(hours)).context["days"]}
        setup.change(hours, name="Night", time_zone="UTC", **shown)
        assert BusinessHours.objects.get().value() == before

    @pytest.mark.parametrize("week", [{}, {"mon": "closed", "tue": " - "}])
    def test_without_a_window_are_refused(self, setup: Setup, week: dict[str, str]) -> None:
        answer = setup.add("businesshours", **OFFICE, **week)
        assert "never open" in errors(answer)
        assert not BusinessHours.objects.exists()

    def test_whose_last_window_is_taken_away_are_refused(self, setup: Setup) -> None:
        hours = make_hours("Office", days=[0])
        answer = setup.change(hours, name="Office", time_zone="UTC", mon="")
        assert "never open" in errors(answer)
        assert hours.windows.exists()

    def test_that_holidays_close_for_ever_are_refused(self, setup: Setup) -> None:
        every_day = Holiday.objects.create(name="Every day", start_date="2000-01-01", rule="FREQ=DAILY")
        answer = setup.add("businesshours", **OFFICE, holidays=[every_day.pk], **MONDAY)
        assert "holidays leave nothing of their windows" in errors(answer)
        assert not BusinessHours.objects.exists()

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("09:00-09:00", "opens and closes at the same time"),
            ("9-25", "not on the clock"),
            ("09:60-10:00", "not on the clock"),
            ("24:00-06:00", "opens at 24:00"),
            ("09:00", "not from one time to another"),
            ("nine to five", "not from one time to another"),
            ("09:00-12:00, 11:00-13:00", "09:00–12:00 and 11:00–13:00 overlap"),
            ("09:00-10:00, 09:00-11:00", "overlap"),
            ("<script>alert(1)</script>", "not from one time to another"),
            ("09:00-10:00," * 30, "at most 300 characters"),
            ("09:00-1٧:00", "not from one time to another"),
            ("a\0b", "Null characters"),
        ],
    )
    def test_with_a_wrong_day_are_refused_at_it(self, setup: Setup, text: str, why: str) -> None:
        answer = setup.add("businesshours", **OFFICE, mon="09:00-17:00", tue=text)
        assert answer.status_code == 200
        assert why in errors(answer, "tue")
        assert not BusinessHours.objects.exists()

    def test_from_midnight_to_midnight_are_the_whole_day(self, setup: Setup) -> None:
        setup.add("businesshours", **OFFICE, mon="00:00-24:00")
        assert BusinessHours.objects.get().windows.get().closes == 24 * 60

    def test_take_a_city_for_its_zone(self, setup: Setup) -> None:
        setup.add("businesshours", **OFFICE | {"time_zone": "new york"}, **MONDAY)
        assert BusinessHours.objects.get().time_zone == "America/New_York"

    @pytest.mark.parametrize("text", ["Europe/Berln", "Berln"])
    def test_say_which_zone_may_have_been_meant(self, setup: Setup, text: str) -> None:
        answer = setup.add("businesshours", **OFFICE | {"time_zone": text}, **MONDAY)
        assert "Did you mean “Europe/Berlin”?" in errors(answer, "time_zone")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("time_zone", "Mars/Olympus"),
            ("time_zone", ""),
            ("time_zone", "../../etc/passwd"),
            ("country", "XX"),
            ("country", "DE-BY"),
            ("subdivision", "BY"),
            ("name", "x" * 101),
            ("name", ""),
            ("name", "  "),
            ("name", "a\0b"),
            ("holidays", "999"),
            ("holidays", "x"),
        ],
    )
    def test_with_a_wrong_value_are_refused_at_its_field(self, setup: Setup, field: str, value: str) -> None:
        answer = setup.add("businesshours", **OFFICE | {field: value}, **MONDAY)
        assert answer.status_code == 200
        assert errors(answer, field)
        assert not BusinessHours.objects.exists()

    def test_of_which_two_would_be_the_default_are_refused(self, setup: Setup) -> None:
        make_hours("First", is_default=True)
        answer = setup.add("businesshours", **OFFICE, is_default="on", **MONDAY)
        assert "“First” is the default already" in errors(answer, "is_default")

    def test_tell_the_engine_even_when_only_their_holidays_change(self, setup: Setup) -> None:
        hours = make_hours("Office", days=[0])
        holiday = Holiday.objects.create(name="Closing", start_date="2026-12-31")
        before = ConfigurationRevision.current()
        setup.change(hours, name="Office", time_zone="UTC", holidays=[holiday.pk], **MONDAY)
        assert list(hours.holidays.all()) == [holiday]
        assert ConfigurationRevision.current() != before

    def test_in_use_are_not_deleted(self, setup: Setup) -> None:
        hours = make_hours("Office")
        make_account("Acme", business_hours=hours)
        assert "Account: Acme" in setup.delete(hours).content.decode()
        assert BusinessHours.objects.exists()


class TestAHoliday:
    GIVEN = {"name": "Closing", "start_date": "2026-12-31"}

    def test_closes_a_whole_day_or_from_one_time_to_another(self, setup: Setup) -> None:
        setup.add("holiday", **self.GIVEN)
        setup.add(
            "holiday",
            **self.GIVEN
            | {"name": "Turn", "start_time": "20:00", "end_date": "2027-01-02", "end_time": "09:00"},
        )
        spans = [
            (f"{one.value().starts:%d %H:%M}", f"{one.value().ends:%d %H:%M}")
            for one in Holiday.objects.all()
        ]
        assert spans == [("31 00:00", "01 00:00"), ("31 20:00", "02 09:00")]

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("end_date", {"end_date": "2026-12-30"}),
            ("end_time", {"start_time": "12:00", "end_time": "11:00"}),
            ("end_time", {"start_time": "12:00", "end_time": "12:00"}),
            ("start_date", {"start_date": ""}),
            ("start_date", {"start_date": "31.12."}),
            ("start_date", {"start_date": "0001-01-01"}),
            ("end_date", {"end_date": "9999-12-31"}),
            ("start_time", {"start_time": "25:00"}),
            ("rule", {"rule": "every year"}),
            ("rule", {"rule": "FREQ=SECONDLY"}),
            ("rule", {"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}),
            ("rule", {"rule": "x" * 301}),
            ("rule", {"rule": "FREQ=YEARLY;INTERVAL=0"}),
            ("name", {"name": ""}),
        ],
    )
    def test_with_a_wrong_value_is_refused_at_its_field(
        self, setup: Setup, field: str, given: dict[str, str]
    ) -> None:
        answer = setup.add("holiday", **self.GIVEN | given)
        assert answer.status_code == 200
        assert errors(answer, field)
        assert not Holiday.objects.exists()

    def test_that_closes_hours_is_not_deleted(self, setup: Setup) -> None:
        holiday = Holiday.objects.create(name="Closing", start_date="2026-12-31")
        make_hours("Office").holidays.add(holiday)
        assert "Business hours: Office" in setup.delete(holiday).content.decode()
        assert Holiday.objects.exists()
