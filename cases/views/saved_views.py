"""Views of the list: save, share, change, delete, begin with; and its columns."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cases.operations import Refused
from cases.operations.saved_views import (
    begin_with_view,
    change_view,
    choose_columns,
    delete_view,
    save_view,
)
from cases.queries.worklist.around import views_shown_to
from cases.queries.worklist.columns import COLUMNS
from cases.roles import agents_only


@agents_only
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    query = _query(request, "query")
    try:
        view = save_view(
            _user(request),
            name=request.POST.get("name", ""),
            query=query,
            audience=request.POST.get("audience", "me"),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _to_list(query)
    messages.success(request, f"Saved as “{view.name}”.")
    return _to_list(f"{query}&{urlencode({'view': view.pk})}")


@agents_only
@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    user, query = _user(request), _query(request, "query")
    if not views_shown_to(user).filter(pk=view_id).exists():
        raise Http404("There is no such view.")
    verbs = {
        "update": lambda: change_view(user, view_id, query=query),
        "delete": lambda: delete_view(user, view_id),
        "default": lambda: begin_with_view(user, view_id),
        "no-default": lambda: begin_with_view(user, None),
    }
    asked = request.POST.get("do", "")
    if asked not in verbs:
        raise Http404("There is no such verb.")
    try:
        verbs[asked]()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _DONE[asked])
    return _to_list("show=open" if asked == "delete" else f"{query}&{urlencode({'view': view_id})}")


_DONE = {
    "update": "The view is saved.",
    "delete": "The view is deleted.",
    "default": "Cases now begins with this view.",
    "no-default": "Cases now begins with all open cases.",
}


@agents_only
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    chosen = [key for key in request.POST.getlist("column") if key in COLUMNS]
    choose_columns(_user(request), [] if request.POST.get("do") == "usual" else chosen or ["subject"])
    return _to_list(_query(request, "list"))


def _query(request: HttpRequest, name: str) -> str:
    """What stood in the list's address, without its place in the pages and the view's own key."""
    query = QueryDict(request.POST.get(name, "").replace("\x00", ""), mutable=True)
    for left_out in ("after", "view", "seen"):
        query.pop(left_out, None)
    return query.urlencode()


def _to_list(query: str) -> HttpResponse:
    return redirect(f"{reverse('cases:list')}?{query}")


def _user(request: HttpRequest) -> Any:
    return request.user
