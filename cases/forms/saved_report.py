"""When and to whom a saved report is mailed."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from cases.models import Rhythm

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class MailReportForm(forms.Form):
    rhythm = forms.ChoiceField(label="How often", choices=Rhythm.choices, initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(
        label="On (every week)", choices=list(enumerate(WEEKDAYS)), coerce=int, initial=0
    )
    at = forms.TimeField(
        label="At", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="07:00"
    )
    recipients = forms.CharField(
        label="To, one address a line",
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        error_messages={"required": "Say to whom it is mailed."},
    )

    def clean_recipients(self) -> list[str]:
        return [one for one in re.split(r"[\s,;]+", self.cleaned_data["recipients"]) if one]

    def clean_at(self) -> Any:
        """Whole minutes, in the saved report's own zone."""
        return self.cleaned_data["at"].replace(second=0, microsecond=0, tzinfo=None)
