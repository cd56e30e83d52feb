"""Setup: Deliveries. What became of each action; dead ones can be tried again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from cases.admin.machinery import ReadOnlyAdmin
from cases.delivery.replay import NEVER_LEFT, replay, replay_all, send_again
from cases.engine.outbox import OUTSIDE
from cases.models import Delivery, DeliveryState
from entitlements.admin.filters import ValuesInUse
from entitlements.queries import in_words

FIELDS = (
    "state error kind event recipient case fired_trigger action attempts created_at next_attempt_at "
    "expires_at done_at late token"
).split()


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    change_form_template = "setup/delivery.html"
    change_list_template = "setup/deliveries.html"
    actions = ["try_again"]
    list_display = ["number", "stands", "what", "recipient", "case_number", "attempts", "moment"]
    list_filter = ["state", "kind", ("event", ValuesInUse), "endpoint"]
    list_select_related = ["action", "case"]
    search_fields = ["case__number", "recipient", "event", "error"]
    ordering = ["-pk"]
    when_empty = "No action has been carried out yet."

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.replay_view)
        again = self.admin_site.admin_view(self.again_view)
        return [
            path("<path:object_id>/replay/", view, name="cases_delivery_replay"),
            path("<path:object_id>/again/", again, name="cases_delivery_again"),
            *super().get_urls(),
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those that say something of it."""
        return [name for name in FIELDS if obj is None or getattr(obj, name) not in (None, "")]

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        delivery = context["found"]
        if delivery is None:
            return context
        outside = delivery.kind in OUTSIDE
        return {
            **context,
            "may_retry": outside and delivery.state in NEVER_LEFT,
            "may_send_again": outside and delivery.state == DeliveryState.DONE,
            "sent": json.dumps(delivery.payload, indent=2, ensure_ascii=False) if delivery.payload else "",
        }

    @method_decorator(require_POST)
    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        delivery: Any = self.get_object(request, unquote(object_id))
        if delivery is not None:
            self._say(request, int(replay(delivery.pk, datetime.now(UTC))), of=1)
        return redirect("admin:cases_delivery_changelist")

    @method_decorator(require_POST)
    def again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        delivery: Any = self.get_object(request, unquote(object_id))
        if delivery is not None and send_again(delivery.pk, datetime.now(UTC)):
            messages.success(request, "It will be sent once more, under the same id.")
        return redirect("admin:cases_delivery_changelist")

    @admin.action(description="Try again what is dead or was cancelled")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        now = datetime.now(UTC)
        keys = list(queryset.values_list("pk", flat=True))
        self._say(request, replay_all(keys, now), of=len(keys))

    def _say(self, request: HttpRequest, done: int, of: int) -> None:
        if done:
            messages.success(request, f"{done} will be tried again.")
        if done < of:
            messages.warning(request, f"{of - done} left: only dead ones and cancelled ones are tried again.")

    @admin.display(description="No.", ordering="pk")
    def number(self, delivery: Delivery) -> int:
        return delivery.pk

    @admin.display(description="Action")
    def what(self, delivery: Delivery) -> str:
        return in_words.action(delivery.action) if delivery.action else delivery.event

    @admin.display(description="Case")
    def case_number(self, delivery: Delivery) -> str:
        return delivery.case.number if delivery.case else ""

    @admin.display(description="State", ordering="state")
    def stands(self, delivery: Delivery) -> SafeString:
        return format_html(
            '<span class="delivery-state" data-state="{}">{}</span> <span class="why">{}</span>',
            delivery.state,
            delivery.get_state_display(),
            delivery.error[:80],
        )

    @admin.display(description="Next try, or arrived")
    def moment(self, delivery: Delivery) -> datetime | None:
        return delivery.done_at or delivery.next_attempt_at
