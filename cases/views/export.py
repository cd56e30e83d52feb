"""The list as a CSV file."""

from __future__ import annotations

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.worklist.around import read_around
from cases.queries.worklist.export import rows_of
from cases.queries.worklist.wanted import read_wanted
from cases.roles import agents_only
from cases.views.csv_file import csv_file


@agents_only
@require_safe
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same cases in the same order as the list, all of them."""
    now, user = timezone.now(), request.user
    wanted = read_wanted(request.GET, read_around(user))  # type: ignore[arg-type]
    return csv_file(rows_of(wanted, user, now), "cases", now)  # type: ignore[arg-type]
