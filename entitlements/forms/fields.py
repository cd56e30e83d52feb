"""Parts that several forms of Setup share."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.models import BusinessHours, WhoseHours


def keep_choice(choices: list[tuple[str, str]], chosen: str) -> list[tuple[str, str]]:
    """The choices, and what was chosen before even if it is no longer among them."""
    known = {value for value, _ in choices}
    return choices if not chosen or chosen in known else [*choices, (chosen, chosen)]


class ChoosesHours(forms.ModelForm):
    """Whose hours count: the choice and the hours that it may name belong together."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        whose, named = self.cleaned_data.get("hours_from"), self.cleaned_data.get("business_hours")
        if whose == WhoseHours.NAMED and named is None and "business_hours" not in self.errors:
            self.add_error("business_hours", "Choose the business hours.")
        if whose and whose != WhoseHours.NAMED:
            self.cleaned_data["business_hours"] = None
        return cleaned

    def describe_hours(self, choices: list[tuple[str, str]]) -> None:
        """Offer these for “whose hours”, and the existing hours with their time zone beside them."""
        whose: Any = self.fields["hours_from"]
        whose.widget.choices = choices
        field: Any = self.fields["business_hours"]
        field.label_from_instance = _with_zone
        field.help_text = "Only for “These business hours”."


def _with_zone(hours: BusinessHours) -> str:
    return f"{hours.name} ({hours.time_zone})"
