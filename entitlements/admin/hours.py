"""Setup: Business Hours. What depends on cases, which targets move, is added above."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from entitlements.admin.base import SetupAdmin
from entitlements.core.calendar import compile_hours
from entitlements.core.hours import DAYS, HoursError
from entitlements.forms.choices import offered_zones
from entitlements.forms.hours import HoursForm
from entitlements.models import BusinessHours, BusinessHoursWindow
from entitlements.operations.hours import replace_windows
from entitlements.queries.four_weeks import four_weeks
from entitlements.queries.lint import findings
from entitlements.queries.opening import week_in_words
from entitlements.queries.regions import coming_public_holidays, subdivisions
from entitlements.queries.used_by import used_by


class BusinessHoursPage(SetupAdmin):
    """The list, and the page of some hours with its week, its holidays and what comes of them."""

    form = HoursForm
    parts = ("windows",)
    list_display = ["name", "time_zone", "week", "public_holidays", "is_default", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "time_zone"]
    change_form_template = "setup/hours.html"
    fieldsets = [
        (None, {"fields": ["name", "time_zone", "is_default", "is_active"]}),
        (None, {"fields": ["holidays"]}),
    ]
    when_empty = "Business hours say when the clock runs. Without any, milestones count nights and weekends."

    def get_queryset(self, request: HttpRequest) -> QuerySet[BusinessHours]:
        windows = BusinessHoursWindow.objects.order_by("weekday", "opens_at")
        return super().get_queryset(request).prefetch_related(Prefetch("windows", windows))

    def get_urls(self) -> list[URLPattern]:
        name, view = "entitlements_businesshours", self.admin_site.admin_view
        return [
            path("preview/", view(self.preview_view), name=f"{name}_preview"),
            path("regions/", view(self.regions_view), name=f"{name}_regions"),
            *super().get_urls(),
        ]

    @admin.display(description="Open")
    def week(self, hours: BusinessHours) -> str:
        return week_in_words(hours)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        replace_windows(form.instance, form.windows)
        super().save_related(request, form, formsets, change)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        form: Any = context["adminform"].form
        return super().render_change_form(request, {**context, **_on_the_page(form)}, *args, **kwargs)

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        """With who uses the hours, and what the lint says of them."""
        context = super().page_context(request, object_id)
        hours = context["found"]
        if hours is None:
            return context
        lint = [one for one in findings(datetime.now(UTC)) if one.hours_id == hours.pk]
        return {**context, "hours": hours, "users": used_by(hours), "findings": lint}

    @method_decorator(require_POST)
    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The coming weeks of hours as they stand in the form, saved or not."""
        form = HoursForm(request.POST)
        form.full_clean()
        return TemplateResponse(request, "setup/_weeks.html", _preview(form))

    @method_decorator(require_safe)
    def regions_view(self, request: HttpRequest) -> HttpResponse:
        """The regions of a country, and when the public holidays of what is chosen come."""
        form = HoursForm({name: request.GET.get(name, "")[:12] for name in ("country", "subdivision")})
        form.full_clean()
        return TemplateResponse(request, "setup/_public_holidays.html", _public_holidays(form, form.region))


def _on_the_page(form: Any) -> dict[str, Any]:
    region = form.region if form.is_bound and hasattr(form, "cleaned_data") else form.instance.public_holidays
    return {
        "days": [form[name] for name in DAYS],
        "zones": offered_zones(),
        **_public_holidays(form, region),
        **_preview(form),
    }


def _public_holidays(form: Any, region: str) -> dict[str, Any]:
    return {
        "country": form["country"],
        "subdivision": form["subdivision"],
        "has_regions": bool(subdivisions(region.partition("-")[0])),
        "coming": coming_public_holidays(region, datetime.now(UTC).date()),
    }


def _preview(form: Any) -> dict[str, Any]:
    """`weeks` of the form as it is; or `unclear` where it cannot be read."""
    try:
        hours = form.value if form.is_bound else _given(form)
        if hours is None or not hours.windows:
            return {"unclear": "It opens on no day." if hours else "Something in it cannot be read yet."}
        return {"weeks": four_weeks(compile_hours(hours), datetime.now(UTC)), "zone": hours.time_zone}
    except HoursError as fault:
        return {"unclear": str(fault)}


def _given(form: Any) -> Any:
    """Of a form that was not filled in yet: the hours as they are saved."""
    if form.instance.pk is not None:
        return form.instance.value()
    offered = HoursForm({**form.initial, "time_zone": "UTC"})
    offered.full_clean()
    return offered.value
