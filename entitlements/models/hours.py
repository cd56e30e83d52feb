"""Business hours and holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models

from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR, Falls
from entitlements.core.hours import Holiday as HolidayValue
from entitlements.core.hours import Hours, HoursError, Window
from entitlements.models.base import OFFERED, ConfigurationModel

MINUTES_A_DAY = 24 * 60


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class Holiday(ConfigurationModel):
    """A closed time: a whole local day (no times), or from–to, once or by an RFC 5545 rule (§2.2)."""

    name = models.CharField(max_length=100, unique=True)
    start_date = models.DateField()
    start_time = models.TimeField(null=True, blank=True, help_text="Empty: the whole day.")
    end_date = models.DateField(null=True, blank=True, help_text="Empty: the same day.")
    end_time = models.TimeField(null=True, blank=True, help_text="Empty: to the end of the day.")
    rule = models.CharField(
        "repeats",
        max_length=300,
        blank=True,
        help_text='An RFC 5545 rule such as "FREQ=YEARLY". Empty: once.',
    )

    class Meta:
        ordering = ["start_date", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.start_date:%d %b %Y}{', repeats' if self.rule else ''})"

    def clean(self) -> None:
        if self.start_date is None:
            return
        for field, day in (("start_date", self.start_date), ("end_date", self.end_date)):
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise ValidationError({field: f"Choose a day in the years {FIRST_YEAR} to {LAST_YEAR}."})
        check_field("end_time" if self._ends_on_its_first_day() else "end_date", self.value)
        if self.rule:
            check_field("rule", lambda: Falls(self.value(), ZoneInfo("UTC")))

    def _ends_on_its_first_day(self) -> bool:
        return self.end_time is not None and self.end_date in (None, self.start_date)

    def value(self) -> HolidayValue:
        """As the calendar takes it. Raises HoursError when it ends before it starts or its rule is wrong."""
        last = self.end_date or self.start_date
        ends = (
            datetime.combine(last, self.end_time)
            if self.end_time
            else datetime.combine(last + timedelta(days=1), time())
        )
        return HolidayValue(
            self.name, datetime.combine(self.start_date, self.start_time or time()), ends, self.rule
        )


class BusinessHours(ConfigurationModel):
    """Weekly windows in a time zone, minus holidays."""

    name = models.CharField(max_length=100, unique=True)
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="An IANA name such as Europe/Berlin."
    )
    public_holidays = models.CharField(
        max_length=12, blank=True, help_text="A country, or country and region, such as DE or DE-BY."
    )
    holidays = models.ManyToManyField(Holiday, blank=True, related_name="business_hours")
    is_default = models.BooleanField(default=False, help_text="The organisation's own hours.")
    is_active = models.BooleanField("active", default=True, help_text=OFFERED)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "business hours"
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_business_hours",
                violation_error_message="Other business hours are the default already.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_default=False) | models.Q(is_active=True),
                name="default_hours_are_active",
                violation_error_message="The organisation's default hours stay active: choose others first.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def value(self) -> Hours:
        """As the calendar takes it."""
        windows = [Window(window.weekday, window.opens, window.closes) for window in self.windows.all()]
        holidays = [holiday.value() for holiday in self.holidays.all()]
        return Hours(
            self.name,
            self.time_zone,
            tuple(sorted(windows, key=lambda window: (window.weekday, window.opens))),
            tuple(holidays),
            self.public_holidays,
        )

    def timeline(self) -> Timeline:
        """Compiled; the same hours give the same object."""
        return compile_hours(self.value())


class BusinessHoursWindow(ConfigurationModel):
    """A period on one weekday. One that closes at or before it opens runs past midnight (§2.1)."""

    business_hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="windows")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens_at = models.TimeField()
    closes_at = models.TimeField(help_text="00:00 closes at midnight.")

    class Meta:
        ordering = ["weekday", "opens_at"]
        verbose_name = "window"
        constraints = [
            models.UniqueConstraint(
                fields=["business_hours", "weekday", "opens_at"], name="one_window_an_opening"
            ),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="window_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"

    def clean(self) -> None:
        if self.opens_at and self.opens_at == self.closes_at and self.opens_at != time():
            raise ValidationError(
                {"closes_at": "A window that opens and closes at the same time is never open."}
            )

    @property
    def opens(self) -> int:
        return self.opens_at.hour * 60 + self.opens_at.minute

    @property
    def closes(self) -> int:
        closes = self.closes_at.hour * 60 + self.closes_at.minute
        return closes if closes > self.opens else closes + MINUTES_A_DAY


def check_field(field: str, check: Callable[[], Any]) -> None:
    """Raises ValidationError at the field when the check raises HoursError."""
    try:
        check()
    except HoursError as fault:
        raise ValidationError({field: str(fault)}) from fault
