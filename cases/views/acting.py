"""What every verb of an agent does with its operation: act, then show what came of it, or why it was refused.

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

from cases.forms import DetailsForm
from cases.models import Case
from cases.operations import Refused, SomebodyWrote, StalePage
from cases.views.case import Bound, found_case, render_page, render_parts

Act = Callable[[datetime], Any]


def act(request: HttpRequest, case: Case, verb: Act, panel: str, form: Form | None = None) -> HttpResponse:
    """Do it, and show the case as it is now; or say at the panel why it was refused."""
    try:
        verb(timezone.now())
    except Refused as refusal:
        if isinstance(refusal, StalePage) and isinstance(form, DetailsForm):
            form.show_again()
        also = ("thread", "recipients") if isinstance(refusal, SomebodyWrote) else ()
        return refused(request, case, 409, panel, form, str(refusal), also)
    try:
        changed = found_case(request, case.number)
    except Http404:
        return _out_of_sight(request, case)
    if request.headers.get("HX-Request"):
        return render_parts(request, changed, timezone.now())
    return redirect("cases:case", case.number)


def refused(
    request: HttpRequest,
    case: Case,
    status: int,
    panel: str,
    form: Form | None,
    why: str = "",
    also: tuple[str, ...] = (),
) -> HttpResponse:
    """The panel with the reason, and `also` others. A composer stays in the browser, with its files."""
    now = timezone.now()
    bound = Bound(panel, form, why)
    if request.headers.get("HX-Request"):
        shown = "said" if panel == "composer" else panel
        return render_parts(request, case, now, only=(shown, *also), status=status, bound=bound)
    return render_page(request, case, now, status=status, bound=bound)


def by(request: HttpRequest) -> Any:
    """Who does it."""
    return request.user


def _out_of_sight(request: HttpRequest, case: Case) -> HttpResponse:
    """The case is now in a queue that the user does not see."""
    messages.info(request, f"{case.number} has moved to a queue that only its members see.")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("cases:list")})
    return redirect("cases:list")
