"""Setup: one version of an entitlement process, with its milestones."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from entitlements.admin.base import Step
from entitlements.admin.child import ChildAdmin, page_of, trail_to_process
from entitlements.admin.said import described
from entitlements.forms.version import VersionForm
from entitlements.models import ProcessVersion, VersionState
from entitlements.queries import in_words
from entitlements.queries.versions import rows_of


@admin.register(ProcessVersion)
class ProcessVersionAdmin(ChildAdmin):
    form = VersionForm
    parent_field = "process"
    change_form_template = "setup/version.html"
    readonly_fields = ["said", "published_by_whom"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A version is made from the one before, on the page of its process."""
        return False

    def version_of(self, obj: Any) -> ProcessVersion:
        return obj

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or self.can_change(obj):
            return VersionForm.Meta.fields
        return ["said", "notes", "published_by_whom"]

    def trail_to(self, parent: Any) -> list[Step]:
        return trail_to_process(parent)

    def title_of(self, obj: ProcessVersion) -> str:
        return f"{obj.process}, version {obj.number}"

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        version = context["found"]
        if version is None:
            return context
        return {
            **context,
            "version": version,
            "rows": rows_in_words(version),
            "is_draft": self.can_change(version),
        }

    @admin.display(description="What it says")
    def said(self, version: ProcessVersion) -> SafeString:
        return described(in_words.version(version))

    @admin.display(description="Published")
    def published_by_whom(self, version: ProcessVersion) -> str:
        if version.published_at is None:
            return "Never" if version.state == VersionState.DRAFT else "Not known when"
        return f"{version.published_at:%d %b %Y %H:%M} UTC by {version.published_by or 'the system'}"


def rows_in_words(version: ProcessVersion) -> list[dict[str, Any]]:
    """The Milestones related list."""
    return [
        {
            "row": row,
            "address": page_of(row),
            "target": in_words.target(row),
            "completion": in_words.completion(row),
            "hours": in_words.hours(row),
            "triggers": [(in_words.moment(one), in_words.actions(one)) for one in row.triggers.all()],
        }
        for row in rows_of(version)
    ]
