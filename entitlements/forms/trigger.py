"""A trigger of a process milestone: success, warning or violation, and when."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.forms.cards import Card, ChoiceCards
from entitlements.forms.durations import WHAT_A_DAY_IS, DurationField
from entitlements.models import Trigger, TriggerChoice

KINDS: dict[str, Card] = {
    TriggerChoice.WARNING: Card("Before the target, while there is still time to keep it."),
    TriggerChoice.VIOLATION: Card("At the moment at which the target has passed, or some time after."),
    TriggerChoice.SUCCESS: Card("When the milestone is completed, also when that is late."),
}


class TriggerForm(forms.ModelForm):
    minutes = DurationField(
        label="So long before or after the target",
        required=False,
        when_empty=0,
        help_text=f"A violation: empty is at once. {WHAT_A_DAY_IS}",
    )
    percent = forms.IntegerField(
        label="Or at % of the time",
        required=False,
        help_text="For a warning. 75 fires when a quarter of the time is left.",
    )

    class Meta:
        model = Trigger
        fields = ["kind", "minutes", "percent"]
        widgets = {"kind": ChoiceCards(KINDS, "Kind")}

    def clean_percent(self) -> int | None:
        percent: int | None = self.cleaned_data["percent"]
        if percent is not None and not 1 <= percent <= 99:
            raise forms.ValidationError("A percentage of the target's time goes from 1 to 99.")
        return percent

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not {"kind", "minutes", "percent"}.intersection(self.errors):
            self._fits(*(self.cleaned_data[name] for name in ("kind", "minutes", "percent")))
        return cleaned

    def _fits(self, kind: str, minutes: int, percent: int | None) -> None:
        if kind == TriggerChoice.SUCCESS and minutes:
            self.add_error("minutes", "A success trigger fires at completion: it has no time.")
        if kind != TriggerChoice.WARNING and percent is not None:
            self.add_error("percent", "Only a warning may have a percentage.")
        if kind == TriggerChoice.WARNING and minutes and percent is not None:
            self.add_error("percent", "There is a time already: give only one of the two.")
