"""Tasks on a case."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cases import operations
from cases.forms import AssignForm, TaskForm
from cases.models import Task
from cases.queries.people import read_hands
from cases.roles import agents_only
from cases.views.acting import act, by, refused
from cases.views.case import found_case


@agents_only
@require_POST
def add_task(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    form = TaskForm(request.POST, hands=read_hands(), auto_id="task_%s")
    if not form.is_valid():
        return refused(request, case, 422, "tasks", form)

    def add_it(now: datetime) -> Task:
        return operations.add_task(case.pk, by=by(request), now=now, **form.cleaned_data)

    return act(request, case, add_it, "tasks", form)


@agents_only
@require_POST
def assign_task(request: HttpRequest, number: str, task_id: int) -> HttpResponse:
    case = found_case(request, number)
    form = AssignForm(request.POST, hands=read_hands())
    if not form.is_valid():
        return refused(request, case, 422, "tasks", None, "Give it to somebody of the list, or to nobody.")

    def give_it(now: datetime) -> Task:
        to = form.cleaned_data["assigned_to"]
        return operations.assign_task(case.pk, task_id, to=to, by=by(request), now=now)

    return act(request, case, give_it, "tasks")


@agents_only
@require_POST
def finish_task(request: HttpRequest, number: str, task_id: int) -> HttpResponse:
    case = found_case(request, number)

    def finish_it(now: datetime) -> Task:
        return operations.finish_task(case.pk, task_id, by=by(request), now=now)

    return act(request, case, finish_it, "tasks")
