"""The case team: somebody is put into it, leaves it, or follows a case by themselves."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from cases import operations
from cases.forms import TeamForm
from cases.models import CaseFollower
from cases.roles import agents_only
from cases.views.acting import act, by, refused
from cases.views.case import found_case


@agents_only
@require_POST
def add_to_team(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    form = TeamForm(request.POST, auto_id="team_%s")
    if not form.is_valid():
        return refused(request, case, 422, "team", form)
    role = form.cleaned_data["role"]

    def put(now: datetime) -> CaseFollower:
        person = operations.person_called(form.cleaned_data["person"])
        return operations.follow_case(case.pk, person, role=role or None, by=by(request), now=now)

    return act(request, case, put, "team", form)


@agents_only
@require_POST
def remove_from_team(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)

    def remove(now: datetime) -> None:
        person = operations.follower_called(case.pk, request.POST.get("person", ""))
        operations.leave_case(case.pk, person, by=by(request), now=now)

    return act(request, case, remove, "team")


@agents_only
@require_POST
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """By oneself; with `stop` no more. Either is so already for who does it twice."""
    case, me = found_case(request, number), by(request)

    def follow_it(now: datetime) -> None:
        if "stop" not in request.POST:
            operations.follow_case(case.pk, me, by=me, now=now)
        elif CaseFollower.objects.filter(case=case, user=me).exists():
            operations.leave_case(case.pk, me, by=me, now=now)

    return act(request, case, follow_it, "team")
