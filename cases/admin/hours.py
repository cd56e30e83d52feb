"""Setup: Business Hours, with the open targets that move when they are changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from cases.admin.confirm_moves import confirmation, targets_follow
from cases.models import Recalculation
from cases.queries.long_work import of_recalculation
from entitlements.admin.hours import BusinessHoursPage
from entitlements.models import BusinessHours
from entitlements.queries.setup_pages import page_of

SHOWN_AFTERWARDS = timedelta(minutes=10)


@admin.register(BusinessHours)
class BusinessHoursAdmin(BusinessHoursPage):
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Saving asks first when open targets move."""
        hours: Any = self.get_object(request, unquote(object_id)) if object_id else None
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        question = self.question(request, hours) if hours is not None else None
        if question is not None:
            return question
        with targets_follow():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def question(self, request: HttpRequest, hours: BusinessHours) -> HttpResponse | None:
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
