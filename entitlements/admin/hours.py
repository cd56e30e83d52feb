"""Setup: Business Hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from entitlements.admin.base import SetupAdmin, SetupInline, items
from entitlements.forms.hours import HoursForm, WindowForm, WindowFormSet
from entitlements.models import BusinessHours, BusinessHoursWindow
from entitlements.queries.opening import in_the_next_weeks, week_in_words


class WindowInline(SetupInline, admin.TabularInline):
    model = BusinessHoursWindow
    form = WindowForm
    formset = WindowFormSet
    fields = ["weekday", "opens_at", "closes_at"]
    verbose_name_plural = "When it is open, week by week"

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """New hours begin with a row for each working day."""
        return 0 if obj else 5


@admin.register(BusinessHours)
class BusinessHoursAdmin(SetupAdmin):
    form = HoursForm
    inlines = [WindowInline]
    list_display = ["name", "time_zone", "week", "public_holidays", "is_default"]
    search_fields = ["name", "time_zone"]
    readonly_fields = ["used_by", "preview"]
    when_empty = "Business hours say when the clock runs. Without any, milestones count nights and weekends."

    def get_queryset(self, request: HttpRequest) -> QuerySet[BusinessHours]:
        windows = BusinessHoursWindow.objects.order_by("weekday", "opens_at")
        return super().get_queryset(request).prefetch_related(Prefetch("windows", windows))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        about = (None, {"fields": ["name", "time_zone", "is_default"]})
        closed = ("Closed on", {"fields": ["public_holidays", "holidays"]})
        seen = ("What comes of it", {"fields": ["preview", "used_by"]})
        return [about, closed, seen] if obj else [about, closed]

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is None and request.method == "GET":
            kwargs["initial"] = [{"weekday": day} for day in range(5)]
        return kwargs

    @admin.display(description="Open")
    def week(self, hours: BusinessHours) -> str:
        return week_in_words(hours)

    @admin.display(description="The next two weeks")
    def preview(self, hours: BusinessHours) -> SafeString:
        """In the hours' own zone, day by day, as saved."""
        now = datetime.now(UTC).astimezone(ZoneInfo(hours.time_zone))
        return items(in_the_next_weeks(hours, now, timedelta(weeks=2)))
