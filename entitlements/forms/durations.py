"""A field for durations: people write "4h", the database holds minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from entitlements.core.calendar import HORIZON
from entitlements.core.durations import minutes_of
from entitlements.queries.in_words import duration

LONGEST = int(HORIZON.total_seconds() // 60)
WHAT_A_DAY_IS = (
    "Write 90m, 4h or 1d 4h; a number alone is minutes. A day is 24 hours of the clock that counts: "
    "with office hours from 9 to 17, “1d” is three working days and “8h” is one."
)


class DurationField(forms.CharField):
    """Whole minutes, from `least` to ten years; `when_empty` where nothing is written."""

    def __init__(self, *, least: int = 0, when_empty: int | None = None, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.least = least
        self.when_empty = when_empty
        self.widget.attrs.update({"size": 12, "autocomplete": "off", "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return duration(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text:
            return self.when_empty
        try:
            minutes = minutes_of(text)
        except ValueError as fault:
            raise ValidationError(f"{fault}.") from None
        if minutes < self.least:
            raise ValidationError("A target is 1 minute or more.")
        if minutes > LONGEST:
            raise ValidationError("This is more than ten years: no calendar reaches that far.")
        return minutes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
