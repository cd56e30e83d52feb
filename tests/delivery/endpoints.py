"""Webhook endpoints, and messages that wait for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cases.engine.outbox import Parcel, put
from cases.models import Delivery
from entitlements.models import WebhookEndpoint
from tests.delivery.waiting import LATE


def make_endpoint(
    name: str = "Operations", url: str = "https://hooks.example.com/", **given: Any
) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(name=name, url=url, **given)


def waiting_message(
    endpoint: WebhookEndpoint, number: int = 1, now: datetime = LATE, **given: Any
) -> Delivery:
    key = f"test:{endpoint.pk}:{number}"
    payload = {"type": "test", "version": 1, "timestamp": "2026-03-04T13:00:00Z", "data": {"number": number}}
    put(
        [
            Parcel(
                key=key,
                kind="webhook",
                event="test",
                endpoint=endpoint.pk,
                recipient=endpoint.pk,
                payload=payload,
                **given,
            )
        ],
        now,
    )
    return Delivery.objects.get(key=key)


def state_of(delivery: Delivery) -> tuple[str, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.error
