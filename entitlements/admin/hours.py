"""Setup: Business Hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from entitlements.admin.base import SetupAdmin, Table
from entitlements.forms.hours import HoursForm, WindowForm, WindowFormSet
from entitlements.models import BusinessHours, BusinessHoursWindow
from entitlements.queries.opening import in_the_next_weeks, week_in_words
from entitlements.queries.used_by import used_by


class WindowInline(Table):
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
    change_form_template = "setup/hours.html"
    fieldsets = [
        (None, {"fields": ["name", "time_zone", "is_default"]}),
        ("Closed on", {"fields": ["public_holidays", "holidays"]}),
    ]
    when_empty = "Business hours say when the clock runs. Without any, milestones count nights and weekends."

    def get_queryset(self, request: HttpRequest) -> QuerySet[BusinessHours]:
        windows = BusinessHoursWindow.objects.order_by("weekday", "opens_at")
        return super().get_queryset(request).prefetch_related(Prefetch("windows", windows))

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if obj.pk is None:
            kwargs["initial"] = [{"weekday": day} for day in range(5)]
        return kwargs

    @admin.display(description="Open")
    def week(self, hours: BusinessHours) -> str:
        return week_in_words(hours)

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """With what comes of the hours as they are saved, and who uses them."""
        context = super().page_context(request, object_id)
        hours = context["found"]
        if hours is None:
            return context
        preview = in_the_next_weeks(hours, datetime.now(UTC), timedelta(weeks=2))
        return {**context, "hours": hours, "preview": preview, "users": used_by(hours)}
