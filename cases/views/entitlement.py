"""Another entitlement for a case, with what it would do to the milestones first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import operations
from cases.operations import Refused
from cases.queries.entitlement_change import effect_of, entitlements_for
from cases.roles import agents_only
from cases.views.acting import by
from cases.views.case import found_case

NONE = "none"


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def entitlement(request: HttpRequest, number: str) -> HttpResponse:
    """`to` is the key of one of the customer's entitlements, or “none”."""
    case, now = found_case(request, number), timezone.now()
    known = entitlements_for(case, now)
    said = request.POST.get("to", "") or request.GET.get("to", "")
    context: dict[str, Any] = {"place": "cases", "now": now, "case": case, "known": known, "to": said}
    if not said:
        return render(request, "cases/entitlement.html", context)
    chosen = {str(one.pk): one for one, _ in known}
    if said != NONE and said not in chosen:
        why = "Choose one of the customer's entitlements."
        return render(request, "cases/entitlement.html", {**context, "why": why}, status=422)
    try:
        context |= {"chosen": chosen.get(said), "effects": effect_of(case, chosen.get(said), now)}
        if request.method == "POST":
            operations.change_entitlement(case.pk, entitlement=chosen.get(said), by=by(request), now=now)
            messages.success(request, "The entitlement is changed.")
            return redirect("cases:case", number)
    except Refused as refusal:
        return render(request, "cases/entitlement.html", {**context, "why": str(refusal)}, status=409)
    return render(request, "cases/entitlement.html", context)
