"""Refuses uploads that are too large before anything of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

Respond = Callable[[HttpRequest], HttpResponseBase]


def upload_limit(respond: Respond) -> Respond:
    """Middleware, before whatever reads a form. A browser with htmx says it at the head of the page."""

    def respond_within_limits(request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.LARGEST_UPLOAD:
            page = render_to_string("too_large.html", {"oob": "HX-Request" in request.headers})
            return HttpResponse(page, status=413)
        return respond(request)

    return respond_within_limits
