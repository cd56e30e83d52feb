"""Setup: Engine. When it last looked, what is due, how deliveries stand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from cases.admin.machinery import ReadOnlyAdmin
from cases.models import Case, Delivery, DeliveryState, EngineLook
from cases.queries.engine import backlog, dead_letters, last_day
from cases.queries.long_work import long_work


@admin.register(EngineLook)
class EngineAdmin(ReadOnlyAdmin):
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        now = datetime.now(UTC)
        due, due_since = backlog(now)
        context = {
            "title": "Engine",
            "opts": self.opts,
            "cl": True,
            "look": EngineLook.objects.filter(pk=1).first(),
            "due": due,
            "due_since": due_since,
            "day": last_day(now),
            "dead": dead_letters(),
            "set_aside": Case.objects.exclude(set_aside="").order_by("pk")[:20],
            "deliveries": deliveries_by_state(),
            "work": long_work(),
        }
        return TemplateResponse(
            request, "setup/engine.html", {**self.admin_site.each_context(request), **context}
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        return redirect("admin:cases_enginelook_changelist")


def deliveries_by_state() -> list[tuple[str, int, str]]:
    """Each state's name, how many there are, and their list."""
    counted = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    listed = reverse("admin:cases_delivery_changelist")
    return [
        (state.label, counted.get(state.value, 0), f"{listed}?state__exact={state.value}")
        for state in DeliveryState
    ]
