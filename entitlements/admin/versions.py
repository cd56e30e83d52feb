"""Setup: one version of an entitlement process, with its milestones."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from entitlements.admin.base import Step
from entitlements.admin.child import ChildAdmin, page_of, trail_to_process
from entitlements.admin.said import described
from entitlements.forms.version import VersionForm
from entitlements.models import ProcessVersion, VersionState
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import OtherMilestones, order_rows
from entitlements.queries import in_words
from entitlements.queries.milestone_list import milestone_list, promise_in_words
from entitlements.queries.versions import version_before

MOST_ROWS = 1_000
_KEY = re.compile(r"[0-9]{1,18}")


@admin.register(ProcessVersion)
class ProcessVersionAdmin(ChildAdmin):
    form = VersionForm
    parent_field = "process"
    change_form_template = "setup/version.html"
    readonly_fields = ["said", "published_by_whom", "retired_by_whom"]

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
        return ["said", "notes", "published_by_whom", *(["retired_by_whom"] if obj.retired_at else [])]

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
            "rows": milestone_list(version),
            "promise": promise_in_words(version),
            "compare_with": version_before(version),
            "is_draft": self.can_change(version),
        }

    def get_urls(self) -> list[URLPattern]:
        order = self.admin_site.admin_view(self.order_view)
        name = "entitlements_processversion_order"
        return [path("<path:object_id>/order/", order, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def order_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The whole order at once, as it comes of dragging."""
        version: Any = self.get_object(request, unquote(object_id))
        if version is None:
            raise Http404("There is no such version.")
        keys = request.POST.get("order", "").split(",")[:MOST_ROWS]
        try:
            order_rows(version, [int(key) for key in keys if _KEY.fullmatch(key)])
        except (PublishedVersion, OtherMilestones) as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{page_of(version)}#milestones")

    @admin.display(description="What it says")
    def said(self, version: ProcessVersion) -> SafeString:
        return described(in_words.version(version))

    @admin.display(description="Published")
    def published_by_whom(self, version: ProcessVersion) -> str:
        if version.published_at is None:
            return "Never" if version.state == VersionState.DRAFT else "Not known when"
        return _said_of(version.published_at, version.published_by, version.published_reason)

    @admin.display(description="Retired")
    def retired_by_whom(self, version: ProcessVersion) -> str:
        if version.retired_at is None:
            return "No" if version.state != VersionState.RETIRED else "Not known when"
        return _said_of(version.retired_at, version.retired_by, version.retired_reason)


def _said_of(at: datetime, by: Any, reason: str) -> str:
    return f"{at:%d %b %Y %H:%M} UTC by {by or 'the system'}{f': {reason}' if reason else ''}"
