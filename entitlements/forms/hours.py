"""Business hours with their windows and holidays, checked together before anything is saved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from entitlements.core.calendar import check_hours
from entitlements.core.hours import Hours, HoursError, Window
from entitlements.forms.choices import public_holidays, time_zones
from entitlements.forms.fields import keep_choice
from entitlements.forms.one_default import refuse_second_default
from entitlements.models import BusinessHours, BusinessHoursWindow, Holiday


class HoursForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        help_text="The windows and the holidays below are in this zone's local time."
    )
    public_holidays = forms.ChoiceField(
        required=False,
        help_text="Closes the public holidays of a country or region, every year, beside those below.",
    )

    class Meta:
        model = BusinessHours
        fields = ["name", "time_zone", "is_default", "public_holidays", "holidays"]
        widgets = {"holidays": forms.CheckboxSelectMultiple}
        labels = {"is_default": "Default"}
        help_texts = {
            "is_default": "The organisation's own hours: what a case counts in when it should use its own "
            "hours and neither its entitlement nor its account names any.",
            "holidays": "Only the ticked ones close these hours.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            zone: Any = self.fields["time_zone"]
            zone.choices = keep_choice(list(time_zones()), "")  # type: ignore[arg-type]
            region: Any = self.fields["public_holidays"]
            region.choices = public_holidays()

    def clean_is_default(self) -> bool:
        return refuse_second_default(self, BusinessHours)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.instance.chosen_holidays = list(self.cleaned_data.get("holidays") or ())
        return cleaned


class WindowForm(forms.ModelForm):
    class Meta:
        model = BusinessHoursWindow
        fields = ["weekday", "opens_at", "closes_at"]
        labels = {"opens_at": "Opens", "closes_at": "Closes"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Each field says its name: its label stands far above, at the head of a column."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in WindowForm.Meta.fields:
                field.widget.attrs["aria-label"] = str(field.label)


class WindowFormSet(forms.BaseInlineFormSet):
    """All windows of some hours. Refuses hours that would never be open (§2.6)."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Delete this window"

    def clean(self) -> None:
        super().clean()
        hours = self.instance
        if any(self.errors) or not hours.name or not hours.time_zone:
            return
        try:
            check_hours(_value(hours, self._windows()), datetime.now(UTC).year)
        except HoursError as fault:
            raise ValidationError(str(fault)) from fault

    def _windows(self) -> list[Window]:
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        rows = [form.instance for form in kept]
        return sorted(Window(row.weekday, row.opens, row.closes) for row in rows)


def _value(hours: BusinessHours, windows: list[Window]) -> Hours:
    holidays: list[Holiday] = getattr(hours, "chosen_holidays", [])
    return Hours(
        hours.name,
        hours.time_zone,
        tuple(windows),
        tuple(holiday.value() for holiday in holidays),
        hours.public_holidays,
    )
