"""Saved reports: the list, saving one, and the page on which it is mailed, stopped or deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.forms.saved_report import MailReportForm
from cases.operations import Refused
from cases.operations.saved_reports import delete_report, mail_report, save_report, stop_mailing
from cases.queries.saved_reports import Opened, read_saved, read_saved_report
from cases.roles import supervisors_only


@supervisors_only
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    context = {"place": "reports", "now": timezone.now(), "lines": read_saved(_user(request))}
    return render(request, "reports/saved.html", context)


@supervisors_only
@require_POST
def save(request: HttpRequest, key: str) -> HttpResponse:
    """What the report's page shows, under a name."""
    query = QueryDict(request.POST.get("query", "").replace("\x00", "")).urlencode()
    try:
        made = save_report(
            _user(request),
            name=request.POST.get("name", ""),
            report=key,
            query=query,
            is_shared=request.POST.get("audience") == "supervisors",
            time_zone=timezone.get_current_timezone_name(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('cases:report', args=[key])}?{query}")
    messages.success(request, f"Saved as “{made.name}”. Here you can have it mailed.")
    return redirect("cases:saved-report", made.pk)


@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def saved_report(request: HttpRequest, saved_id: int) -> HttpResponse:
    """The POST has it mailed from now on."""
    now = timezone.now()
    found = _found(request, saved_id)
    if request.method != "POST":
        return _page(request, found, MailReportForm(initial=_initial(found, _user(request))), now, 200)
    form = MailReportForm(request.POST)
    if form.is_valid():
        try:
            changed = mail_report(_user(request), saved_id, **form.cleaned_data, now=now)
            messages.success(request, f"“{changed.name}” is mailed from now on.")
            return redirect("cases:saved-report", saved_id)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, found, form, now, 422)


@supervisors_only
@require_POST
def stop(request: HttpRequest, saved_id: int) -> HttpResponse:
    _found(request, saved_id)
    try:
        stop_mailing(_user(request), saved_id)
        messages.success(request, "It is mailed no more.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cases:saved-report", saved_id)


@supervisors_only
@require_POST
def delete(request: HttpRequest, saved_id: int) -> HttpResponse:
    try:
        delete_report(_user(request), saved_id)
        messages.success(request, "The saved report is deleted.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("cases:saved-reports")


def _initial(found: Opened, user: Any) -> dict[str, Any]:
    saved = found.line.saved
    if not saved.rhythm:
        return {"recipients": user.email}
    return {
        "rhythm": saved.rhythm,
        "weekday": saved.weekday,
        "at": saved.at,
        "recipients": "\n".join(saved.recipients),
    }


def _found(request: HttpRequest, saved_id: int) -> Opened:
    found = read_saved_report(_user(request), saved_id)
    if found is None:
        raise Http404("There is no such saved report.")
    return found


def _page(
    request: HttpRequest, found: Opened, form: MailReportForm, now: datetime, status: int
) -> HttpResponse:
    context = {"place": "reports", "now": now, "line": found.line, "mailings": found.mailings, "form": form}
    return render(request, "reports/saved_report.html", context, status=status)


def _user(request: HttpRequest) -> Any:
    return request.user
