"""Setup: several processes are published, retired or applied to open cases at once."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from cases.admin.publishing import may_be_posted, until_deadline
from cases.admin.publishing_forms import ApplyForm, PublishForm
from cases.models import Rollout
from cases.operations.publish import apply_to_open_cases, publish, retire
from cases.operations.rollout import CannotRollOut
from cases.queries.bulk import Bulk, Item, Verb, bulk_of
from entitlements.models import EntitlementProcess
from entitlements.models.process import PublishedVersion
from entitlements.operations.versions import CannotPublish, NotPublished
from entitlements.queries.setup_pages import list_of

MOST = 100
TITLES = {
    Verb.PUBLISH: "Publish several drafts",
    Verb.RETIRE: "Retire several processes",
    Verb.APPLY: "Apply several versions to open cases",
}
DONE = {Verb.PUBLISH: "published", Verb.RETIRE: "retired", Verb.APPLY: "applied to open cases"}
CHANGED = "Something was changed since you looked at it. This is how it is now: look again."
Refusals = (PublishedVersion, CannotPublish, NotPublished, CannotRollOut)


class BulkApplyForm(ApplyForm):
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


@may_be_posted
def bulk_view(request: HttpRequest, verb: str) -> HttpResponse:
    """What would happen, process by process; and when that is confirmed, let it happen to each."""
    if verb not in list(Verb):
        raise Http404("There is no such verb.")
    now = datetime.now(UTC)
    bulk = bulk_of(Verb(verb), _keys(request.GET.get("processes", "")), now, until_deadline())
    if not bulk.items and not bulk.left:
        messages.error(request, "Tick the processes in the list first.")
        return redirect(list_of(EntitlementProcess))
    seen = _seen(bulk)
    form = _form(bulk.verb, request.POST if request.method == "POST" else None, seen)
    if not form.is_bound or not bulk.items or not form.is_valid():
        return _page(request, bulk, form)
    if form.cleaned_data["seen"] not in ("", seen):
        messages.warning(request, CHANGED)
        return _page(request, bulk, _form(bulk.verb, {**request.POST.dict(), "seen": seen}, seen))
    _do(request, bulk, form, now)
    rolls_out = bulk.verb is Verb.APPLY or getattr(form, "open_cases", False)
    return redirect(list_of(Rollout if rolls_out else EntitlementProcess))


def _form(verb: Verb, data: Any, seen: str) -> Any:
    if verb is Verb.PUBLISH:
        return PublishForm(data, is_first=False, initial={"seen": seen})
    return BulkApplyForm(data, initial={"seen": seen})


def _do(request: HttpRequest, bulk: Bulk, form: Any, now: datetime) -> None:
    """Each by itself: one that is refused does not hold up the others."""
    by: Any = request.user
    done, refused = [], []
    for item in bulk.items:
        try:
            _do_one(bulk.verb, item, form, by, now)
            done.append(item.version.process.name)
        except Refusals as why:
            refused.append(f"{item.version.process.name}: {why}")
    if done:
        messages.success(request, f"{len(done)} {DONE[bulk.verb]}: {', '.join(done)}.")
    if refused:
        messages.error(request, " ".join(refused))


def _do_one(verb: Verb, item: Item, form: Any, by: User, now: datetime) -> None:
    reason = form.cleaned_data["reason"]
    match verb:
        case Verb.PUBLISH:
            publish(item.version, open_cases=form.open_cases, reason=reason, by=by, now=now)
        case Verb.RETIRE:
            retire(item.version, reason=reason, by=by, now=now)
        case Verb.APPLY:
            apply_to_open_cases(item.version, reason=reason, by=by, now=now)


def _page(request: HttpRequest, bulk: Bulk, form: Any) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": TITLES[bulk.verb],
        "trail": [("Entitlement Processes", list_of(EntitlementProcess))],
        "bulk": bulk,
        "summary": bulk.total,
        "form": form,
    }
    return TemplateResponse(request, "setup/bulk.html", context, status=422 if form.errors else 200)


def _seen(bulk: Bulk) -> str:
    said = [(item.version.pk, item.publication and item.publication.seen) for item in bulk.items]
    return hashlib.sha256(repr((bulk.verb, said)).encode()).hexdigest()


def _keys(given: str) -> list[int]:
    parts = given.split(",")[:MOST]
    return [int(key) for key in parts if key.isascii() and key.isdigit() and len(key) < 19]


site: Any = admin.site
site.add_page("bulk_processes", "entitlements/entitlementprocess/bulk/<str:verb>/", bulk_view)
