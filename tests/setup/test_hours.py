"""Business hours and holidays: saved whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.models import BusinessHours, ConfigurationRevision, Holiday
from tests.factory import make_account, make_hours
from tests.setup.administrator import Setup, errors, page_of


def windows(*given: tuple[int, str, str]) -> dict[str, Any]:
    form: dict[str, Any] = {"windows-TOTAL_FORMS": len(given), "windows-INITIAL_FORMS": 0}
    for number, (weekday, opens, closes) in enumerate(given):
        form |= {
            f"windows-{number}-weekday": weekday,
            f"windows-{number}-opens_at": opens,
            f"windows-{number}-closes_at": closes,
        }
    return form


MONDAY = windows((0, "09:00", "17:00"))
OFFICE = {"name": "Office", "time_zone": "Europe/Berlin"}


class TestBusinessHours:
    def test_are_saved_with_windows_holidays_and_zone(self, setup: Setup) -> None:
        holiday = Holiday.objects.create(name="Christmas Day", start_date="2026-12-25", rule="FREQ=YEARLY")
        given: dict[str, Any] = {
            **OFFICE,
            "is_default": "on",
            "public_holidays": "DE-BY",
            "holidays": [holiday.pk],
        }
        setup.add("businesshours", **given, **windows((0, "09:00", "13:00"), (0, "14:00", "00:00")))
        hours = BusinessHours.objects.get()
        assert (hours.time_zone, hours.public_holidays, hours.is_default) == ("Europe/Berlin", "DE-BY", True)
        assert [str(window) for window in hours.windows.all()] == ["Monday 09:00–13:00", "Monday 14:00–00:00"]
        assert list(hours.holidays.all()) == [holiday]

    def test_say_when_they_are_open_and_who_uses_them(self, setup: Setup) -> None:
        hours = make_hours("Office")
        make_account("Acme", business_hours=hours)
        text = setup.get(page_of(hours)).content.decode()
        assert "Account: Acme" in text
        assert text.count("09:00–17:00") >= 10

    def test_ignore_the_days_that_were_offered_and_left_empty(self, setup: Setup) -> None:
        days = [(day, "", "") for day in range(1, 5)]
        setup.add("businesshours", **OFFICE, **windows((0, "09:00", "17:00"), *days))
        assert [str(window) for window in BusinessHours.objects.get().windows.all()] == ["Monday 09:00–17:00"]

    def test_without_a_window_are_refused(self, setup: Setup) -> None:
        answer = setup.add("businesshours", **OFFICE, **windows())
        assert "never open" in errors(answer)
        assert not BusinessHours.objects.exists()

    def test_whose_last_window_is_deleted_are_refused(self, setup: Setup) -> None:
        hours = make_hours("Office", days=[0])
        window = hours.windows.get()
        form: dict[str, Any] = windows((0, "09:00", "17:00"))
        form |= {"windows-INITIAL_FORMS": 1, "windows-0-id": window.pk}
        form |= {"windows-0-business_hours": hours.pk, "windows-0-DELETE": "on"}
        answer = setup.change(hours, name="Office", time_zone="UTC", **form)
        assert "never open" in errors(answer)
        assert hours.windows.exists()

    def test_that_holidays_close_for_ever_are_refused(self, setup: Setup) -> None:
        every_day = Holiday.objects.create(name="Every day", start_date="2000-01-01", rule="FREQ=DAILY")
        answer = setup.add("businesshours", **OFFICE, holidays=[every_day.pk], **MONDAY)
        assert "holidays leave nothing of their windows" in errors(answer)
        assert not BusinessHours.objects.exists()

    def test_with_a_window_of_no_length_are_refused_at_it(self, setup: Setup) -> None:
        answer = setup.add("businesshours", **OFFICE, **windows((0, "09:00", "09:00")))
        (rows,) = answer.context["inline_admin_formsets"]
        assert "never open" in rows.formset.errors[0]["closes_at"][0]
        assert not BusinessHours.objects.exists()

    def test_from_midnight_to_midnight_are_the_whole_day(self, setup: Setup) -> None:
        setup.add("businesshours", **OFFICE, **windows((0, "00:00", "00:00")))
        assert BusinessHours.objects.get().windows.get().closes == 24 * 60

    def test_with_two_windows_that_open_at_once_are_refused(self, setup: Setup) -> None:
        answer = setup.add("businesshours", **OFFICE, **windows((0, "09:00", "10:00"), (0, "09:00", "11:00")))
        assert "duplicate" in errors(answer)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("time_zone", "Mars/Olympus"),
            ("time_zone", ""),
            ("time_zone", "../../etc/passwd"),
            ("public_holidays", "XX"),
            ("public_holidays", "DE-XX"),
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
        form: dict[str, Any] = windows((0, "09:00", "17:00"))
        form |= {"windows-INITIAL_FORMS": 1, "windows-0-id": hours.windows.get().pk}
        form |= {"windows-0-business_hours": hours.pk}
        setup.change(hours, name="Office", time_zone="UTC", holidays=[holiday.pk], **form)
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
