"""Taking a case, and going on to the next one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.operations import Refused
from cases.operations.take import take_case, take_next, workable_by
from cases.queries.moment import Moment
from cases.queries.next_case import next_case
from cases.queries.worklist.around import read_around
from cases.queries.worklist.filters import narrowed
from cases.queries.worklist.wanted import read_wanted
from cases.roles import agents_only
from cases.views.case import found_case
from cases.views.way_back import list_address, offered, remember_offered, remembered_query


@agents_only
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """The most urgent case of the list that nobody has; its filters count, its chip does not."""
    now, user = timezone.now(), _user(request)
    wanted = read_wanted(QueryDict(request.POST.get("list", "").replace("\x00", "")), read_around(user))
    case = take_next(narrowed(workable_by(user), wanted, Moment.at(now, user)), by=user, now=now)
    if case is None:
        where = "in this list" if wanted.is_narrowed else "in your queues"
        messages.info(request, f"Nothing to take: every running case {where} has an owner.")
        return redirect(list_address(request))
    messages.success(request, f"{case.number} is yours.")
    return redirect("cases:case", case.number)


@agents_only
@require_POST
def take_this(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    try:
        take_case(case.pk, by=_user(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(list_address(request))
    messages.success(request, f"{case.number} is yours.")
    return redirect("cases:case", case.number)


@agents_only
@require_safe
@never_cache
def next_one(request: HttpRequest) -> HttpResponse:
    """On to the first case of the list that has not been offered since the list was looked at."""
    user, now = _user(request), timezone.now()
    wanted = read_wanted(remembered_query(request), read_around(user))
    came_from = request.GET.get("from", "").replace("\x00", "")
    case, behind = next_case(wanted, user, now, offered(request), came_from)
    if case is None:
        messages.info(request, "That was the last one of this list.")
        return redirect(list_address(request))
    return remember_offered(redirect("cases:case", case.number), behind)


def _user(request: HttpRequest) -> Any:
    return request.user
