"""Setup: Email Templates."""

from django import forms
from django.contrib import admin

from entitlements.admin.keyed import KeyedAdmin, KeyedForm
from entitlements.models import EmailTemplate

NAMES = (
    "{{case.number}} {{case.subject}} {{case.status}} {{case.stage}} {{case.priority}} {{case.queue}} "
    "{{case.link}} {{owner.name}} {{account.name}} {{account.tier}} {{contact.name}} {{milestone.name}} "
    "{{milestone.news}} {{milestone.occurrence}} {{milestone.start_date}} {{milestone.target_date}}"
)


class EmailTemplateForm(KeyedForm):
    class Meta:
        model = EmailTemplate
        fields = ["name", "subject", "body"]
        widgets = {"subject": forms.TextInput({"size": 70}), "body": forms.Textarea({"rows": 12, "cols": 80})}
        help_texts = {
            "name": "Letters, digits, _ and -. It is what email alerts call the template, and stays.",
            "body": f"Plain text. These names are replaced: {NAMES}",
        }


@admin.register(EmailTemplate)
class EmailTemplateAdmin(KeyedAdmin):
    form = EmailTemplateForm
    list_display = ["name", "subject"]
    search_fields = ["name", "subject"]
    fields = ["name", "subject", "body", "used_by"]
    readonly_fields = ["used_by"]
    when_empty = "A template is the words of an email alert. Without one, an alert uses the usual words."
