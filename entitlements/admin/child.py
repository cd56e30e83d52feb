"""Things that belong to a version of a process: reached from it, and changed only while it is a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from entitlements.admin.base import SetupAdmin, Step
from entitlements.models import EntitlementProcess, ProcessVersion, VersionState
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import lock_draft
from entitlements.queries.setup_pages import page_of as page_of

PROCESSES = "admin:entitlements_entitlementprocess_changelist"


def trail_to_version(version: ProcessVersion) -> list[Step]:
    """From the processes down to one version."""
    return [*trail_to_process(version.process), (f"Version {version.number}", page_of(version))]


def trail_to_process(process: EntitlementProcess) -> list[Step]:
    return [("Entitlement Processes", reverse(PROCESSES)), (process.name, page_of(process))]


class ChildAdmin(SetupAdmin):
    """`parent_field` names the thing above; a new one is made on `add/?<parent_field>=<its key>`."""

    parent_field = ""
    actions = None

    def version_of(self, obj: Any) -> ProcessVersion:
        raise NotImplementedError

    def can_change(self, obj: Any) -> bool:
        return obj is None or self.version_of(obj).state == VersionState.DRAFT

    def parent_named(self, request: HttpRequest) -> Any:
        """The thing under which a new one is to be made; None when there is no such thing."""
        field: Any = self.opts.get_field(self.parent_field)
        named = request.GET.get(self.parent_field, "")
        if not (named.isascii() and named.isdigit() and len(named) < 19):
            return None
        return field.related_model._default_manager.filter(pk=named).first()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no list of them all: they are listed on the page above."""
        return redirect(PROCESSES)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        parent = self.parent_named(request)
        if parent is None:
            messages.error(request, f"Open a draft and choose New {self.label} there.")
            return redirect(PROCESSES)
        version = self.version_of(self.model(**{self.parent_field: parent}))
        if version.state != VersionState.DRAFT:
            messages.error(
                request, f"{version} is {version.state}: it never changes. Make a new version of it."
            )
            return redirect(page_of(parent))
        context = {"trail": self.trail_to(parent), **(extra_context or {})}
        return super().add_view(request, form_url, context)

    def trail_to(self, parent: Any) -> list[Step]:
        """The pages above, the parent's own last."""
        return []

    def trail(self, obj: Any) -> list[Step]:
        return self.trail_to(getattr(obj, self.parent_field)) if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form; a new thing's knows the parent before it is checked."""
        form = super().get_form(request, obj, change, **kwargs)
        if change:
            return form
        parent_field, parent = self.parent_field, self.parent_named(request)

        class WithParent(form):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                setattr(self.instance, parent_field, parent)

        return WithParent

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        lock_draft(self.version_of(obj))
        if not change:
            obj.position = self.next_position(obj)
        super().save_model(request, obj, form, change)

    def next_position(self, obj: Any) -> int:
        siblings = self.model._default_manager.filter(**{self.parent_field: getattr(obj, self.parent_field)})
        last: int = siblings.order_by("-position").values_list("position", flat=True).first() or 0
        return last + 1

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        lock_draft(self.version_of(obj))
        super().delete_model(request, obj)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Somebody may have published the version since this page was opened."""
        context = {"show_save_and_add_another": False, **(extra_context or {})}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except PublishedVersion as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(getattr(obj, self.parent_field)))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(getattr(obj, self.parent_field)))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Afterwards back to the page above."""
        found = self.get_object(request, unquote(object_id))
        above = page_of(getattr(found, self.parent_field)) if found else reverse(PROCESSES)
        try:
            answer = super().delete_view(request, object_id, extra_context)
        except PublishedVersion as refusal:
            messages.error(request, str(refusal))
            return redirect(above)
        return redirect(above) if isinstance(answer, HttpResponseRedirect) else answer
