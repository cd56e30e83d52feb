"""The forms of Setup's Configuration File page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

LARGEST = 1_000_000
TOO_LARGE = "This is more than 1 MB. Use manage.py sla apply, or divide it."
NEW_CASES, OPEN_CASES = "new", "open"


class ImportForm(forms.Form):
    """A file, or its text. `text` is what was given, whichever way."""

    file = forms.FileField(
        label="File", required=False, widget=forms.ClearableFileInput({"accept": ".yaml,.yml"})
    )
    text = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 14, "cols": 90, "spellcheck": "false", "class": "expression"}),
    )

    def clean_file(self) -> str:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is None:
            return ""
        if (file.size or 0) > LARGEST:
            raise ValidationError(TOO_LARGE)
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValidationError("This is no text in UTF-8.") from None

    def clean_text(self) -> str:
        return _text(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given["file"] or given["text"].strip()):
            raise ValidationError("Choose a file, or write its text below.")
        return given

    @property
    def given(self) -> str:
        return self.cleaned_data["file"] or self.cleaned_data["text"]


class ApplyForm(forms.Form):
    """`planned` tells the plan that was looked at from others."""

    text = forms.CharField(strip=False, widget=forms.HiddenInput)
    planned = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.TextInput({"size": 60}),
        help_text="For your colleagues; it is kept.",
    )
    scope = forms.ChoiceField(
        label="For",
        choices=[
            (NEW_CASES, "New cases only: cases under way keep their version"),
            (OPEN_CASES, "Open cases too: they go over to the new version, and their targets move"),
        ],
        initial=NEW_CASES,
        widget=forms.RadioSelect,
    )

    def clean_text(self) -> str:
        return _text(self.cleaned_data["text"])


def _text(given: str) -> str:
    """Browsers end lines in their own way."""
    if len(given.encode()) > LARGEST:
        raise ValidationError(TOO_LARGE)
    return given.replace("\r\n", "\n")
