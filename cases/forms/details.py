"""The fields of a case and the verbs of its clock, as they are filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from cases.forms.choosing import or_none, same
from cases.models import Case
from cases.queries.people import Hands
from entitlements.core.definition import Organisation

Data = Mapping[str, Any] | None


class DetailsForm(forms.Form):
    """The fields of a case, each with the value that the page showed: so a stale page is noticed."""

    status = forms.ChoiceField()
    priority = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    owner = forms.ChoiceField(required=False)
    queue = forms.ChoiceField(required=False)
    type = forms.CharField(required=False, max_length=60)
    subject = forms.CharField(max_length=250)

    def __init__(self, data: Data = None, *, organisation: Organisation, case: Case, hands: Hands) -> None:
        now = values_of(case)
        super().__init__(data, initial=now, auto_id="details_%s")
        choices = {
            "status": same(organisation.status),
            "priority": or_none(same(organisation.priorities)),
            "stage": or_none(same(organisation.stages)),
            "owner": or_none(hands.people),
            "queue": or_none(hands.queues),
        }
        for name, known in choices.items():
            if now[name] not in dict(known):
                known = [*known, (now[name], now[name])]
            self.fields[name].choices = known  # type: ignore[attr-defined]
        for name, value in now.items():
            self.fields[f"shown_{name}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=value, strip=False
            )

    @property
    def changes(self) -> dict[str, str]:
        """The values that are no longer what the page showed."""
        return {
            name: self.cleaned_data[name] for name in FIELDS if self.cleaned_data[name] != self.shown[name]
        }

    @property
    def shown(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"shown_{name}"] for name in FIELDS}

    def show_again(self) -> None:
        """After a stale page: what was chosen stays, against the values of now."""
        self.data = {**self.cleaned_data, **{f"shown_{name}": self.initial[name] for name in FIELDS}}


class StopForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "Waiting for the surveyor’s report"}),
        error_messages={"required": "Say why the clock is to stop."},
    )
    until_customer_answers = forms.BooleanField(label="until the customer answers", required=False)


class CompleteForm(forms.Form):
    milestone = forms.CharField(max_length=100)
    occurrence = forms.IntegerField(min_value=1, required=False)


FIELDS = ("status", "priority", "stage", "owner", "queue", "type", "subject")


def values_of(case: Case) -> dict[str, str]:
    """A case's fields by the names of the form."""
    return {
        "status": case.status_id,
        "priority": case.priority_id or "",
        "stage": case.stage_id or "",
        "owner": case.owner.get_username() if case.owner else "",
        "queue": case.queue_id or "",
        "type": case.type,
        "subject": case.subject,
    }
