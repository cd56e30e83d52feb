"""How cases belong together, as it is filled in."""

from __future__ import annotations

from django import forms

from cases.models import LinkKind


class LinkForm(forms.Form):
    kind = forms.ChoiceField(label="This case is", choices=LinkKind.choices)
    other = forms.CharField(
        label="Case",
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "C-000123", "autocomplete": "off"}),
        error_messages={"required": "Give the number of the other case."},
    )
