"""Whom an action means: words, users' names and mail addresses, with commas between them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.validators import validate_email

WORDS = ("owner", "queue", "supervisors")
CONTACT = "contact"


class RecipientsField(forms.CharField):
    """A list of names, at most `most`. With `addresses`, also “contact” and mail addresses."""

    def __init__(self, *, addresses: bool = False, most: int = 20, **kwargs: Any) -> None:
        super().__init__(max_length=500, required=False, widget=forms.TextInput({"size": 50}), **kwargs)
        self.addresses = addresses
        self.most = most

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        names = list(dict.fromkeys(name for part in text.split(",") if (name := part.strip())))
        if len(names) > self.most:
            raise forms.ValidationError(f"At most {self.most}.")
        return [self._known(name) for name in names]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def _known(self, name: str) -> str:
        word = name.lower()
        if word in WORDS or (self.addresses and word == CONTACT):
            return word
        if self.addresses and "@" in name:
            validate_email(name)
            return name
        if not User.objects.filter(username=name, is_active=True).exists():
            words = ", ".join((*WORDS, CONTACT) if self.addresses else WORDS)
            raise forms.ValidationError(f"“{name[:40]}” is neither an active user nor one of: {words}.")
        return name
