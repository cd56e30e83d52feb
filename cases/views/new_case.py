"""A new case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.engine.load import organisation
from cases.forms import NewCaseForm
from cases.operations import Refused, open_case
from cases.queries.intake import read_intake
from cases.roles import agents_only


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Its entitlement follows from the rules. “Look first” shows it where no script does."""
    now = timezone.now()
    if request.method != "POST" or "look" in request.POST:
        form = NewCaseForm(organisation=organisation(), initial=request.POST.dict())
        return _page(request, form, now, 200)
    form = NewCaseForm(request.POST, request.FILES, organisation=organisation())
    if not form.is_valid():
        return _page(request, form, now, 422)
    given = {**form.cleaned_data}
    try:
        case = open_case(by=_user(request), now=now, files=given.pop("attachments"), **given)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, now, 409)
    return redirect("cases:case", case.number)


@agents_only
@require_safe
@never_cache
def names(request: HttpRequest) -> HttpResponse:
    """What fits what has been entered so far: names, the entitlement, its milestones, likely duplicates."""
    now = timezone.now()
    context = {"now": now, "intake": read_intake(request.GET.dict(), _user(request), now)}
    return render(request, "cases/_intake.html", context)


def _page(request: HttpRequest, form: NewCaseForm, now: datetime, status: int) -> HttpResponse:
    intake = read_intake(request.POST.dict(), _user(request), now)
    context = {"place": "new", "now": now, "form": form, "intake": intake}
    return render(request, "cases/new.html", context, status=status)


def _user(request: HttpRequest) -> Any:
    return request.user
