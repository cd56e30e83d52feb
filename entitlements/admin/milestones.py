"""Setup: Milestones."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from entitlements.admin.base import SetupAdmin
from entitlements.forms.milestone import MilestoneForm
from entitlements.models import Milestone, VersionState


@admin.register(Milestone)
class MilestoneAdmin(SetupAdmin):
    form = MilestoneForm
    list_display = ["name", "recurrence", "description", "in_processes"]
    list_filter = ["recurrence"]
    search_fields = ["name", "description"]
    fields = ["name", "description", "recurrence", "used_by"]
    radio_fields = {"recurrence": admin.VERTICAL}
    when_empty = (
        "A milestone names something that has to be done in time, such as First Response or Resolution."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Milestone]:
        return (
            super().get_queryset(request).annotate(processes=Count("places__version__process", distinct=True))
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was published says its name and its recurrence type: they stay."""
        published = obj and obj.places.exclude(version__state=VersionState.DRAFT).exists()
        return ["name", "recurrence", "used_by"] if published else ["used_by"]

    @admin.display(description="Processes", ordering="processes")
    def in_processes(self, milestone: Any) -> int:
        return int(milestone.processes)
