"""Reports: the list of them, one as a page and as a file, and what its numbers open."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.reports.asked import FILTERS
from cases.reports.basis import BASES
from cases.reports.behind import page_of_rows, rows_for_file
from cases.reports.front import read_front
from cases.reports.page import Answer, Behind, answer, behind
from cases.reports.period import PERIODS
from cases.reports.registry import BY_KEY
from cases.reports.report import Report
from cases.roles import supervisors_only
from cases.views.csv_file import csv_file


@supervisors_only
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every report with what it says, and how much was kept lately."""
    now = timezone.now()
    front = read_front(now, timezone.get_current_timezone())
    return render(request, "reports/home.html", {"place": "reports", "now": now, "front": front})


@supervisors_only
@require_safe
@never_cache
def report(request: HttpRequest, key: str) -> HttpResponse:
    now = timezone.now()
    found = answer(_report(key), request.GET, now, timezone.get_current_timezone())
    form = {"periods": PERIODS, "bases": BASES, "filters": FILTERS}
    return render(request, "reports/report.html", {"answer": found, **form, **_told(found, now)})


@supervisors_only
@require_safe
@never_cache
def export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """The tables of the page, whole, one after the other."""
    now = timezone.now()
    found = answer(_report(key), request.GET, now, timezone.get_current_timezone())
    lines = (line for table in found.findings.tables for line in table.as_lines())
    return csv_file(lines, found.report.key, now)


@supervisors_only
@require_safe
@never_cache
def opened(request: HttpRequest, key: str) -> HttpResponse:
    """The milestones or cases behind a number."""
    now = timezone.now()
    found = behind(_report(key), request.GET, now, timezone.get_current_timezone())
    page = page_of_rows(found, request.GET.get("after", ""), now)
    return render(request, "reports/opened.html", {"page": page, **_told(found, now)})


@supervisors_only
@require_safe
@never_cache
def opened_export(request: HttpRequest, key: str) -> StreamingHttpResponse:
    now = timezone.now()
    found = behind(_report(key), request.GET, now, timezone.get_current_timezone())
    return csv_file(rows_for_file(found, now), f"{found.report.key}-rows", now)


def _report(key: str) -> Report:
    found = BY_KEY.get(key)
    if found is None:
        raise Http404("There is no such report.")
    return found


def _told(found: Answer | Behind, now: datetime) -> dict[str, object]:
    """What the page of a report and that of its rows say alike."""
    return {
        "place": "reports",
        "now": now,
        "report": found.report,
        "asked": found.asked,
        "address": found.asked.address(),
    }
