"""A calendar file is given, and what of it is taken."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from entitlements.models import BusinessHours
from entitlements.queries.new_holidays import Offered

LARGEST = 500_000
TOO_LARGE = "This file is larger than 500 kB. A calendar of holidays is not: leave other events out of it."
FIELD = "file"


class CalendarForm(forms.Form):
    """`cleaned_data["file"]` is the text of the file."""

    file = forms.FileField(
        label="Calendar file",
        widget=forms.ClearableFileInput({"accept": ".ics,text/calendar", "data-most-bytes": LARGEST}),
        help_text="An .ics file, at most 500 kB and 500 events. First you see what would be added.",
        error_messages={"required": "Choose a file.", "empty": "This file is empty."},
    )

    def clean_file(self) -> str:
        file: UploadedFile = self.cleaned_data[FIELD]
        if (file.size or 0) > LARGEST:
            raise ValidationError(TOO_LARGE)
        return text_of(file.read())


class TakeForm(forms.Form):
    """Which of the holidays that the file holds, and which hours they close."""

    # A browser ends each line with two characters.
    text = forms.CharField(strip=False, max_length=2 * LARGEST, widget=forms.HiddenInput)
    take = forms.TypedMultipleChoiceField(
        coerce=int,
        required=True,
        error_messages={"required": "Tick at least one."},
    )
    hours = forms.ModelMultipleChoiceField(
        BusinessHours.objects.all(),
        label="Close these business hours",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None: they are only added to the list.",
    )

    def __init__(self, data: Any = None, *, offers: list[Offered], text: str) -> None:
        new = [offer.number for offer in offers if not offer.known]
        super().__init__(data, initial={"text": text, "take": new})
        choices: Any = self.fields["take"]
        choices.choices = [(offer.number, offer.holiday.name) for offer in offers]


def text_of(given: bytes) -> str:
    """RFC 5545 files are UTF-8. Raises ValidationError."""
    try:
        text = given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError("This is no text in UTF-8. Export it again as UTF-8.") from None
    if "\x00" in text:
        raise ValidationError("This is no text: it has zero bytes in it.")
    return text
