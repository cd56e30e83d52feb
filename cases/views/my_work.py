"""Home: the agent's own work."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.operations import Refused, finish_task
from cases.queries.my_work import read_my_work, tasks_of
from cases.roles import agents_only


@agents_only
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Addresses of lists from the time when the list was the first page still lead to it."""
    if request.GET:
        return redirect(f"{reverse('cases:list')}?{request.GET.urlencode()}")
    now = timezone.now()
    context = {"place": "home", "now": now, "work": read_my_work(_user(request), now)}
    return render(request, "cases/my_work.html", context)


@agents_only
@require_POST
def finish(request: HttpRequest, task_id: int) -> HttpResponse:
    """One of the user's own tasks, done."""
    user = _user(request)
    task = get_object_or_404(tasks_of(user), pk=task_id)
    try:
        finish_task(task.case_id, task.pk, by=user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Done: {task.subject}")
    return redirect("cases:home")


def _user(request: HttpRequest) -> Any:
    return request.user
