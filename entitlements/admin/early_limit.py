"""Uploads that are too large are refused before they are read."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt, csrf_protect

CHUNK = 65_536
LONGEST_DRAIN = 0.5

View = Callable[..., HttpResponse]


def early_limit(most: int) -> Callable[[View], View]:
    """The view is told `too_large`; a request of more than `most` bytes comes without its form and files.

    Such a request is told from the others by its length alone, before anything of it is kept: so it cannot
    have been checked for forgery, and the view must do nothing but say so.
    """

    def limited(view: View) -> View:
        checked = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _length(request) <= most:
                return checked(request, *args, too_large=False, **kwargs)
            _drain(request)
            emptied: Any = request
            emptied._post, emptied._files = QueryDict(), MultiValueDict()
            return view(request, *args, too_large=True, **kwargs)

        guarded.has_own_upload_limit = True  # type: ignore[attr-defined]
        return guarded

    return limited


def _length(request: HttpRequest) -> int:
    given = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(given) if given.isascii() and given.isdigit() else 0


def _drain(request: HttpRequest) -> None:
    """A browser that is still sending shows a broken connection rather than the answer."""
    deadline = time.monotonic() + LONGEST_DRAIN
    while time.monotonic() < deadline and request.read(CHUNK):
        continue
