"""Cases that belong together: links, and a duplicate that goes into its original."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from cases import operations
from cases.forms import LinkForm
from cases.models import Case, CaseLink
from cases.operations import Refused
from cases.queries.merge import merge_preview
from cases.roles import agents_only
from cases.views.acting import act, by, refused
from cases.views.case import found_case


@agents_only
@require_POST
def link(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    form = LinkForm(request.POST, auto_id="link_%s")
    if not form.is_valid():
        return refused(request, case, 422, "related", form)

    def link_them(now: datetime) -> CaseLink:
        other = operations.case_called(form.cleaned_data["other"], by(request))
        kind = form.cleaned_data["kind"]
        return operations.link_cases(case.pk, other, kind=kind, by=by(request), now=now)

    return act(request, case, link_them, "related", form)


@agents_only
@require_POST
def unlink(request: HttpRequest, number: str, link_id: int) -> HttpResponse:
    case = found_case(request, number)

    def unlink_them(now: datetime) -> None:
        operations.unlink_cases(case.pk, link_id, by=by(request), now=now)

    return act(request, case, unlink_them, "related")


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """First what would move, then the merge."""
    case, now = found_case(request, number), timezone.now()
    said = request.POST.get("into", "") or request.GET.get("into", "")
    context: dict[str, Any] = {"place": "cases", "now": now, "case": case, "into": said, "user": request.user}
    if not said:
        return render(request, "cases/merge.html", context)
    try:
        target = operations.case_called(said, by(request))
        context["preview"] = merge_preview(case, target)
        if request.method == "POST":
            return _merged(request, case, target, now)
    except Refused as refusal:
        return render(request, "cases/merge.html", {**context, "why": str(refusal)}, status=409)
    return render(request, "cases/merge.html", context)


def _merged(request: HttpRequest, case: Case, target: Case, now: datetime) -> HttpResponse:
    operations.merge_case(case.pk, target, by=by(request), now=now)
    messages.success(request, f"{case.number} is merged into this case, and closed.")
    return redirect("cases:case", target.number)
