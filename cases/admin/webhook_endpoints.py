"""Setup: Webhook Endpoints. The secret is shown once, when it is made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cases.delivery.replay import replay_of_endpoint
from cases.operations.webhook_endpoints import BOTH_SIGN_FOR, follow_switch, rotate_secret, send_test
from cases.queries.deliveries import dead_of_endpoint, last_of_endpoint, standing
from entitlements.admin.keyed import KeyedAdmin
from entitlements.forms.webhook_endpoint import EndpointForm
from entitlements.models import WebhookEndpoint


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(KeyedAdmin):
    form = EndpointForm  # type: ignore[assignment]
    change_form_template = "setup/webhook_endpoint.html"
    list_display = ["name", "url", "is_active", "hears_of", "stands"]
    list_select_related = ["health"]
    search_fields = ["name", "url"]
    readonly_fields = ["used_by"]
    fields = ["name", "url", "is_active", "events", "headers", "used_by"]
    when_empty = "An endpoint is where outbound messages (webhooks) go when something happens on a case."

    def get_urls(self) -> list[URLPattern]:
        name, view = "entitlements_webhookendpoint", self.admin_site.admin_view
        return [
            path("<path:object_id>/test/", view(self.test_view), name=f"{name}_test"),
            path("<path:object_id>/secret/", view(self.secret_view), name=f"{name}_secret"),
            path("<path:object_id>/retry/", view(self.retry_view), name=f"{name}_retry"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookEndpoint]:
        return super().get_queryset(request).select_related("health")

    def page_context(self, request: HttpRequest, object_id: str | None) -> dict[str, Any]:
        context = super().page_context(request, object_id)
        endpoint = context["found"]
        if endpoint is None:
            return context
        now = datetime.now(UTC)
        return {
            **context,
            "endpoint": endpoint,
            "standing": standing(getattr(endpoint, "health", None), now),
            "deliveries": last_of_endpoint(endpoint.pk),
            "dead": dead_of_endpoint(endpoint.pk),
            "old_secret_counts": len(endpoint.secrets(now)) > 1,
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        was_active = bool(form.initial.get("is_active", False))
        super().save_model(request, obj, form, change)
        cancelled = follow_switch(obj, was_active)
        if cancelled:
            messages.warning(request, f"{cancelled} that waited for it were cancelled.")

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self._show_secret(request, obj, obj.secret, is_new=True)

    @method_decorator(require_POST)
    def test_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = self._found(request, object_id)
        delivery = send_test(endpoint.pk, request.user.get_username(), datetime.now(UTC))
        messages.success(request, "A test message is on its way: this page shows what becomes of it.")
        return redirect("admin:cases_delivery_change", delivery.pk)

    @method_decorator(require_POST)
    def secret_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = self._found(request, object_id)
        by: Any = request.user
        secret = rotate_secret(endpoint.pk, by, datetime.now(UTC))
        return self._show_secret(request, endpoint, secret, is_new=False)

    @method_decorator(require_POST)
    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        endpoint = self._found(request, object_id)
        number = replay_of_endpoint(endpoint.pk, datetime.now(UTC))
        messages.success(request, f"{number} will be tried again.")
        return redirect("admin:entitlements_webhookendpoint_change", endpoint.pk)

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        endpoint = self.get_object(request, unquote(object_id))
        if endpoint is None:
            raise Http404
        return endpoint

    @method_decorator(never_cache)
    def _show_secret(
        self, request: HttpRequest, endpoint: WebhookEndpoint, secret: str, is_new: bool
    ) -> HttpResponse:
        """In this answer alone: neither a message nor a session keeps it."""
        context = {
            **self.admin_site.each_context(request),
            **self.page_context(request, endpoint.pk),
            "opts": self.opts,
            "title": f"Secret of {endpoint}",
            "secret": secret,
            "is_new": is_new,
            "hours": int(BOTH_SIGN_FOR.total_seconds() // 3600),
        }
        return TemplateResponse(request, "setup/endpoint_secret.html", context)

    @admin.display(description="Hears of")
    def hears_of(self, endpoint: WebhookEndpoint) -> str:
        number = len(endpoint.events)
        return f"{number} event{'' if number == 1 else 's'}" if number else "Only actions that name it"

    @admin.display(description="How it stands")
    def stands(self, endpoint: WebhookEndpoint) -> str:
        if not endpoint.is_active:
            return endpoint.note or "Switched off"
        return standing(getattr(endpoint, "health", None), datetime.now(UTC)).words
