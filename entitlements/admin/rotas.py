"""Setup: On-Duty Rotas, one for each queue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from entitlements.admin.base import SetupAdmin, Table
from entitlements.core.hours import HoursError
from entitlements.core.rota import on_duty
from entitlements.forms.choices import offered_zones
from entitlements.forms.rota import RotaForm, SubstitutionForm, SubstitutionFormSet
from entitlements.models import Rota, RotaSubstitution
from entitlements.operations.rotas import replace_shifts, written_windows
from entitlements.queries.rota_weeks import rota_preview
from entitlements.queries.setup_pages import page_of


class SubstitutionRows(Table):
    model = RotaSubstitution
    form = SubstitutionForm
    formset = SubstitutionFormSet
    fields = ["person", "instead_of", "start_date", "start_time", "end_date", "end_time"]
    extra = 1
    verbose_name_plural = "Substitutions"


@admin.register(Rota)
class RotaAdmin(SetupAdmin):
    form = RotaForm
    inlines = [SubstitutionRows]
    names = ("Rota", "On-Duty Rotas")
    parts = ("shifts",)
    change_form_template = "setup/rota.html"
    list_display = ["queue", "people", "now", "time_zone", "covered"]
    list_display_links = ["queue"]
    list_select_related = ["queue", "covered"]
    search_fields = ["queue__name", "shifts__person"]
    when_empty = (
        "A rota says who is on duty for a queue, week by week. “Who is on duty” in ladders, rules and "
        "actions means whoever it names when they fire."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rota]:
        return super().get_queryset(request).prefetch_related("shifts", "substitutions")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": ["queue", "time_zone", "covered"]})]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        rota = context["found"]
        return {**context, "preview": _preview(rota) if rota else None}

    def title_of(self, obj: Any) -> str:
        return f"On duty for {obj.queue_id}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        form: Any = context["adminform"].form
        return super().render_change_form(
            request, {**context, "lines": list(form.lines), "zones": offered_zones()}, *args, **kwargs
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        replace_shifts(form.instance, form.windows)
        super().save_related(request, form, formsets, change)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """There it shows what comes of it."""
        return redirect(page_of(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        return redirect(page_of(obj))

    @admin.display(description="People")
    def people(self, rota: Rota) -> str:
        return ", ".join(written_windows(rota)) or "Nobody"

    @admin.display(description="On duty now")
    def now(self, rota: Rota) -> str:
        try:
            return ", ".join(on_duty(rota.value(), datetime.now(UTC))) or "Nobody"
        except HoursError as fault:
            return str(fault)


def _preview(rota: Rota) -> Any:
    try:
        return rota_preview(rota.value(), datetime.now(UTC))
    except HoursError:
        return None
