"""Setup: Deliveries. What became of each action; dead ones can be tried again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST

from cases.admin.machinery import ReadOnlyAdmin
from cases.delivery.replay import replay
from cases.models import Delivery, DeliveryState
from entitlements.queries import in_words


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    change_form_template = "setup/delivery.html"
    actions = ["try_again"]
    list_display = [
        "number",
        "state",
        "kind",
        "what",
        "recipient",
        "case_number",
        "attempts",
        "next_attempt_at",
        "done_at",
        "short_error",
    ]
    list_filter = ["state", "kind"]
    list_select_related = ["action", "case"]
    search_fields = ["case__number", "recipient", "event", "error"]
    ordering = ["-pk"]
    when_empty = "No action has been carried out yet."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.replay_view)
        return [path("<path:object_id>/replay/", view, name="cases_delivery_replay"), *super().get_urls()]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        delivery = context["found"]
        return {**context, "is_dead": delivery is not None and delivery.state == DeliveryState.DEAD}

    @method_decorator(require_POST)
    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        delivery: Any = self.get_object(request, unquote(object_id))
        if delivery is not None:
            self._say(request, sum([replay(delivery.pk, datetime.now(UTC))]), of=1)
        return redirect("admin:cases_delivery_changelist")

    @admin.action(description="Try the dead ones again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        now = datetime.now(UTC)
        keys = list(queryset.values_list("pk", flat=True))
        self._say(request, sum(replay(key, now) for key in keys), of=len(keys))

    def _say(self, request: HttpRequest, done: int, of: int) -> None:
        if done:
            messages.success(request, f"{done} will be tried again.")
        if done < of:
            messages.warning(request, f"{of - done} left as they are: only dead ones are tried again.")

    @admin.display(description="No.", ordering="pk")
    def number(self, delivery: Delivery) -> int:
        return delivery.pk

    @admin.display(description="Action")
    def what(self, delivery: Delivery) -> str:
        return in_words.action(delivery.action) if delivery.action else delivery.event

    @admin.display(description="Case")
    def case_number(self, delivery: Delivery) -> str:
        return delivery.case.number if delivery.case else ""

    @admin.display(description="Error")
    def short_error(self, delivery: Delivery) -> str:
        return delivery.error[:80]
