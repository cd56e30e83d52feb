"""What an agent does on a case. Each is one operation; then the page shows what came of it.

A browser with htmx gets the changed parts of the page, any other is sent back to the page. What is refused
comes back with its reason and with everything that was filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases import operations
from cases.engine.load import organisation
from cases.forms import CompleteForm, DetailsForm, MessageForm, StopForm
from cases.models import Case, MessageKind, Task
from cases.operations import Refused, StalePage
from cases.queries.case_page import closing_status, reopening_status
from cases.queries.tracker import load_one
from cases.roles import agents_only
from cases.views.case import Bound, found_case, render_page, render_parts

Act = Callable[[datetime], Any]


@agents_only
@require_POST
def write_message(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    form = MessageForm(request.POST, request.FILES, organisation=organisation(), case=case)
    if not form.is_valid():
        return _refused(request, case, 422, "composer", form)
    given = form.cleaned_data
    said = {"body": given["body"], "form_key": given["form_key"], "files": given["attachments"]}
    by: Any = request.user
    writing: dict[str, Act] = {
        MessageKind.REPLY: lambda now: operations.reply_to_case(
            case.pk, by=by, now=now, status=given["status"], **said
        ),
        MessageKind.NOTE: lambda now: operations.add_note(case.pk, by=by, now=now, **said),
        MessageKind.CUSTOMER: lambda now: operations.receive_customer_message(
            case.pk, by=by, contact=case.contact, now=now, **said
        ),
    }
    return _act(request, case, writing[given["kind"]], "composer", form)


@agents_only
@require_POST
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Status, priority, stage, owner, queue, type, subject: those that are no longer what the page showed."""
    case = found_case(request, number)
    form = DetailsForm(request.POST, organisation=organisation(), case=case)
    if not form.is_valid():
        return _refused(request, case, 422, "details", form)

    def change_them(now: datetime) -> Case:
        return operations.change_case(
            case.pk, fields=form.changes, shown=form.shown, by=_by(request), now=now
        )

    return _act(request, case, change_them, "details", form)


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
        return _refused(request, case, 422, "controls", form)

    def stop_it(now: datetime) -> Case:
        return operations.stop_case(case.pk, by=_by(request), now=now, **form.cleaned_data)

    return _act(request, case, stop_it, "controls", form)


@agents_only
@require_POST
def resume(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    return _act(
        request, case, lambda now: operations.resume_case(case.pk, by=_by(request), now=now), "controls"
    )


@agents_only
@require_POST
def complete(request: HttpRequest, number: str) -> HttpResponse:
    """One occurrence, by hand."""
    case = found_case(request, number)
    form = CompleteForm(request.POST)
    if not form.is_valid():
        return _refused(request, case, 422, "tracker", None, "Say which milestone is to be completed.")

    def complete_it(now: datetime) -> Case:
        return operations.complete_milestone(case.pk, by=_by(request), now=now, **form.cleaned_data)

    return _act(request, case, complete_it, "tracker")


@agents_only
@require_POST
def finish_task(request: HttpRequest, number: str, task_id: int) -> HttpResponse:
    case = found_case(request, number)

    def finish_it(now: datetime) -> Task:
        return operations.finish_task(case.pk, task_id, by=_by(request), now=now)

    return _act(request, case, finish_it, "tasks")


def _set_status(request: HttpRequest, case: Case, status: str) -> HttpResponse:
    def set_it(now: datetime) -> Case:
        return operations.change_case(case.pk, fields={"status": status}, by=_by(request), now=now)

    return _act(request, case, set_it, "controls")


def _by(request: HttpRequest) -> Any:
    return request.user


def _act(request: HttpRequest, case: Case, act: Act, panel: str, form: Form | None = None) -> HttpResponse:
    """Do it, and show the case as it is now; or say at the panel why it was refused."""
    try:
        act(timezone.now())
    except Refused as refusal:
        if isinstance(refusal, StalePage) and isinstance(form, DetailsForm):
            form.show_again()
        return _refused(request, case, 409, panel, form, str(refusal))
    try:
        changed = found_case(request, case.number)
    except Http404:
        return _out_of_sight(request, case)
    if request.headers.get("HX-Request"):
        return render_parts(request, changed, timezone.now())
    return redirect("cases:case", case.number)


def _out_of_sight(request: HttpRequest, case: Case) -> HttpResponse:
    """The case is now in a queue that the user does not see."""
    messages.info(request, f"{case.number} has moved to a queue that only its members see.")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("cases:list")})
    return redirect("cases:list")


def _refused(
    request: HttpRequest, case: Case, status: int, panel: str, form: Form | None, why: str = ""
) -> HttpResponse:
    now = timezone.now()
    bound = Bound(panel, form, why)
    if request.headers.get("HX-Request"):
        return render_parts(request, case, now, only=(panel,), status=status, bound=bound)
    return render_page(request, case, now, status=status, bound=bound)
