"""Setup: Holidays. What depends on cases, which targets move, is added above."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from entitlements.admin.base import SetupAdmin, items
from entitlements.models import BusinessHours, Holiday
from entitlements.queries.calendar_export import calendar_of
from entitlements.queries.coming import coming, in_words
from entitlements.queries.regions import coming_public_holidays

SHOWN = 6
EXPORTED_PUBLIC = 60


class HolidayPage(SetupAdmin):
    """The list with coming dates, the page of one, and all of them as a calendar file."""

    list_display = ["name", "comes_next", "repeats", "closes"]
    list_filter = ["business_hours"]
    search_fields = ["name"]
    change_list_template = "setup/holidays.html"
    fieldsets = [
        (None, {"fields": ["name", ("start_date", "start_time"), ("end_date", "end_time"), "rule"]}),
        ("Coming", {"fields": ["comes"]}),
        ("Used by", {"fields": ["used_by"]}),
    ]
    readonly_fields = ["comes", "used_by"]
    actions = ["attach"]
    when_empty = (
        "A holiday closes the business hours that it is attached to, in their time zone. "
        "Public holidays of a country are chosen on the page of the hours."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Holiday]:
        return super().get_queryset(request).prefetch_related("business_hours")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [one for one in fieldsets if one[0] != "Coming"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="export_holidays"), *super().get_urls()]

    @admin.action(description="Attach to business hours…")
    def attach(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> HttpResponseRedirect:
        keys = ",".join(str(key) for key in queryset.order_by("pk").values_list("pk", flat=True))
        return redirect(f"{reverse('admin:attach_holidays')}?{urlencode({'holidays': keys})}")

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """All holidays; with `hours=`, those of some hours and the next public ones."""
        now, key = datetime.now(UTC), request.GET.get("hours", "")
        is_key = key.isascii() and key.isdigit() and len(key) < 19
        hours = BusinessHours.objects.filter(pk=key).first() if is_key else None
        holidays = hours.holidays.all() if hours else Holiday.objects.all()
        region = hours.public_holidays if hours else ""
        public = coming_public_holidays(region, now.date(), EXPORTED_PUBLIC) if region else []
        answer = HttpResponse(calendar_of(holidays, public, now), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="holidays.ics"'
        return answer

    @admin.display(description="Next", ordering="start_date")
    def comes_next(self, holiday: Holiday) -> str:
        found = coming(holiday, datetime.now(UTC), 1)
        return in_words(found[0]) if found else f"Over since {in_words(_span(holiday))}"

    @admin.display(description="Repeats", boolean=True)
    def repeats(self, holiday: Holiday) -> bool:
        return bool(holiday.rule)

    @admin.display(description="Closes")
    def closes(self, holiday: Holiday) -> str:
        return ", ".join(hours.name for hours in holiday.business_hours.all()) or "Nothing yet"

    @admin.display(description="Next dates")
    def comes(self, holiday: Holiday) -> str:
        found = coming(holiday, datetime.now(UTC), SHOWN)
        return items([in_words(one) for one in found]) if found else "It is over."


def _span(holiday: Holiday) -> tuple[datetime, datetime]:
    value = holiday.value()
    return value.starts, value.ends
