"""The flat export: what it holds, and the file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.forms.flat_export import ExportForm
from cases.reports.flat_export.columns import COLUMNS, lines_of
from cases.reports.flat_export.database_view import VIEW
from cases.roles import supervisors_only
from cases.views.csv_file import csv_file


@supervisors_only
@require_safe
def flat_export(request: HttpRequest) -> HttpResponse:
    return _page(request, ExportForm(), 200)


@supervisors_only
@require_safe
@never_cache
def flat_file(request: HttpRequest) -> HttpResponseBase:
    """Streamed: a million rows need no more memory than two thousand."""
    now = timezone.now()
    form = ExportForm(request.GET)
    if not form.is_valid():
        return _page(request, form, 400)
    since, before = form.bounds()
    return csv_file(lines_of(now, form.cleaned_data["basis"], since, before), "case-milestones", now)


def _page(request: HttpRequest, form: ExportForm, status: int) -> HttpResponse:
    context = {"place": "reports", "form": form, "columns": COLUMNS, "view": VIEW}
    return render(request, "reports/flat_export.html", context, status=status)
