"""Who is to follow a case, as it is filled in."""

from __future__ import annotations

from django import forms

from cases.operations.team import LONGEST_ROLE


class TeamForm(forms.Form):
    person = forms.CharField(
        label="Who",
        max_length=310,
        widget=forms.TextInput(
            attrs={"list": "team-others", "placeholder": "Name of a colleague", "autocomplete": "off"}
        ),
        error_messages={"required": "Say who is to follow the case."},
    )
    role = forms.CharField(
        label="What they do on it",
        required=False,
        max_length=LONGEST_ROLE,
        widget=forms.TextInput(
            attrs={"placeholder": "Loss adjuster (may stay empty)", "autocomplete": "off"}
        ),
    )
