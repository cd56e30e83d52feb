"""Setup: Milestones."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from entitlements.admin.base import SetupAdmin
from entitlements.admin.child import page_of
from entitlements.forms.milestone import RECURRENCE, MilestoneForm
from entitlements.models import Milestone, VersionState
from entitlements.queries.milestones import PLACES, places_of, processes_of


@admin.register(Milestone)
class MilestoneAdmin(SetupAdmin):
    form = MilestoneForm
    change_form_template = "setup/milestone.html"
    list_display = ["name", "recurrence", "description", "used_in", "is_active"]
    list_filter = ["recurrence", "is_active"]
    search_fields = ["name", "description"]
    fields = ["name", "description", "recurrence", "is_active"]
    when_empty = (
        "A milestone names something that has to be done in time, such as First Response or Resolution."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Milestone]:
        return super().get_queryset(request).prefetch_related(PLACES)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What was published says its name and its recurrence type: they stay."""
        published = obj and obj.places.exclude(version__state=VersionState.DRAFT).exists()
        return ["name", "recurrence_said"] if published else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        read = self.get_readonly_fields(request, obj)
        return [f"{name}_said" if f"{name}_said" in read else name for name in self.fields]

    @admin.display(description="Recurrence type")
    def recurrence_said(self, milestone: Milestone) -> SafeString:
        card = RECURRENCE[milestone.recurrence]
        label = milestone.get_recurrence_display()
        return render_to_string("setup/_recurrence_said.html", {"label": label, "card": card})

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        milestone = context["found"]
        return {**context, "places": places_of(milestone) if milestone else []}

    @admin.display(description="Used by", empty_value="No process yet")
    def used_in(self, milestone: Milestone) -> SafeString | None:
        processes = processes_of(milestone.places.all())
        links = format_html_join(", ", '<a href="{}">{}</a>', ((page_of(one), one.name) for one in processes))
        return links if processes else None
