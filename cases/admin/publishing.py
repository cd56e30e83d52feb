"""Setup: a version of a process is published, retired, or applied to open cases."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from cases.admin.publishing_forms import ApplyForm, PublishForm, ReasonForm
from cases.admin.version_pages import found, page
from cases.models import Rollout
from cases.operations.publish import apply_to_open_cases, publish, retire
from cases.operations.rollout import CannotRollOut
from cases.queries.publication import Publication, behind, moves_to, publication_of
from cases.queries.publication_history import publication_history
from entitlements.admin.child import trail_to_process
from entitlements.models import EntitlementProcess, ProcessVersion, VersionState
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import CannotPublish, NotPublished
from entitlements.queries.setup_pages import page_of
from entitlements.queries.versions import open_milestones

LONGEST_LOOK = 6.0
CHANGED = "The draft was changed since you looked at it. This is what it says now: look again."

may_be_posted = require_http_methods(["GET", "HEAD", "POST"])


@may_be_posted
def publish_view(request: HttpRequest, object_id: str) -> HttpResponse:
    version, now = found(object_id), datetime.now(UTC)
    if version.state != VersionState.DRAFT:
        return _refused(request, version, f"{version} is {version.state}: it never changes.")
    publication = publication_of(version, now, until_deadline())
    is_first = publication.published is None
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        is_first=is_first,
        initial={"seen": publication.seen},
    )
    if not form.is_bound or publication.fault or not form.is_valid():
        return _publish_page(request, publication, form)
    if form.cleaned_data["seen"] not in ("", publication.seen):
        messages.warning(request, CHANGED)
        return _publish_page(
            request, publication, PublishForm(_with_seen(request, publication), is_first=is_first)
        )
    return _publish(request, version, form, now)


def _publish(request: HttpRequest, version: ProcessVersion, form: PublishForm, now: datetime) -> HttpResponse:
    by: Any = request.user
    try:
        done = publish(
            version, open_cases=form.open_cases, reason=form.cleaned_data["reason"], by=by, now=now
        )
    except (PublishedVersion, CannotPublish) as refusal:
        return _refused(request, version, str(refusal))
    messages.success(request, "Published. New cases get this version from now on.")
    return redirect(page_of(done.rollout or done.version))


def _publish_page(request: HttpRequest, publication: Publication, form: PublishForm) -> HttpResponse:
    published = publication.published
    context = {
        "publication": publication,
        "published": published,
        "differences": publication.differences,
        "summary": publication.summary,
        "form": form,
        "open_milestones": open_milestones(published) if published else 0,
    }
    title = f"Publish version {publication.version.number}"
    return page(request, "setup/publish.html", title, publication.version, context, _status(form))


@may_be_posted
def retire_view(request: HttpRequest, object_id: str) -> HttpResponse:
    version, now = found(object_id), datetime.now(UTC)
    if version.state != VersionState.PUBLISHED:
        return _refused(request, version, f"{version} is not published.")
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        context = {"open_milestones": open_milestones(version), "form": form}
        title = f"Retire version {version.number}"
        return page(request, "setup/retire.html", title, version, context, _status(form))
    by: Any = request.user
    try:
        retire(version, reason=form.cleaned_data["reason"], by=by, now=now)
    except NotPublished as refusal:
        return _refused(request, version, str(refusal))
    messages.success(request, "Retired. New cases find no published version of this process.")
    return redirect(page_of(version))


@may_be_posted
def apply_view(request: HttpRequest, object_id: str) -> HttpResponse:
    """A published version goes out to the open cases that are still on others."""
    version, now = found(object_id), datetime.now(UTC)
    if version.state != VersionState.PUBLISHED:
        return _refused(request, version, f"{version} is not published: only that one is applied.")
    form = ApplyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        by: Any = request.user
        try:
            rollout = apply_to_open_cases(version, reason=form.cleaned_data["reason"], by=by, now=now)
        except (NotPublished, CannotRollOut) as refusal:
            return _refused(request, version, str(refusal))
        return redirect(page_of(rollout))
    context = {
        "form": form,
        "behind": behind(version),
        "summary": moves_to(version, now, until_deadline()),
        "rollouts": Rollout.objects.filter(version=version).select_related("by"),
    }
    title = f"Apply version {version.number} to open cases"
    return page(request, "setup/apply_version.html", title, version, context, _status(form))


@require_safe
def history_view(request: HttpRequest, object_id: str) -> HttpResponse:
    """Every publication of a process, and what came of it for open cases."""
    is_key = object_id.isascii() and object_id.isdigit() and len(object_id) < 19
    process = EntitlementProcess.objects.filter(pk=object_id).first() if is_key else None
    if process is None:
        raise Http404("There is no such process.")
    context = {
        **admin.site.each_context(request),
        "title": f"Publications of {process}",
        "trail": trail_to_process(process),
        "history": publication_history(process),
    }
    return TemplateResponse(request, "setup/publications.html", context)


def _refused(request: HttpRequest, version: ProcessVersion, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect(page_of(version))


def _status(form: Any) -> int:
    return 422 if form.errors else 200


def _with_seen(request: HttpRequest, publication: Publication) -> Any:
    data = request.POST.copy()
    data["seen"] = publication.seen
    return data


def until_deadline() -> Callable[[], bool]:
    """While somebody waits."""
    deadline = time.monotonic() + LONGEST_LOOK
    return lambda: time.monotonic() < deadline


site: Any = admin.site
of_version = "entitlements/processversion/<path:object_id>"
site.add_page("entitlements_processversion_publish", f"{of_version}/publish/", publish_view)
site.add_page("entitlements_processversion_retire", f"{of_version}/retire/", retire_view)
of_process = "entitlements/entitlementprocess/<str:object_id>"
site.add_page("publications", f"{of_process}/publications/", history_view)
site.add_page("apply_version", f"{of_version}/apply/", apply_view)
