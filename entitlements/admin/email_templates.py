"""Setup: Email Templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from entitlements.admin.keyed import KeyedAdmin, KeyedForm
from entitlements.core.merge_fields import unknown_fields
from entitlements.models import EmailTemplate
from entitlements.queries.merge_fields import fields_of_alert


class EmailTemplateForm(KeyedForm):
    class Meta:
        model = EmailTemplate
        fields = ["name", "subject", "body", "html", "is_active"]
        widgets = {
            "subject": forms.TextInput({"size": 70}),
            "body": forms.Textarea({"rows": 12, "cols": 80}),
            "html": forms.Textarea({"rows": 8, "cols": 80, "spellcheck": "false"}),
        }
        help_texts = {
            "name": "Letters, digits, _ and -. It is what email alerts call the template, and stays.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = " ".join(f"{{{{{name}}}}}" for name in fields_of_alert())
        self.fields["body"].help_text = f"Plain text. These names are replaced: {names}"


@admin.register(EmailTemplate)
class EmailTemplateAdmin(KeyedAdmin):
    form = EmailTemplateForm
    list_display = ["name", "subject", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "subject"]
    fields = ["name", "subject", "body", "html", "is_active", "used_by"]
    change_form_template = "setup/email_template.html"
    readonly_fields = ["used_by"]
    when_empty = "A template is the words of an email alert. Without one, an alert uses the usual words."

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An unknown field is no error: it stays in the mail as it is written here. But it is said."""
        super().save_model(request, obj, form, change)
        unknown = unknown_fields(f"{obj.subject}\n{obj.body}\n{obj.html}", fields_of_alert())
        if unknown:
            names = ", ".join(f"{{{{{name}}}}}" for name in unknown)
            messages.warning(request, f"These names stand for nothing and stay as they are: {names}")
