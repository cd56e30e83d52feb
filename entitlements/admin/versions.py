"""Setup: one version of an entitlement process, with its milestones. Publish, retire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from entitlements.admin.base import Step
from entitlements.admin.child import ChildAdmin, page_of, trail_to_process, trail_to_version
from entitlements.admin.said import described
from entitlements.forms.version import VersionForm
from entitlements.models import ProcessVersion, VersionState
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import CannotPublish, NotPublished, publish_version, retire_version
from entitlements.queries import in_words
from entitlements.queries.versions import differences, open_milestones, rows_of

Refusals = (PublishedVersion, CannotPublish, NotPublished)


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

    def get_urls(self) -> list[URLPattern]:
        name = "entitlements_processversion"
        publish, retire = (self.admin_site.admin_view(view) for view in (self.publish_view, self.retire_view))
        return [
            path("<path:object_id>/publish/", publish, name=f"{name}_publish"),
            path("<path:object_id>/retire/", retire, name=f"{name}_retire"),
            *super().get_urls(),
        ]

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.found(request, object_id)
        if request.method == "POST":
            by: Any = request.user
            publish = partial(publish_version, version, by, datetime.now(UTC))
            return self.do(request, version, publish, "Published. New cases get this version from now on.")
        published = version.process.published_version()
        context = {
            "published": published,
            "differences": differences(published, version),
            "open_milestones": open_milestones(published) if published else 0,
        }
        return self.confirmation(request, version, "setup/publish.html", "Publish", context)

    def retire_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.found(request, object_id)
        if request.method == "POST":
            done = "Retired. New cases find no published version of this process."
            return self.do(request, version, partial(retire_version, version), done)
        context = {"open_milestones": open_milestones(version)}
        return self.confirmation(request, version, "setup/retire.html", "Retire", context)

    def found(self, request: HttpRequest, object_id: str) -> ProcessVersion:
        version: Any = self.get_object(request, unquote(object_id))
        if version is None:
            raise Http404("There is no such version.")
        return version

    def do(self, request: HttpRequest, version: Any, verb: Callable[[], object], done: str) -> HttpResponse:
        """Do it, say what came of it, and go back to the version."""
        try:
            verb()
        except Refusals as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
            self.log_change(request, version, done)
        return redirect(page_of(version))

    def confirmation(
        self, request: HttpRequest, version: Any, template: str, verb: str, context: dict[str, Any]
    ) -> HttpResponse:
        own = {
            **self.admin_site.each_context(request),
            **self.page_context(request, str(version.pk)),
            "title": f"{verb} {self.title_of(version)}",
            "trail": trail_to_version(version),
            "opts": self.opts,
        }
        return TemplateResponse(request, template, {**own, **context})

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
