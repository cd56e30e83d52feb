"""The page behind a service review's link: whoever holds it reads the document, logged in or not.

It looks the same to everybody. When the desk's own people look, it is not counted as opened.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.operations.review_links import LinkOver, WrongLink, follow_link, note_opening
from cases.queries.service_reviews import document
from cases.roles import is_agent


@never_cache
@require_safe
def shared_review(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        link = follow_link(token, now)
        if not is_agent(request.user):
            note_opening(link, now)
        return _page("reviews/shared.html", document=document(link.review))
    except LinkOver as over:
        return _page("reviews/over.html", status=410, problem=str(over))
    except WrongLink as wrong:
        return _page("reviews/over.html", status=404, problem=str(wrong))


def _page(template: str, status: int = 200, **context: object) -> HttpResponse:
    """Rendered without the request, so that no context of the desk's own is at hand."""
    answer = HttpResponse(render_to_string(template, context), status=status)
    # The address is a key: nobody else is told it, and no search engine keeps it.
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer
