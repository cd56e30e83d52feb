"""Setup: Holidays, changed, attached to hours and taken from calendar files; what moves is shown first."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from cases.admin.confirm_moves import AsksWhatMoves, confirmation, targets_follow
from cases.queries.holiday_changes import readable, with_another_holiday, with_holidays
from entitlements.admin.early_limit import early_limit
from entitlements.admin.holidays import HolidayPage
from entitlements.core.hours import HoursError
from entitlements.forms.calendar_file import FIELD, LARGEST, TOO_LARGE, CalendarForm, TakeForm
from entitlements.models import BusinessHours, Holiday
from entitlements.operations.add_holidays import add_holidays, attach_holidays
from entitlements.queries.calendar_file import CalendarFileError, Reading, read_calendar
from entitlements.queries.new_holidays import Offered, offered
from entitlements.queries.setup_pages import list_of, page_of

LONGEST_READING = 0.6
LARGEST_REQUEST = 2 * LARGEST + 200_000
MOST_ATTACHED = 500

site: Any = admin.site
may_be_posted = require_http_methods(["GET", "HEAD", "POST"])


@admin.register(Holiday)
class HolidayAdmin(AsksWhatMoves, HolidayPage):
    def question(self, request: HttpRequest, holiday: Any) -> HttpResponse | None:
        old = holiday.value()
        form: Any = self.get_form(request, holiday, change=True)(request.POST, instance=holiday)
        if not form.is_valid():
            return None
        changes = with_another_holiday(readable(holiday.business_hours.all()), old, holiday.value())
        context = {"trail": _trail(), "back": page_of(holiday), "verb": "Save the holiday"}
        return confirmation(request, changes, context)


@may_be_posted
@early_limit(LARGEST_REQUEST)
def import_view(request: HttpRequest, *, too_large: bool) -> HttpResponse:
    """A calendar file: what it would add; and, when that is confirmed, add it."""
    if request.method != "POST":
        return _page(request, CalendarForm())
    if too_large:
        return _refused(request, CalendarForm({}), TOO_LARGE)
    text = request.POST.get("text")
    if text is not None:
        return _take(request, text)
    form = CalendarForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    try:
        reading = _read(form.cleaned_data[FIELD])
    except CalendarFileError as why:
        return _refused(request, form, str(why))
    offers = offered(reading.found)
    take = TakeForm(offers=offers, text=form.cleaned_data[FIELD])
    return _offer_page(request, reading, offers, take)


def _take(request: HttpRequest, text: str) -> HttpResponse:
    try:
        reading = _read(text)
    except CalendarFileError as why:
        return _refused(request, CalendarForm({}), str(why))
    offers = offered(reading.found)
    form = TakeForm(request.POST, offers=offers, text=text)
    if not form.is_valid():
        return _offer_page(request, reading, offers, form)
    chosen = [offers[number].holiday for number in form.cleaned_data["take"]]
    hours = readable(form.cleaned_data["hours"])
    context = {"trail": _trail(), "back": _import_address(), "verb": f"Add {len(chosen)} holidays"}
    by: Any = request.user
    try:
        question = confirmation(request, with_holidays(hours, chosen), context)
        if question is not None:
            return question
        with targets_follow():
            made = add_holidays(chosen, hours, by=by, now=datetime.now(UTC))
    except HoursError as why:
        form.add_error("hours", str(why))
        return _offer_page(request, reading, offers, form)
    except IntegrityError:
        messages.error(request, "Somebody else added some of them meanwhile: look again.")
        return redirect(_import_address())
    messages.success(request, f"{len(made)} holiday{'s' * (len(made) != 1)} added.")
    return redirect(list_of(Holiday))


class AttachForm(forms.Form):
    hours = forms.ModelMultipleChoiceField(
        BusinessHours.objects.all(),
        label="Business hours",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose the business hours that they close."},
    )


@may_be_posted
def attach_view(request: HttpRequest) -> HttpResponse:
    """Several holidays close several business hours."""
    holidays = _chosen_holidays(request.GET.get("holidays", ""))
    if not holidays:
        messages.error(request, "Tick the holidays in the list first.")
        return redirect(list_of(Holiday))
    form = AttachForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        hours, by = readable(form.cleaned_data["hours"]), cast(User, request.user)
        asked = {"trail": _trail(), "back": list_of(Holiday), "verb": "Attach them"}
        try:
            changes = with_holidays(hours, [holiday.value() for holiday in holidays])
            question = confirmation(request, changes, asked)
            if question is not None:
                return question
            with targets_follow():
                attach_holidays(holidays, hours, by=by, now=datetime.now(UTC))
        except HoursError as why:
            form.add_error("hours", str(why))
        else:
            messages.success(request, f"Attached to {', '.join(one.name for one in hours)}.")
            return redirect(list_of(Holiday))
    context: dict[str, Any] = {"form": form, "holidays": holidays, "title": "Attach to business hours"}
    return _answer(
        request, "setup/attach_holidays.html", {**context, "trail": _trail()}, 422 if form.errors else 200
    )


def _chosen_holidays(keys: str) -> list[Holiday]:
    wanted = [
        key for key in keys.split(",")[:MOST_ATTACHED] if key.isascii() and key.isdigit() and len(key) < 19
    ]
    return list(Holiday.objects.filter(pk__in=wanted))


def _read(text: str) -> Reading:
    default = BusinessHours.objects.filter(is_default=True).first()
    deadline = time.monotonic() + LONGEST_READING
    zone = ZoneInfo(default.time_zone if default else "UTC")
    return read_calendar(text, zone, lambda: time.monotonic() < deadline)


def _refused(request: HttpRequest, form: CalendarForm, why: str) -> HttpResponse:
    form.full_clean()
    form.errors[FIELD] = form.error_class([why])
    return _page(request, form)


def _page(request: HttpRequest, form: CalendarForm) -> HttpResponse:
    context = {"title": "Holidays from a calendar file", "trail": _trail(), "form": form}
    return _answer(request, "setup/import_holidays.html", context, 422 if form.errors else 200)


def _offer_page(
    request: HttpRequest, reading: Reading, offers: list[Offered], form: TakeForm
) -> HttpResponse:
    ticked = set(map(str, form["take"].value() or ()))
    context = {
        "title": "What the calendar file would add",
        "trail": [*_trail(), ("Holidays from a calendar file", _import_address())],
        "offers": [(offer, str(offer.number) in ticked) for offer in offers],
        "new": sum(not offer.known for offer in offers),
        "left_out": reading.left_out,
        "form": form,
    }
    return _answer(request, "setup/offered_holidays.html", context, 422 if form.errors else 200)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)


def _trail() -> list[tuple[str, str]]:
    return [("Holidays", list_of(Holiday))]


def _import_address() -> str:
    return f"{list_of(Holiday)}import/"


site.add_page("import_holidays", "entitlements/holiday/import/", import_view)
site.add_page("attach_holidays", "entitlements/holiday/attach/", attach_view)
