"""Setup: Entitlements."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin

from entitlements.admin.base import SetupAdmin
from entitlements.admin.filters import ValuesInUse
from entitlements.models import Entitlement


class EntitlementForm(forms.ModelForm):
    class Meta:
        model = Entitlement
        fields = [
            *("name", "account", "contact", "product", "type", "process"),
            *("business_hours", "compliance_percent", "start_date", "end_date"),
        ]
        help_texts = {
            "contact": "Only for this person. Empty: for everybody at the account.",
            "business_hours": "What “the case's own hours” are. Empty: the account's, else the default ones.",
            "compliance_percent": "The share of milestones that was promised to be kept, such as 99.5: the "
            "line in reports. Empty: as in Entitlement Settings.",
            "start_date": "It holds from the start of this day, in UTC.",
            "end_date": "The last day, in UTC. Empty: without end. Milestones that run by then go on.",
            "type": "What criteria may ask about as entitlement.type.",
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("start_date"), self.cleaned_data.get("end_date")
        if starts and ends and ends < starts:
            self.add_error("end_date", "It ends before it starts.")
        return cleaned


@admin.register(Entitlement)
class EntitlementAdmin(SetupAdmin):
    form = EntitlementForm
    list_display = ["name", "account", "contact", "process", "start_date", "end_date", "status"]
    list_filter = ["process", ("type", ValuesInUse)]
    list_select_related = ["account", "contact", "process"]
    search_fields = ["name", "account__name", "contact__name"]
    autocomplete_fields = ["account", "contact", "product"]
    readonly_fields = ["used_by"]
    fields = [*EntitlementForm.Meta.fields, "used_by"]
    when_empty = "An entitlement says which process an account was promised, and for how long."

    @admin.display(description="Status")
    def status(self, entitlement: Entitlement) -> str:
        return entitlement.status(datetime.now(UTC).date())
