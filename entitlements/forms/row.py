"""A milestone's place in a process: target, start, criteria, completion, hours."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.core.definition import CRITERIA, ENTRY
from entitlements.forms.cards import Card, ChoiceCards
from entitlements.forms.choices import date_fields
from entitlements.forms.criteria import HasCriteria
from entitlements.forms.durations import WHAT_A_DAY_IS, DurationField
from entitlements.forms.fields import ChoosesHours, keep_choice
from entitlements.forms.process_criteria import criteria_field
from entitlements.models import CompletionChoice, ProcessMilestone, RecurrenceType, WhoseHours

_WHEN_CRITERIA_END = [
    ("", "As its recurrence type has it: an Independent milestone goes on, others are cancelled"),
    ("yes", "An open one is cancelled"),
    ("no", "An open one goes on"),
]

COMPLETIONS: dict[str, Card] = {
    CompletionChoice.AGENT_REPLY: Card("Somebody of ours answers the customer."),
    CompletionChoice.CASE_CLOSED: Card("The case gets a status that closes it."),
    CompletionChoice.CRITERIA: Card("Something about the case turns true: say below what."),
    CompletionChoice.MANUAL: Card("An agent marks it as completed. That works on all others too."),
}


class RowForm(HasCriteria, ChoosesHours):
    minutes = DurationField(label="Time trigger", least=1, required=False, help_text=WHAT_A_DAY_IS)
    formula = criteria_field(
        "formula",
        "Instead of a time trigger: an expression that gives minutes, such as "
        'case.priority == "High" ? 30 : 240. It may also ask about milestone.name, milestone.start_date '
        "and milestone.occurrence.",
    )
    when = criteria_field(
        "when", "For which cases this row is. The first row of a milestone that fits counts."
    )
    completion = criteria_field("completion")
    pause_when = criteria_field(
        "pause_when", "This milestone's clock, and no other, stands still while they hold."
    )
    start = forms.ChoiceField(label="Starts")
    cancel_when_criteria_end = forms.ChoiceField(
        label="When its criteria end", choices=_WHEN_CRITERIA_END, required=False
    )

    class Meta:
        model = ProcessMilestone
        fields = [
            "milestone",
            "minutes",
            "formula",
            "start",
            "when",
            "cancel_when_criteria_end",
            "completed_by",
            "completion",
            "pause_when",
            "hours_from",
            "business_hours",
        ]
        labels = {"hours_from": "Hours"}
        widgets = {"completed_by": ChoiceCards(COMPLETIONS, "Completed by")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "hours_from" not in self.fields:
            return
        start: Any = self.fields["start"]
        start.choices = keep_choice(_starts(), self.instance.start)
        self.describe_hours(_WHOSE)
        cancelled = "yes" if self.instance.cancel_when_criteria_end else "no"
        self.initial["cancel_when_criteria_end"] = cancelled if self.instance.pk else ""

    def clean_cancel_when_criteria_end(self) -> bool:
        chosen = self.cleaned_data["cancel_when_criteria_end"]
        milestone = self.cleaned_data.get("milestone")
        if chosen:
            return bool(chosen == "yes")
        return milestone is None or milestone.recurrence != RecurrenceType.INDEPENDENT

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self._one_target()
        data = self.cleaned_data
        if data.get("completed_by") == CompletionChoice.CRITERIA and not data.get("completion", "-"):
            self.add_error("completion", "Say what completes it, or choose another way of completion.")
        return cleaned

    def _one_target(self) -> None:
        if "minutes" in self.errors or "formula" in self.errors:
            return
        minutes, formula = self.cleaned_data.get("minutes"), self.cleaned_data.get("formula")
        if minutes is None and not formula:
            self.add_error("minutes", "Give a time trigger, or a formula below.")
        if minutes is not None and formula:
            self.add_error("formula", "There is a time trigger already: give only one of the two.")


def _starts() -> list[tuple[str, str]]:
    return [
        (ENTRY, "When the case entered the process"),
        (CRITERIA, "When its criteria turned true"),
        *((name, f"At the case's date-time field “{label}”") for name, label in date_fields()),
    ]


_WHOSE: list[tuple[str, str]] = [
    (WhoseHours.INHERITED, "As the process has it; when it has none, 24/7"),
    (WhoseHours.NAMED, "These business hours"),
    (
        WhoseHours.CASE,
        "The case's own: its entitlement's, else its account's, else the organisation's default",
    ),
    (WhoseHours.ALWAYS, "24/7: nights and weekends count"),
]
