"""Setup: Entitlement Processes, with their versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from entitlements.admin.base import SetupAdmin
from entitlements.admin.bulk import apply_to_open_cases, publish_drafts, retire_published
from entitlements.admin.child import page_of, trail_to_process
from entitlements.models import EntitlementProcess, ProcessVersion, VersionState
from entitlements.operations.versions import DraftExists, create_process, new_draft
from entitlements.queries.compare import compare
from entitlements.queries.versions import with_cases


class ProcessForm(forms.ModelForm):
    class Meta:
        model = EntitlementProcess
        fields = ["name", "description", "is_active"]
        widgets = {"description": forms.Textarea({"rows": 2, "cols": 70})}
        labels = {"is_active": "Active"}


@admin.register(EntitlementProcess)
class EntitlementProcessAdmin(SetupAdmin):
    form = ProcessForm
    change_form_template = "setup/process.html"
    list_display = ["name", "is_active", "published", "draft", "entitled"]
    list_filter = ["is_active"]
    search_fields = ["name", "description"]
    actions = [publish_drafts, apply_to_open_cases, retire_published]
    fields = ["name", "description", "is_active", "used_by"]
    readonly_fields = ["used_by"]
    when_empty = (
        "A process says which milestones a case has, and their targets. Entitlements promise it to accounts."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[EntitlementProcess]:
        numbers = ProcessVersion.objects.filter(process=OuterRef("pk")).values("number")
        return (
            super()
            .get_queryset(request)
            .annotate(
                published_number=Subquery(numbers.filter(state=VersionState.PUBLISHED)[:1]),
                draft_number=Subquery(numbers.filter(state=VersionState.DRAFT)[:1]),
                promises=Count("entitlements"),
            )
        )

    def get_urls(self) -> list[URLPattern]:
        new, compared = (
            self.admin_site.admin_view(view) for view in (self.new_version_view, self.compare_view)
        )
        name = "entitlements_entitlementprocess"
        return [
            path("<path:object_id>/new-version/", new, name=f"{name}_new_version"),
            path("<path:object_id>/compare/", compared, name=f"{name}_compare"),
            *super().get_urls(),
        ]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        process = context["found"]
        return {**context, "versions": with_cases(process) if process else []}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            create_process(obj)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(obj.versions.get()))

    @method_decorator(require_POST)
    def new_version_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        process = self.get_object(request, unquote(object_id))
        if process is None:
            raise Http404("There is no such process.")
        try:
            draft = new_draft(process)
        except DraftExists as refusal:
            draft = refusal.draft
            messages.warning(request, str(refusal))
        else:
            self.log_change(request, process, f"Made version {draft.number}, a draft.")
        return redirect(page_of(draft))

    @method_decorator(require_safe)
    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions beside each other, named by their numbers."""
        process = self.get_object(request, unquote(object_id))
        if process is None:
            raise Http404("There is no such process.")
        versions = list(with_cases(process))
        by_number = {str(version.number): version for version in versions}
        old, new = (by_number.get(request.GET.get(name, "")) for name in ("old", "new"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Compare versions",
            "trail": trail_to_process(process),
            "process": process,
            "versions": versions,
            "old": old,
            "new": new,
            "compared": compare(old, new) if old and new else [],
        }
        return TemplateResponse(request, "setup/compare.html", context)

    @admin.display(description="Published")
    def published(self, process: Any) -> str:
        return f"Version {process.published_number}" if process.published_number else "None"

    @admin.display(description="Draft")
    def draft(self, process: Any) -> str | None:
        return f"Version {process.draft_number}" if process.draft_number else None

    @admin.display(description="Entitlements", ordering="promises")
    def entitled(self, process: Any) -> int:
        return int(process.promises)
