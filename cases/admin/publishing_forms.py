"""The forms with which a version is published, retired or applied to open cases."""

from __future__ import annotations

from typing import Any

from django import forms

NEW_CASES, OPEN_CASES = "new", "open"


def reason_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="Why",
        required=required,
        max_length=300,
        widget=forms.TextInput({"size": 60}),
        help_text="For your colleagues; it is kept." + ("" if required else " May be left empty."),
        error_messages={"required": "Say why: others will want to know one day."},
    )


class PublishForm(forms.Form):
    """`seen` tells the draft that was looked at from what has become of it since."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label="For",
        required=False,
        choices=[
            (NEW_CASES, "New cases only: cases under way keep their version"),
            (OPEN_CASES, "Open cases too: they go over in the background, and their targets move"),
        ],
        initial=NEW_CASES,
        widget=forms.RadioSelect,
    )
    reason = reason_field(required=True)

    def __init__(self, data: Any = None, *, is_first: bool, **kwargs: Any) -> None:
        """The first version of a process replaces nothing, and needs no reason."""
        super().__init__(data, **kwargs)
        if is_first:
            del self.fields["scope"]
            self.fields["reason"] = reason_field(required=False)

    @property
    def open_cases(self) -> bool:
        return self.cleaned_data.get("scope") == OPEN_CASES


class ReasonForm(forms.Form):
    reason = reason_field(required=False)


class ApplyForm(forms.Form):
    reason = reason_field(required=True)
