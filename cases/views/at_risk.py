"""The supervisor's page: what is late, and what will be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.queries.at_risk import read_at_risk
from cases.roles import supervisors_only


@supervisors_only
@require_safe
def at_risk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    template = "supervisor/_at_risk.html" if request.headers.get("HX-Request") else "supervisor/at_risk.html"
    found = read_at_risk(request.user, now)  # type: ignore[arg-type]
    return render(request, template, {"place": "at-risk", "now": now, "risk": found})
