"""A trigger of a process milestone: success, warning or violation, and when."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.forms.durations import WHAT_A_DAY_IS, DurationField
from entitlements.models import Trigger, TriggerChoice


class TriggerForm(forms.ModelForm):
    minutes = DurationField(
        label="Time",
        required=False,
        when_empty=0,
        help_text="A warning: so long before the target. A violation: so long after it; empty is at once. "
        f"A success fires at completion and has none. {WHAT_A_DAY_IS}",
    )
    percent = forms.IntegerField(
        label="Or at a percentage",
        required=False,
        help_text="For a warning: at this share of the target's time. 75 fires when a quarter of it is left.",
    )

    class Meta:
        model = Trigger
        fields = ["kind", "minutes", "percent"]

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
