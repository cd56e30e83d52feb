"""Setup: Rollouts. How far each is, what failed, and who began it why; and the progress of recalculations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from cases.admin.machinery import ReadOnlyAdmin
from cases.models import Recalculation, Rollout, RolloutState
from cases.operations.rollout import CannotRollOut, go_on_with_rollout, stop_rollout
from cases.queries.long_work import of_recalculation, of_rollout
from entitlements.admin.child import trail_to_version
from entitlements.models import VersionState
from entitlements.operations.versions import NotPublished
from entitlements.queries.setup_pages import page_of

FAILURES_SHOWN = 100


@admin.register(Rollout)
class RolloutAdmin(ReadOnlyAdmin):
    list_display = ["version", "state", "started_at", "by", "reason", "moved", "failed"]
    list_filter = ["state"]
    list_select_related = ["version__process", "by"]
    search_fields = ["version__process__name", "reason", "by__username"]
    when_empty = (
        "Nothing has gone out to open cases yet. "
        "When a version is published, its page offers to apply it to them."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rollout]:
        return super().get_queryset(request).annotate(failures_there=Count("failures"))

    @admin.display(description="Moved")
    def moved(self, rollout: Rollout) -> str:
        return f"{rollout.cases:,} of {rollout.total:,} cases, {rollout.targets:,} targets"

    @admin.display(description="Failed", ordering="failures_there")
    def failed(self, rollout: Any) -> int:
        return int(rollout.failures_there)

    def get_urls(self) -> list[URLPattern]:
        views = {"progress": self.progress_view, "stop": self.stop_view, "go_on": self.go_on_view}
        own = [
            path(
                f"<path:object_id>/{name.replace('_', '-')}/",
                self.admin_site.admin_view(view),
                name=f"cases_rollout_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rollout = self.found(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self.context_of(rollout),
            "title": f"Version {rollout.version.number} goes out to open cases",
            "subtitle": rollout.version.process.name,
            "trail": trail_to_version(rollout.version),
            "opts": self.opts,
        }
        return TemplateResponse(request, "setup/rollout.html", context)

    def progress_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that is asked for again and again until it is done."""
        return TemplateResponse(
            request, "setup/_rollout.html", self.context_of(self.found(request, object_id))
        )

    @method_decorator(require_POST)
    def stop_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.do(request, object_id, stop_rollout, "Stopped. What has gone over stays.")

    @method_decorator(require_POST)
    def go_on_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.do(request, object_id, go_on_with_rollout, "It goes on.")

    def do(
        self, request: HttpRequest, object_id: str, verb: Callable[[int], None], done: str
    ) -> HttpResponse:
        rollout = self.found(request, object_id)
        try:
            verb(rollout.pk)
        except (CannotRollOut, NotPublished) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done)
            self.log_change(request, rollout, done)
        return redirect(page_of(rollout))

    def found(self, request: HttpRequest, object_id: str) -> Rollout:
        rollout: Any = self.get_object(request, unquote(object_id))
        if rollout is None:
            raise Http404("There is no such rollout.")
        return rollout

    def context_of(self, rollout: Rollout) -> dict[str, Any]:
        failures = rollout.failures.select_related("case")
        return {
            "rollout": rollout,
            "work": of_rollout(rollout),
            "failures": list(failures[:FAILURES_SHOWN]),
            "failed": failures.count(),
            "may_stop": rollout.state == RolloutState.UNDER_WAY,
            "may_go_on": _may_go_on(rollout),
        }


def _may_go_on(rollout: Rollout) -> bool:
    if rollout.version.state != VersionState.PUBLISHED:
        return False
    failed = rollout.state == RolloutState.DONE and rollout.failures.exists()
    return failed or rollout.state == RolloutState.STOPPED


@require_safe
def recalculation_view(request: HttpRequest, object_id: str) -> HttpResponse:
    """How far the targets have followed edited hours."""
    known = Recalculation.objects.select_related("business_hours")
    key = object_id if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else None
    one = known.filter(pk=key).first() if key else None
    if one is None:
        raise Http404("There is no such recalculation.")
    return TemplateResponse(request, "setup/_recalculation.html", {"work": of_recalculation(one)})


site: Any = admin.site
site.add_page("recalculation_progress", "cases/recalculation/<str:object_id>/progress/", recalculation_view)
