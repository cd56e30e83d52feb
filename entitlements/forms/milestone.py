"""A milestone: a name and how often it comes."""

from __future__ import annotations

from django import forms

from entitlements.forms.cards import Card, ChoiceCards
from entitlements.models import Milestone, RecurrenceType

RECURRENCE: dict[str, Card] = {
    RecurrenceType.NONE: Card(
        "Once on a case. When it is completed it is done.",
        "First Response: somebody has answered.",
        "none",
    ),
    RecurrenceType.SEQUENTIAL: Card(
        "Again and again, one after the other. The next one starts where the target of the last one lies, "
        "however early that was completed.",
        "Customer Update: the customer hears from us every day.",
        "sequential",
    ),
    RecurrenceType.INDEPENDENT: Card(
        "Each time its criteria turn true, however the earlier ones stand. Several run side by side.",
        "Callback: every promised call has a clock of its own.",
        "independent",
    ),
}


class MilestoneForm(forms.ModelForm):
    class Meta:
        model = Milestone
        fields = ["name", "description", "recurrence", "is_active"]
        widgets = {
            "name": forms.TextInput({"size": 50, "autocomplete": "off"}),
            "description": forms.Textarea({"rows": 2, "cols": 70}),
            "recurrence": ChoiceCards(RECURRENCE, "Recurrence type"),
        }
        help_texts = {
            "name": "What has to be done in time, as everybody calls it: First Response, Resolution.",
            "recurrence": "How often it comes. It stays once a process with it was published.",
        }
