"""The page behind the link in an escalation's mail: it says what would happen, and the form does it.

Whoever holds the link may use it, logged in or not. Only the form's POST acknowledges.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.engine.acknowledge_link import WrongLink, read_link
from cases.operations import Refused
from cases.operations.escalations import AlreadyEnded, acknowledge_by_link
from cases.queries.invitation import NotInvited, invited_by


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        invited = invited_by(read_link(token, now))
        if request.method != "POST":
            return _page(request, invited=invited, status=410 if invited.ended else 200)
        row = acknowledge_by_link(invited.escalation.pk, name=invited.name, by=invited.user, now=now)
        return _page(request, done=row)
    except AlreadyEnded as late:
        return _page(request, problem=str(late), row=late.escalation, status=410)
    except (WrongLink, NotInvited, Refused) as problem:
        return _page(request, problem=str(problem), status=400)


def _page(request: HttpRequest, status: int = 200, **context: object) -> HttpResponse:
    answer = render(request, "cases/acknowledge.html", context, status=status)
    # The address is a key: no other site is told it. Our own must be, or the form's origin would be unknown.
    answer["Referrer-Policy"] = "same-origin"
    return answer
