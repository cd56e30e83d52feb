"""The form of a mailbox. The password goes in and never comes out."""

from __future__ import annotations

from typing import Any

from django import forms

from entitlements.admin.keyed import KeyedForm
from entitlements.models import Mailbox


class MailboxForm(KeyedForm):
    password = forms.CharField(
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password", "size": 40}),
        help_text="Kept encrypted. It is never shown again, and never exported.",
    )
    port = forms.IntegerField(min_value=1, max_value=65_535, initial=993)
    read_everything = forms.BooleanField(
        label="Also what lies in it now",
        required=False,
        help_text="Otherwise only mail that comes from now on is read.",
    )

    class Meta:
        model = Mailbox
        fields = [
            *("name", "address", "sender_name", "is_active"),
            *("security", "host", "port", "user", "folder", "done_folder"),
            *("queue", "priority", "account", "machines_open_cases", "when_closed", "reopen_days"),
        ]
        labels = {"reopen_days": "Only for so many days"}
        widgets = {
            "host": forms.TextInput({"size": 40, "placeholder": "imap.example.com"}),
            "address": forms.EmailInput({"size": 40, "placeholder": "support@example.com"}),
            "user": forms.TextInput({"size": 40, "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields.pop("read_everything", None)
            self.fields["password"].help_text = (
                "Kept encrypted, never shown. Empty: it stays as it is."
                if self.instance.sealed_password
                else "There is none yet."
            )

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("password"):
            self.instance.password = self.cleaned_data["password"]
        if self.cleaned_data.get("read_everything"):
            self.instance.read_from = None
        return super().save(commit)
