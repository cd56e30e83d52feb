"""Which part of the flat export somebody wants as a file."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from cases.reports.flat_export.columns import BASES


class ExportForm(forms.Form):
    """Days are the viewer's; without them it is everything."""

    basis = forms.ChoiceField(
        label="Rows by when", choices=[(key, label) for key, (_, label) in BASES.items()], initial="created"
    )
    first_day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "It lies before the first day.")
        for name in ("first_day", "last_day"):
            if given.get(name) and not 1970 <= given[name].year <= 9000:
                self.add_error(name, "Choose a day from 1970 on.")
        return given

    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """Midnight before the first day, and after the last."""
        zone = timezone.get_current_timezone()
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        since = datetime.combine(first, time(), tzinfo=zone) if first else None
        before = datetime.combine(last + timedelta(days=1), time(), tzinfo=zone) if last else None
        return since, before
