"""Setup: Canned Replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest

from entitlements.admin.base import SetupAdmin
from entitlements.core.merge_fields import unknown_fields
from entitlements.models import CannedReply
from entitlements.queries.merge_fields import fields_of_reply


class CannedReplyForm(forms.ModelForm):
    class Meta:
        model = CannedReply
        fields = ["name", "keywords", "queue", "body"]
        widgets = {
            "name": forms.TextInput({"size": 50}),
            "keywords": forms.TextInput({"size": 50}),
            "body": forms.Textarea({"rows": 12, "cols": 80}),
        }
        labels = {"body": "Text", "queue": "For cases of the queue"}
        help_texts = {
            "keywords": "Other words by which people look for it.",
            "queue": "Empty: for every case.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = " ".join(f"{{{{{name}}}}}" for name in fields_of_reply())
        self.fields["body"].help_text = f"Markdown. These names are replaced: {names}"


@admin.register(CannedReply)
class CannedReplyAdmin(SetupAdmin):
    form = CannedReplyForm
    list_display = ["name", "keywords", "queue"]
    list_filter = ["queue"]
    search_fields = ["name", "keywords", "body"]
    fields = ["name", "keywords", "queue", "body"]
    when_empty = "A canned reply is a text that agents send again and again. Found by / in the composer."

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """An unknown field stays in the reply as it is written here. But it is said."""
        super().save_model(request, obj, form, change)
        if unknown := unknown_fields(obj.body, fields_of_reply()):
            names = ", ".join(f"{{{{{name}}}}}" for name in unknown)
            messages.warning(request, f"These names stand for nothing and stay as they are: {names}")
