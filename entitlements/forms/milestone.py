"""A milestone: a name and how often it comes."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.models import Milestone, RecurrenceType

IN_PLAIN_WORDS = {
    RecurrenceType.NONE: "once on a case, such as First Response",
    RecurrenceType.SEQUENTIAL: "again and again, one after the other, such as a Customer Update every day: "
    "the next begins where the last one's target lies",
    RecurrenceType.INDEPENDENT: "each time its criteria turn true, such as a Callback that was promised: "
    "several can run side by side",
}


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ["name", "description", "recurrence"]
        widgets = {"description": forms.Textarea({"rows": 2, "cols": 70})}
        help_texts = {"recurrence": "How often it comes. It stays once a process with it was published."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "recurrence" in self.fields:
            recurrence: Any = self.fields["recurrence"]
            recurrence.choices = [
                (choice.value, f"{choice.label}: {IN_PLAIN_WORDS[choice]}") for choice in RecurrenceType
            ]
