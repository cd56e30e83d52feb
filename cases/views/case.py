"""The page of one case, and the parts of it that refresh by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.forms import DetailsForm, MessageForm, StopForm
from cases.models import Case
from cases.queries.case_page import CasePage, read_case_page
from cases.queries.tracker import load_one, read_case, tracker_of
from cases.queries.tracker_tag import read_tag
from cases.roles import agents_only

PANELS = ("head", "tracker", "escalations", "controls", "composer", "thread", "details", "tasks", "timeline")


def found_case(request: HttpRequest, number: str) -> Case:
    """Raises Http404 where there is none, or none that the user may see."""
    try:
        return read_case(number, request.user)  # type: ignore[arg-type]
    except Case.DoesNotExist:
        raise no_such_case(number) from None


def no_such_case(number: str) -> Http404:
    return Http404(f"There is no case {number}.")


def _found_tag(request: HttpRequest, number: str, now: datetime) -> str:
    try:
        return read_tag(number, request.user, now)  # type: ignore[arg-type]
    except Case.DoesNotExist:
        raise no_such_case(number) from None


@agents_only
@require_safe
def case_page(request: HttpRequest, number: str) -> HttpResponse:
    return render_page(request, found_case(request, number), timezone.now())


@agents_only
@require_safe
@never_cache
def tracker(request: HttpRequest, number: str) -> HttpResponse:
    """The tracker alone. 204 when nothing has changed since the one that the browser shows."""
    now, seen = timezone.now(), request.GET.get("seen")
    if seen and seen == _found_tag(request, number, now):
        answer = HttpResponse(status=204)
    else:
        context = {"now": now, "tracker": tracker_of(load_one(found_case(request, number)), now)}
        answer = render(request, "cases/_tracker.html", context)
        # What else the page shows may be old too; with the first look it is not.
        if seen:
            answer["HX-Trigger-After-Swap"] = "case-changed"
    answer["X-Server-Time"] = str(int(now.timestamp() * 1000))
    return answer


@agents_only
@require_safe
@never_cache
def parts(request: HttpRequest, number: str) -> HttpResponse:
    """Everything on the page that is not being written in."""
    return render_parts(request, found_case(request, number), timezone.now(), without=("tracker",))


@dataclass(frozen=True, slots=True)
class Bound:
    """A form as it was filled in, the panel in which it stands, and why it was refused."""

    panel: str = ""
    form: Form | None = None
    why: str = ""


NOTHING_FILLED_IN = Bound()


def render_page(
    request: HttpRequest, case: Case, now: datetime, *, status: int = 200, bound: Bound = NOTHING_FILLED_IN
) -> HttpResponse:
    """The whole page."""
    page = read_case_page(case, now, every_message="messages" in request.GET)
    return render(request, "cases/case.html", {"place": "cases", **_context(page, bound)}, status=status)


def render_parts(
    request: HttpRequest,
    case: Case,
    now: datetime,
    *,
    without: tuple[str, ...] = (),
    only: tuple[str, ...] = PANELS,
    status: int = 200,
    bound: Bound = NOTHING_FILLED_IN,
) -> HttpResponse:
    """Parts of the page, each to take its place in it, except those that the browser keeps."""
    kept = {*without, *request.headers.get("X-Keep", "").split(",")}
    page = read_case_page(case, now)
    context = _context(page, bound) | {"oob": True, "panels": [name for name in only if name not in kept]}
    return render(request, "cases/_parts.html", context, status=status)


def _context(page: CasePage, bound: Bound) -> dict[str, Any]:
    organisation, case = page.organisation, page.case
    forms: dict[str, Form] = {
        "composer": MessageForm(organisation=organisation, case=case),
        "details": DetailsForm(organisation=organisation, case=case),
        "controls": StopForm(),
    }
    if bound.form is not None:
        forms[bound.panel] = bound.form
    return {
        "now": page.now,
        "page": page,
        "case": page.case,
        "tracker": page.tracker,
        "refused": {bound.panel: bound.why},
        **forms,
    }
