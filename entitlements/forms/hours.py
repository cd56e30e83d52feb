"""Business hours with their week and their holidays, checked together before anything is saved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from entitlements.core.calendar import check_hours
from entitlements.core.day_times import LONGEST, read_day, write_day
from entitlements.core.hours import DAYS, Hours, HoursError, Window
from entitlements.forms.choices import zone_meant, zone_nearest_to
from entitlements.forms.fields import keep_choice
from entitlements.forms.one_default import refuse_second_default
from entitlements.models import BusinessHours, Holiday, Weekday
from entitlements.queries.regions import countries, subdivisions

WORKING_DAY = "09:00-17:00"


class DayField(forms.CharField):
    """The open times of one weekday; gives its windows."""

    def __init__(self, weekday: Weekday) -> None:
        attrs = {"class": "week-text", "autocomplete": "off", "spellcheck": "false", "placeholder": "Closed"}
        super().__init__(
            label=str(weekday.label),
            required=False,
            max_length=LONGEST,
            widget=forms.TextInput({**attrs, "data-weekday": str(weekday.value)}),
        )
        self.weekday = weekday.value

    def clean(self, value: Any) -> list[Window]:
        text = super().clean(value)
        try:
            return [Window(self.weekday, opens, closes) for opens, closes in read_day(text)]
        except HoursError as fault:
            raise ValidationError(str(fault)) from fault


class HoursForm(forms.ModelForm):
    """`mon` to `sun` are the days of the week. `value` is what would be saved, once it is valid."""

    time_zone = forms.CharField(
        max_length=64,
        widget=forms.TextInput({"list": "time-zones", "size": 30, "autocomplete": "off"}),
        help_text="Type a part of it, such as “Berlin”. The week and the holidays are in its local time.",
    )
    country = forms.ChoiceField(label="Public holidays of", required=False)
    subdivision = forms.ChoiceField(label="Region", required=False)

    class Meta:
        model = BusinessHours
        fields = ["name", "time_zone", "is_default", "is_active", "holidays"]
        widgets = {"holidays": forms.CheckboxSelectMultiple}
        labels = {"is_default": "Default", "holidays": "Holidays of your own"}
        help_texts = {
            "is_default": "The organisation's own hours: what a case counts in when it should use its own "
            "hours and neither its entitlement nor its account names any.",
            "holidays": "Only the ticked ones close these hours.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for weekday, name in zip(Weekday, DAYS, strict=True):
            self.fields[name] = DayField(weekday)
        self.initial = {**self._of_instance(), **self.initial}
        country = str(self.data.get("country") if self.is_bound else self.initial["country"] or "")
        self._offer(country, self.initial["subdivision"])

    def _of_instance(self) -> dict[str, str]:
        country, _, subdivision = self.instance.public_holidays.partition("-")
        if self.instance.pk is None:
            week = {name: WORKING_DAY if number < 5 else "" for number, name in enumerate(DAYS)}
        else:
            week = _as_written(self.instance)
        return {"country": country, "subdivision": subdivision, **week}

    def _offer(self, country: str, before: str) -> None:
        offered: Any = self.fields
        if "country" in offered:
            offered["country"].choices = [("", "None"), *countries()]
            regions = keep_choice(subdivisions(country), "" if self.is_bound else before)
            offered["subdivision"].choices = [("", "The whole country"), *regions]

    def clean_time_zone(self) -> str:
        name = self.cleaned_data["time_zone"]
        meant = zone_meant(name)
        if not meant:
            near = zone_nearest_to(name)
            better = f"Did you mean “{near}”?" if near else "Choose one such as Europe/Berlin."
            raise ValidationError(f"There is no time zone “{name}”. {better}")
        return meant

    def clean_is_default(self) -> bool:
        return refuse_second_default(self, BusinessHours)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.instance.public_holidays = self.region
        value = self.value
        if value is not None and not self.errors:
            try:
                check_hours(value, datetime.now(UTC).year)
            except HoursError as fault:
                raise ValidationError(str(fault)) from fault
        return cleaned

    @property
    def region(self) -> str:
        given = [self.cleaned_data.get("country"), self.cleaned_data.get("subdivision")]
        return "-".join(part for part in given if part) if given[0] else ""

    @property
    def windows(self) -> list[Window]:
        return sorted(window for name in DAYS for window in self.cleaned_data.get(name) or ())

    @property
    def value(self) -> Hours | None:
        """None while its zone, its week or its holidays cannot be read."""
        if {"time_zone", "holidays", "country", "subdivision", *DAYS} & set(self.errors):
            return None
        holidays: list[Holiday] = list(self.cleaned_data.get("holidays") or ())
        return Hours(
            self.cleaned_data.get("name") or "These hours",
            self.cleaned_data["time_zone"],
            tuple(self.windows),
            tuple(holiday.value() for holiday in holidays),
            self.region,
        )


def _as_written(hours: BusinessHours) -> dict[str, str]:
    windows = list(hours.windows.all())
    return {
        name: write_day([(one.opens, one.closes) for one in windows if one.weekday == number])
        for number, name in enumerate(DAYS)
    }
