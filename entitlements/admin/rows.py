"""Setup: a milestone's place in a version of a process, with its triggers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from entitlements.admin.base import Step
from entitlements.admin.child import ChildAdmin, page_of, trail_to_version
from entitlements.admin.said import described
from entitlements.forms.live_example import given_sample, mistakes_of
from entitlements.forms.row import RowForm
from entitlements.models import ProcessMilestone, ProcessVersion
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import move_row
from entitlements.queries.compare import row_in_plain_words
from entitlements.queries.ladder import ladder_of
from entitlements.queries.live_example import live_example

WAYS = {"up": -1, "down": 1}


@admin.register(ProcessMilestone)
class ProcessMilestoneAdmin(ChildAdmin):
    form = RowForm
    names = ("Milestone", "Milestones")
    parent_field = "version"
    change_form_template = "setup/row.html"
    list_select_related = ["milestone", "version__process"]
    readonly_fields = ["said"]
    fieldsets = [
        (None, {"fields": ["milestone"]}),
        ("Target", {"fields": ["minutes", "formula", "start"]}),
        ("For which cases", {"fields": ["when", "cancel_when_criteria_end"]}),
        ("Completion", {"fields": ["completed_by", "completion"]}),
        ("Whose clock", {"fields": ["hours_from", "business_hours", "pause_when"]}),
    ]

    def version_of(self, obj: Any) -> ProcessVersion:
        return obj.version

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        editable = obj is None or self.can_change(obj)
        return super().get_fieldsets(request, obj) if editable else [(None, {"fields": ["said"]})]

    def trail_to(self, parent: ProcessVersion) -> list[Step]:
        return trail_to_version(parent)

    def title_of(self, obj: ProcessMilestone) -> str:
        return str(obj.milestone)

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        row = context["found"]
        if row is None:
            return context
        return {
            **context,
            "row": row,
            "ladder": ladder_of(row),
            "is_draft": self.can_change(row),
            "live": live_example(row, row.version, {}, datetime.now(UTC)),
        }

    def get_urls(self) -> list[URLPattern]:
        move, example = (self.admin_site.admin_view(view) for view in (self.move_view, self.example_view))
        name = "entitlements_processmilestone"
        return [
            path("<path:object_id>/move/", move, name=f"{name}_move"),
            path("<int:object_id>/example/", example, name=f"{name}_example"),
            path("example/", example, name=f"{name}_new_example"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def example_view(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        """The live example of the form as it stands. Nothing is written."""
        known = ProcessMilestone.objects.select_related(
            "milestone", "version__process", "version__business_hours"
        )
        row = known.filter(pk=object_id).first() if object_id else self.new_row(request)
        if row is None:
            raise Http404("There is no such milestone.")
        form = RowForm(request.POST, instance=row)
        if form.is_valid():
            live = live_example(row, row.version, given_sample(request.POST), datetime.now(UTC))
            return render(request, "setup/_live_example.html", {"live": live})
        return render(request, "setup/_live_example.html", {"not_yet": mistakes_of(form)})

    def new_row(self, request: HttpRequest) -> ProcessMilestone | None:
        """One that is not saved yet, of the version that the page names."""
        version = self.parent_named(request)
        return ProcessMilestone(version=version) if version is not None else None

    @method_decorator(require_POST)
    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: Any = self.get_object(request, unquote(object_id))
        way = WAYS.get(request.POST.get("way", ""))
        if row is None or way is None:
            raise Http404("There is no such milestone, or no such way.")
        try:
            move_row(row, way)
        except PublishedVersion as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{page_of(row.version)}#row-{row.pk}")

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """On to its triggers."""
        return redirect(page_of(obj))

    @admin.display(description="What it says")
    def said(self, row: ProcessMilestone) -> SafeString:
        return described(row_in_plain_words(row))
