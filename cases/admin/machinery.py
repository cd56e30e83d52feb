"""Setup: Events, Fired Triggers, Stops. The engine writes them; people only read them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.models import CaseEvent, FiredTrigger, Stop
from entitlements.admin.base import SetupAdmin
from entitlements.admin.many_rows import PaginatorUpTo


class ReadOnlyAdmin(SetupAdmin):
    """Nobody adds, changes or deletes here."""

    actions: Any = None
    paginator = PaginatorUpTo
    show_full_result_count = False

    def can_change(self, obj: Any) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [field.name for field in self.opts.concrete_fields if field.name != "id"]


@admin.register(CaseEvent)
class CaseEventAdmin(ReadOnlyAdmin):
    names = ("Event", "Events")
    list_display = ["at", "case", "what", "by", "case_milestone", "recorded_at"]
    list_select_related = ["case", "case_milestone__milestone"]
    search_fields = ["case__number", "by", "kind"]
    ordering = ["-pk"]
    when_empty = "Nothing has happened on any case yet."

    @admin.display(description="What", ordering="kind")
    def what(self, event: CaseEvent) -> str:
        return event.what


@admin.register(FiredTrigger)
class FiredTriggerAdmin(ReadOnlyAdmin):
    list_display = ["due", "kind", "outcome", "late", "case_milestone", "case", "fired_at"]
    list_filter = ["kind", "outcome"]
    list_select_related = ["case_milestone__milestone", "case_milestone__case"]
    search_fields = ["case_milestone__case__number", "case_milestone__milestone__name"]
    ordering = ["-pk"]
    when_empty = "No trigger has fired yet."

    @admin.display(description="Case")
    def case(self, fired: FiredTrigger) -> str:
        return fired.case_milestone.case.number


@admin.register(Stop)
class StopAdmin(ReadOnlyAdmin):
    list_display = ["since", "until", "case", "kind", "reason", "by"]
    list_filter = ["kind"]
    list_select_related = ["case"]
    search_fields = ["case__number", "reason", "by"]
    ordering = ["-pk"]
    when_empty = "No clock has been stopped yet."
