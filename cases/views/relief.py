"""A supervisor gives one milestone of a case more time, or waives it; the effect is shown first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cases import operations
from cases.forms import ReliefForm
from cases.operations import Refused
from cases.operations.actor import name_of
from cases.queries.relief import effects_of, occurrence_on
from cases.queries.tracker import load_one
from cases.roles import supervisors_only
from cases.views.case import found_case
from entitlements.core.facts import Extended, Waived
from entitlements.core.state import Occurrence


@supervisors_only
def relief(request: HttpRequest, number: str, milestone_id: int) -> HttpResponse:
    """A form, then the same form with its effect, then the deed."""
    now = timezone.now()
    work = load_one(found_case(request, number))
    occurrence = occurrence_on(work, milestone_id)
    if occurrence is None:
        raise Http404(f"Case {number} has no such milestone.")
    form = ReliefForm(request.POST or None)
    shown: dict[str, Any] = {}
    if form.is_valid() and "confirmed" not in request.POST:
        shown["effects"] = effects_of(work, _fact(request, occurrence, form, now), now)
    elif form.is_valid():
        try:
            return _done(request, work.case.pk, occurrence, form, now)
        except Refused as why:
            shown["refused"] = str(why)
    about = {"place": "cases", "case": work.case, "one": occurrence, "form": form, "now": now}
    status = 422 if form.errors or "refused" in shown else 200
    return render(request, "cases/relief.html", {**about, **shown}, status=status)


def _fact(request: HttpRequest, occurrence: Occurrence, form: ReliefForm, now: datetime) -> Extended | Waived:
    by, given = name_of(request.user), form.cleaned_data  # type: ignore[arg-type]
    if given["what"] == ReliefForm.WAIVE:
        return Waived(now, by, occurrence.milestone, occurrence.number, given["reason"])
    return Extended(now, by, occurrence.milestone, occurrence.number, given["minutes"], given["reason"])


def _done(
    request: HttpRequest, case_id: int, occurrence: Occurrence, form: ReliefForm, now: datetime
) -> HttpResponse:
    given: Any = form.cleaned_data
    which: dict[str, Any] = {"milestone": occurrence.milestone, "occurrence": occurrence.number}
    said: dict[str, Any] = {"reason": given["reason"], "by": request.user, "now": now}
    if given["what"] == ReliefForm.WAIVE:
        case = operations.waive_milestone(case_id, **which, **said)
        messages.success(request, f"“{occurrence.milestone}” is waived.")
    else:
        case = operations.extend_milestone(
            case_id, **which, minutes=given["minutes"], had=given["had"], **said
        )
        messages.success(request, f"“{occurrence.milestone}” is extended.")
    return redirect("cases:case", case.number)
