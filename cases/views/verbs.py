"""What an agent does with a case's fields and clock. Each is one operation."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cases import operations
from cases.engine.load import organisation
from cases.forms import CompleteForm, DetailsForm, StopForm
from cases.models import Case
from cases.queries.case_page import closing_status, reopening_status
from cases.queries.people import read_hands
from cases.queries.tracker import load_one
from cases.roles import agents_only
from cases.views.acting import act, by, refused
from cases.views.case import found_case


@agents_only
@require_POST
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Status, priority, stage, owner, queue, type, subject: those that are no longer what the page showed."""
    case = found_case(request, number)
    form = DetailsForm(request.POST, organisation=organisation(), case=case, hands=read_hands())
    if not form.is_valid():
        return refused(request, case, 422, "details", form)

    def change_them(now: datetime) -> Case:
        return operations.change_case(case.pk, fields=form.changes, shown=form.shown, by=by(request), now=now)

    return act(request, case, change_them, "details", form)


@agents_only
@require_POST
def close(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    return _set_status(request, case, closing_status(organisation()))


@agents_only
@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    return _set_status(request, case, reopening_status(load_one(case)))


@agents_only
@require_POST
def stop(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    form = StopForm(request.POST)
    if not form.is_valid():
        return refused(request, case, 422, "controls", form)

    def stop_it(now: datetime) -> Case:
        return operations.stop_case(case.pk, by=by(request), now=now, **form.cleaned_data)

    return act(request, case, stop_it, "controls", form)


@agents_only
@require_POST
def resume(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    return act(
        request, case, lambda now: operations.resume_case(case.pk, by=by(request), now=now), "controls"
    )


@agents_only
@require_POST
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """One occurrence, by hand."""
    case = found_case(request, number)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return refused(request, case, 422, "tracker", None, "Say which milestone is to be completed.")

    def complete_it(now: datetime) -> Case:
        return operations.complete_milestone(case.pk, by=by(request), now=now, **form.cleaned_data)

    return act(request, case, complete_it, "tracker")


@agents_only
@require_POST
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Make it one's own, if it is still the one's whose it was on the page."""
    case = found_case(request, number)
    shown = {"owner": request.POST.get("shown_owner", "")}

    def take_it(now: datetime) -> Case:
        mine = {"owner": request.user.get_username()}
        return operations.change_case(case.pk, fields=mine, shown=shown, by=by(request), now=now)

    return act(request, case, take_it, "head")


@agents_only
@require_POST
def take_up(request: HttpRequest, number: str) -> HttpResponse:
    """A case that the engine had set aside."""
    case = found_case(request, number)
    return act(request, case, lambda now: operations.take_up_case(case.pk, by=by(request), now=now), "head")


def _set_status(request: HttpRequest, case: Case, status: str) -> HttpResponse:
    def set_it(now: datetime) -> Case:
        return operations.change_case(case.pk, fields={"status": status}, by=by(request), now=now)

    return act(request, case, set_it, "controls")
