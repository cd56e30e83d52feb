"""Escalations that nobody has acknowledged, and acknowledging one in the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.models import Escalation, seen_by
from cases.operations import Refused
from cases.operations.escalations import acknowledge_escalation
from cases.queries.escalations import open_escalations
from cases.roles import agents_only
from cases.views.case import Bound, found_case, render_parts
from cases.views.way_back import given_address


@agents_only
@require_safe
@never_cache
def escalations(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    found = open_escalations(request.user, now)  # type: ignore[arg-type]
    template = (
        "cases/_open_escalations.html" if request.headers.get("HX-Request") else "cases/escalations.html"
    )
    return render(request, template, {"place": "escalations", "now": now, "cards": found})


@agents_only
@require_POST
def acknowledge(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Then back to where the button stood; on the page of the case only what has changed comes anew."""
    now = timezone.now()
    mine = Escalation.objects.filter(seen_by(request.user, "case__"), pk=escalation_id)  # type: ignore[arg-type]
    row = mine.select_related("case").first()
    if row is None:
        raise Http404("There is no such escalation.")
    try:
        acknowledge_escalation(row.pk, by=request.user, now=now)  # type: ignore[arg-type]
        refusal = ""
    except Refused as why:
        refusal = str(why)
    if request.headers.get("HX-Request"):
        bound = Bound("escalations", why=refusal)
        return render_parts(request, found_case(request, row.case.number), now, bound=bound)
    if refusal:
        messages.warning(request, refusal)
    else:
        messages.success(request, f"Acknowledged: {row.case.number}. Nobody else is told.")
    return redirect(given_address(request) or reverse("cases:case", args=[row.case.number]))
