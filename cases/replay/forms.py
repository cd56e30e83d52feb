"""What is typed to try a version: the number of a case, or a sample with what happens to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cases.models import Case
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    Created,
    CustomerWrote,
    Fact,
    FieldsChanged,
    ResumedByHand,
    StoppedByHand,
)
from entitlements.core.state import CaseState
from entitlements.models import CasePriority, CaseStage, CaseStatus

MOST_FACTS = 6
FARTHEST = timedelta(days=3 * 366)

SETS = {"status": "Status becomes", "stage": "Stage becomes", "priority": "Priority becomes"}
DOES: dict[str, tuple[str, Callable[[datetime, str], Fact]]] = {
    "reply": ("Agent replies", lambda at, _: AgentReplied(at)),
    "message": ("Customer writes", lambda at, _: CustomerWrote(at)),
    "stop": ("Stopped by hand", lambda at, value: StoppedByHand(at, reason=value)),
    "resume": ("Resumed by hand", lambda at, _: ResumedByHand(at)),
    "complete": ("Completed by hand", lambda at, value: CompletedByHand(at, milestone=value)),
}
WANT_VALUE = {*SETS, "complete"}


def instant_field(**given: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **given)


class CaseNumberForm(forms.Form):
    number = forms.CharField(
        label="Case number", max_length=20, widget=forms.TextInput({"placeholder": "C-000123", "size": 12})
    )

    def clean_number(self) -> str:
        self.found = Case.objects.filter(number__iexact=self.cleaned_data["number"].strip()).first()
        if self.found is None:
            raise ValidationError("There is no case of this number.")
        return self.found.number


class SampleForm(forms.Form):
    """A case that was made up. Choices are the desk's own."""

    created_at = instant_field(label="Created")
    priority = forms.ChoiceField(required=False)
    stage = forms.ChoiceField(required=False)
    status = forms.ChoiceField(required=False)
    tier = forms.CharField(label="Account tier", max_length=50, required=False)
    type = forms.CharField(max_length=60, required=False)
    until = instant_field(label="Look at", required=False, help_text="Empty: after the last that happens.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = {"priority": CasePriority, "stage": CaseStage, "status": CaseStatus}
        for name, model in choices.items():
            names = model.objects.values_list("name", flat=True)
            field: Any = self.fields[name]
            field.choices = [("", "–"), *((one, one) for one in names)]

    def state(self, case_hours: Any) -> CaseState:
        given = self.cleaned_data
        texts = {name: given[name] for name in ("priority", "stage", "status", "type") if given[name]}
        return CaseState(
            given["created_at"], texts=texts, related={"account.tier": given["tier"]}, case_hours=case_hours
        )


class FactForm(forms.Form):
    """One thing that happens to the sample. Left empty it is nothing."""

    at = instant_field(required=False)
    what = forms.ChoiceField(
        required=False,
        choices=[("", "–"), *((key, words) for key, (words, _) in DOES.items()), *SETS.items()],
    )
    value = forms.CharField(max_length=150, required=False, widget=forms.TextInput({"list": "values"}))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        what = given.get("what")
        if what and not given.get("at") and "at" not in self.errors:
            self.add_error("at", "Say when.")
        if what in WANT_VALUE and not given.get("value"):
            self.add_error("value", "Say which.")
        return given

    def fact(self) -> Fact | None:
        given = self.cleaned_data
        what, at, value = given["what"], given["at"], given["value"].strip()
        if not what:
            return None
        if what in SETS:
            return FieldsChanged(at, fields={what: value})
        return DOES[what][1](at, value)


class SampleStory:
    """The sample with all that happens to it."""

    def __init__(self, data: Mapping[str, Any] | None, begins: datetime) -> None:
        self.sample = SampleForm(data, initial={"created_at": begins})
        self.facts = [FactForm(data, prefix=f"fact{number}") for number in range(MOST_FACTS)]

    def is_valid(self) -> bool:
        """Nothing happens before the case is there, nor years after it."""
        invalid = [form for form in (self.sample, *self.facts) if not form.is_valid()]
        if invalid:
            return False
        begins = self.sample.cleaned_data["created_at"]
        for form, name in [*((form, "at") for form in self.facts), (self.sample, "until")]:
            at = form.cleaned_data[name]
            if at is not None and not begins <= at <= begins + FARTHEST:
                form.add_error(name, "It comes before the case is created, or years after it.")
        return not any(form.errors for form in (self.sample, *self.facts))

    def told(self) -> list[Fact]:
        begins = self.sample.cleaned_data["created_at"]
        facts = [form.fact() for form in self.facts]
        return [Created(begins), *(fact for fact in facts if fact is not None)]

    def until(self) -> datetime:
        last: datetime = self.sample.cleaned_data["until"] or max(fact.at for fact in self.told())
        return last
