"""What happened on a case, some kinds of it, page by page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.people import read_hands
from cases.queries.timeline import timeline_of
from cases.roles import agents_only
from cases.views.case import found_case, shows


@agents_only
@require_safe
@never_cache
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """The panel with its first page, or the lines of a later one."""
    case, now, asked = found_case(request, number), timezone.now(), request.GET
    found = timeline_of(case, now, asked.get("timeline", ""), asked.get("timeline_before", ""))
    template = "cases/_timeline.html" if found.from_top else "cases/_timeline_lines.html"
    names = dict(read_hands().people)
    context = {"case": case, "now": now, "timeline": found, "shows": shows(found.show), "names": names}
    return render(request, template, context)
