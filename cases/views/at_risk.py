"""The supervisor's board: what is late, what will be, and who could do something about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.board.page import read_board
from cases.queries.worklist.around import read_around
from cases.queries.worklist.bulk_menus import menus_for
from cases.queries.worklist.choices import choices_for, row_choices_for, tags_of
from cases.queries.worklist.wanted import read_wanted
from cases.roles import supervisors_only
from cases.views.way_back import remember_board

FILTERS = ("queue", "owner", "process", "priority")


@supervisors_only
@require_safe
@never_cache
def at_risk(request: HttpRequest) -> HttpResponse:
    """With `wall` for a screen that everybody sees. What narrows it stands in the address, as in the list."""
    now, user = timezone.now(), _user(request)
    around = read_around(user)
    wanted = read_wanted(request.GET, around)
    context = {
        "place": "at-risk",
        "now": now,
        "board": read_board(wanted, around, user, now),
        "is_wall": "wall" in request.GET,
        "choices": [one for one in choices_for(wanted, around) if one.name in FILTERS],
        "milestones": row_choices_for(wanted, around)[0],
        "tags": tags_of(wanted),
        "bulk_menus": [menu for menu in menus_for(around, user.get_username()) if menu.name != "status"],
        "address": request.GET.urlencode(),
    }
    if request.headers.get("HX-Request"):
        return render(request, "supervisor/_at_risk.html", context)
    return remember_board(request, render(request, "supervisor/at_risk.html", context))


def _user(request: HttpRequest) -> Any:
    return request.user
