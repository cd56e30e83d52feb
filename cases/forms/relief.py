"""Relief for one milestone of a case, as it is filled in."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.forms.durations import WHAT_A_DAY_IS, DurationField


class ReliefForm(forms.Form):
    """More time for one milestone, or letting go of it."""

    EXTEND, WAIVE = "extend", "waive"

    what = forms.ChoiceField(
        choices=[(EXTEND, "Extend"), (WAIVE, "Waive")], initial=EXTEND, widget=forms.RadioSelect
    )
    minutes = DurationField(
        label="By how much, if it is extended", least=1, required=False, help_text=WHAT_A_DAY_IS
    )
    had = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300, error_messages={"required": "Say why."})

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("what") == self.EXTEND and "minutes" in given and not given["minutes"]:
            self.add_error("minutes", "Say by how much.")
        return given
