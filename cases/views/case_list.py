"""The queue: the agent's list of cases."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.case_list import list_cases
from cases.queries.names import account_names
from cases.queries.worklist.around import Around, read_around
from cases.queries.worklist.bulk_menus import menus_for
from cases.queries.worklist.changes import count_changes
from cases.queries.worklist.choices import choices_for, row_choices_for, tags_of
from cases.queries.worklist.columns import ALWAYS_SHOWN, COLUMNS
from cases.queries.worklist.wanted import read_wanted
from cases.roles import agents_only, is_supervisor
from cases.views.way_back import remember_list

# What the form of filters has no field for, and must not lose.
KEPT = ("q", "result", "since", "why")


@agents_only
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Next due first. What it shows stands in the address, so that it can be kept, sent and gone back to."""
    now, user = timezone.now(), _user(request)
    around = read_around(user)
    if address := _address_of_view(request, around):
        return redirect(address)
    wanted = read_wanted(request.GET, around)
    found = list_cases(wanted, around, user, now)
    context = {
        "place": "cases",
        "now": now,
        "list": found,
        "around": around,
        "view": next((view for view in around.views if str(view.key) == wanted.view), None),
        "choices": choices_for(wanted, around),
        "row_choices": row_choices_for(wanted, around),
        "tags": tags_of(wanted),
        "kept": [(name, value) for name in KEPT if (value := request.GET.get(name))],
        "left": request.GET.get("left", ""),
        "sharing": _sharing(user, around),
        "bulk_menus": menus_for(around, user.get_username()),
        "every_column": [column for key, column in COLUMNS.items() if key not in ALWAYS_SHOWN],
        "address": request.GET.urlencode(),
        "search_words": wanted.words,
    }
    template = "cases/_case_list.html" if request.headers.get("HX-Request") else "cases/list.html"
    return remember_list(request, render(request, template, context))


@agents_only
@require_safe
@never_cache
def changes(request: HttpRequest) -> HttpResponse:
    """How much of the list is no longer as the browser shows it. 204 while nothing is."""
    now, user = timezone.now(), _user(request)
    query = request.GET.copy()
    seen = query.pop("seen", [""])[-1]
    count = count_changes(read_wanted(query, read_around(user)), str(seen), user, now)
    if not count:
        return HttpResponse(status=204)
    context = {"count": count, "address": query.urlencode()}
    return render(request, "cases/_list_changes.html", context)


@agents_only
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Names of accounts that contain what has been typed."""
    found = account_names(request.GET.get("account", ""))
    return render(request, "cases/_account_options.html", {"names": found})


def _address_of_view(request: HttpRequest, around: Around) -> str:
    """Where a bare address leads: to the view that it names, or to the one that the user begins with."""
    if request.GET.keys() - {"view"}:
        return ""
    asked = request.GET.get("view", "")
    view = next(
        (one for one in around.views if str(one.key) == asked), None if asked else around.default_view
    )
    return f"{request.path}?{view.query}&{urlencode({'view': view.key})}" if view and view.query else ""


def _sharing(user: User, around: Around) -> list[tuple[str, str]]:
    """For whom the user may save a view, beside themselves."""
    if not is_supervisor(user):
        return [(f"queue:{name}", f"the queue {name}") for name in around.own_queues]
    queues = [(f"queue:{name}", f"the queue {name}") for name, _ in around.queues]
    return [("everyone", "everyone"), *queues]


def _user(request: HttpRequest) -> Any:
    return request.user
