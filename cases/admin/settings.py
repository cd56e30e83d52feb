"""Setup: Entitlement Settings, with what each means for the cases that are open."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.queries.settings_effects import pausing, running_milestones
from entitlements.admin.settings import EntitlementSettingsPage
from entitlements.models import EntitlementSettings


@admin.register(EntitlementSettings)
class EntitlementSettingsAdmin(EntitlementSettingsPage):
    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        return {**context, "pausing": pausing(), "running_milestones": running_milestones()}
