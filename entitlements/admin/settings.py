"""Setup: Statuses, Stages, Priorities, Custom Fields, Entitlement Settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from entitlements.admin.base import SetupAdmin
from entitlements.admin.keyed import KeyedAdmin, KeyedForm, Position
from entitlements.forms.one_default import refuse_second_default
from entitlements.models import CasePriority, CaseStage, CaseStatus, CustomField, EntitlementSettings

NAME_STAYS = "It is what criteria call it, and stays."


class StatusForm(KeyedForm):
    position = Position(help_text="Order in lists.")

    class Meta:
        model = CaseStatus
        fields = ["name", "position", "is_default", "is_closed", "stops_clock", "on_customer_message"]
        labels = {
            "is_closed": "Closed",
            "is_default": "Default",
            "on_customer_message": "On a customer's message",
        }
        help_texts = {
            "name": NAME_STAYS,
            "is_closed": "A case in this status is closed.",
            "on_customer_message": "Where a customer's message moves the case. Empty: it stays.",
        }

    def clean_is_default(self) -> bool:
        return refuse_second_default(self, CaseStatus)


@admin.register(CaseStatus)
class CaseStatusAdmin(KeyedAdmin):
    form = StatusForm
    names = ("Status", "Statuses")
    list_display = ["name", "position", "is_default", "is_closed", "stops_clock", "on_customer_message"]
    search_fields = ["name"]
    fields = [*StatusForm.Meta.fields, "used_by"]
    readonly_fields = ["used_by"]
    when_empty = (
        "Cases need a status to be created in, one that closes them, and perhaps one that stops the clock."
    )


class StageForm(KeyedForm):
    position = Position(help_text="Order in lists.")

    class Meta:
        model = CaseStage
        fields = ["name", "position"]
        help_texts = {"name": NAME_STAYS}


@admin.register(CaseStage)
class CaseStageAdmin(KeyedAdmin):
    form = StageForm
    names = ("Stage", "Stages")
    list_display = ["name", "position"]
    search_fields = ["name"]
    fields = ["name", "position", "used_by"]
    readonly_fields = ["used_by"]
    when_empty = "Stages say how far the work on a case has come, such as Intake, Triaged, Resolved."


class PriorityForm(KeyedForm):
    position = Position(help_text="Higher is more urgent.")

    class Meta:
        model = CasePriority
        fields = ["name", "position"]
        help_texts = {"name": NAME_STAYS}


@admin.register(CasePriority)
class CasePriorityAdmin(KeyedAdmin):
    form = PriorityForm
    names = ("Priority", "Priorities")
    list_display = ["name", "position"]
    search_fields = ["name"]
    fields = ["name", "position", "used_by"]
    readonly_fields = ["used_by"]
    when_empty = "Priorities say how urgent a case is, such as Low, Medium, High, Critical."


@admin.register(CustomField)
class CustomFieldAdmin(SetupAdmin):
    list_display = ["label_of_field", "key", "type"]
    fields = ["key", "label", "type", "used_by"]
    search_fields = ["key", "label"]
    when_empty = "A custom field is one of your own on every case; criteria call it case.custom.key."

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Expressions are compiled for its type: key and type stay."""
        return ["key", "type", "used_by"] if obj else ["used_by"]

    @admin.display(description="Label", ordering="label")
    def label_of_field(self, field: CustomField) -> str:
        return field.label


class SettingsForm(forms.ModelForm):
    digest_minutes = forms.IntegerField(
        label="Collect warnings for",
        required=False,
        min_value=0,
        max_value=1440,
        help_text="Minutes, a day at most. Each person gets the warnings of so long in one mail. "
        "0: each at once.",
    )

    compliance_percent = forms.DecimalField(
        label="Compliance promised",
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text="Percent. The line in reports where an entitlement promises no other share. It moves no "
        "target and fires nothing.",
    )

    class Meta:
        model = EntitlementSettings
        fields = [
            "allow_pausing",
            "at_risk_percent",
            "compliance_percent",
            "milestone_feed_items",
            "warning_hours",
            "digest_minutes",
        ]
        help_texts = {
            "allow_pausing": "On: statuses that stop the clock do so, and agents may stop a case, saying "
            "why. Off: neither; the programming interface and a milestone's own “stands still while” work "
            "all the same. Stops that last when it is turned off go on until they are ended.",
            "milestone_feed_items": "On: a case's timeline also tells what its milestones did: started, met, "
            "missed, warned. Off: only what people did. What happened is kept all the same.",
            "at_risk_percent": "From this share of the target's time on, a milestone is at risk: 51 to 99.",
        }

    def clean_digest_minutes(self) -> int:
        return self.cleaned_data["digest_minutes"] or 0

    def clean_compliance_percent(self) -> Decimal:
        given: Decimal | None = self.cleaned_data["compliance_percent"]
        if given is None:
            return Decimal(95)
        if not 0 < given <= 100:
            raise forms.ValidationError("Compliance is a share: more than 0, at most 100 percent.")
        return given

    def clean_at_risk_percent(self) -> int:
        percent: int = self.cleaned_data["at_risk_percent"]
        if not 51 <= percent <= 99:
            raise forms.ValidationError("At risk lies between watch, at 50 percent, and late: 51 to 99.")
        return percent


class EntitlementSettingsPage(SetupAdmin):
    """One row, so its list is its page. What it means for open cases is added above."""

    change_form_template = "setup/settings.html"

    form = SettingsForm

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        EntitlementSettings.objects.get_or_create(pk=1)
        return self.changeform_view(request, "1", extra_context={"show_save_and_continue": False})

    def title_of(self, obj: Any) -> str:
        return "Settings"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
