"""Setup: Business Hours, with the open targets that move when they are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from cases.admin.confirm_moves import AsksWhatMoves, confirmation
from cases.models import Recalculation
from cases.queries.long_work import of_recalculation
from entitlements.admin.hours import BusinessHoursPage
from entitlements.models import BusinessHours
from entitlements.queries.setup_pages import page_of

SHOWN_AFTERWARDS = timedelta(minutes=10)


@admin.register(BusinessHours)
class BusinessHoursAdmin(AsksWhatMoves, BusinessHoursPage):
    def question(self, request: HttpRequest, hours: Any) -> HttpResponse | None:
        old = hours.value()
        form: Any = self.get_form(request, hours, change=True)(request.POST, instance=hours)
        if not form.is_valid() or form.value is None:
            return None
        context = {
            "subtitle": hours.name,
            "trail": [("Business Hours", "../../.."), (hours.name, page_of(hours))],
            "back": page_of(hours),
            "verb": "Save the hours",
        }
        return confirmation(request, {old.name: (old, form.value)}, context)

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        hours = context["found"]
        if hours is not None:
            lately = Q(finished_at=None) | Q(finished_at__gte=datetime.now(UTC) - SHOWN_AFTERWARDS)
            one = Recalculation.objects.select_related("business_hours").filter(lately, business_hours=hours)
            latest = one.first()
            context["work"] = of_recalculation(latest) if latest else None
        return context
