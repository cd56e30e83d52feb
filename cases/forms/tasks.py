"""Tasks, as they are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User

from cases.forms.choosing import or_none
from cases.operations.tasks import LONGEST_SUBJECT
from cases.queries.people import Hands

Data = Mapping[str, Any] | None


class AssignForm(forms.Form):
    """To whom a task is given; nobody where it is left empty."""

    assigned_to = forms.ChoiceField(label="Whose", required=False)

    def __init__(self, data: Data = None, *, hands: Hands, **given: Any) -> None:
        super().__init__(data, **given)
        self.fields["assigned_to"].choices = or_none(hands.people)  # type: ignore[attr-defined]

    def clean_assigned_to(self) -> User | None:
        return User.objects.filter(username=self.cleaned_data["assigned_to"], is_active=True).first()


class TaskForm(AssignForm):
    subject = forms.CharField(
        label="What is to be done",
        max_length=LONGEST_SUBJECT,
        error_messages={"required": "Say what is to be done."},
    )
    due_at = forms.DateTimeField(
        label="Due",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "Write the moment like 2026-03-04 14:30."},
    )
    field_order = ("subject", "assigned_to", "due_at")
