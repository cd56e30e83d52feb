"""Refuses uploads that are too large before anything of them is read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

Respond = Callable[[HttpRequest], HttpResponseBase]


class UploadLimit:
    """Middleware, before whatever reads a form. A browser with htmx says it at the head of the page.

    A view that has a limit of its own (`early_limit`) says it at its field.
    """

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._respond(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        is_small = not length.isdecimal() or int(length) <= settings.LARGEST_UPLOAD
        if is_small or getattr(view, "has_own_upload_limit", False):
            return None
        page = render_to_string("too_large.html", {"oob": "HX-Request" in request.headers})
        return HttpResponse(page, status=413)
