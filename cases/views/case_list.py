"""The agent's list of cases."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cases.queries.case_list import Wanted, list_cases
from cases.queries.choices import list_choices
from cases.roles import agents_only


@agents_only
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Next due first. The filters stand in the address."""
    now = timezone.now()
    wanted = Wanted.of(request.GET)
    template = "cases/_case_list.html" if request.headers.get("HX-Request") else "cases/list.html"
    found = list_cases(wanted, request.user, now)  # type: ignore[arg-type]
    return render(
        request,
        template,
        {
            "place": "cases",
            "now": now,
            "list": found,
            "choices": list_choices(found),
            "search_words": wanted.words,
        },
    )
