"""A version of an entitlement process: entry, exit, re-entry, hours."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.forms.choices import date_fields
from entitlements.forms.criteria import HasCriteria
from entitlements.forms.fields import ChoosesHours, keep_choice
from entitlements.forms.process_criteria import criteria_field
from entitlements.models import ProcessVersion, WhoseHours


class VersionForm(HasCriteria, ChoosesHours):
    enter_at = forms.ChoiceField(
        label="Entry",
        help_text="When a case enters: a date-time field of the case, but never before its "
        "entitlement begins. While the field is empty the case waits outside.",
    )

    exit_when = criteria_field("exit_when", "When a case leaves the process.")

    class Meta:
        model = ProcessVersion
        fields = ["enter_at", "exit_when", "on_reentry", "hours_from", "business_hours", "notes"]
        widgets = {"notes": forms.Textarea({"rows": 2, "cols": 70})}
        labels = {"on_reentry": "Re-entry", "hours_from": "Hours"}
        help_texts = {
            "on_reentry": "What a case finds that comes back, because it was reopened.",
            "hours_from": "A milestone may name other hours than its process.",
            "notes": "For your colleagues: what this version is about.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "hours_from" in self.fields:
            entry: Any = self.fields["enter_at"]
            entry.choices = keep_choice(date_fields(), self.instance.enter_at)
            self.describe_hours(_WHOSE)

    def clean_hours_from(self) -> str:
        """For a process, 24/7 and no hours at all are one thing."""
        whose: str = self.cleaned_data["hours_from"]
        return WhoseHours.INHERITED if whose == WhoseHours.ALWAYS else whose


_WHOSE: list[tuple[str, str]] = [
    (WhoseHours.INHERITED, "None set, so 24/7: nights and weekends count"),
    (WhoseHours.NAMED, "These business hours"),
    (
        WhoseHours.CASE,
        "The case's own: its entitlement's, else its account's, else the organisation's default",
    ),
]
