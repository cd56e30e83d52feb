"""Deliveries are leased before they are tried, so that two workers never try the same one at once."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from cases.models import Delivery, DeliveryState

BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=36),
)

TOLD_OF = (
    "action",
    "endpoint",
    "message",
    "fired_trigger__case_milestone__milestone",
    "case__owner",
    "case__account",
    "case__contact",
    "case__product",
    "case__entitlement",
)


def lease_due(now: datetime) -> Delivery | None:
    """The delivery that is due the longest and leased to nobody, ours until the lease ends."""
    lease = uuid.uuid4()
    until = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    with transaction.atomic():
        due = Delivery.objects.due(now).order_by("next_attempt_at", "pk")
        key = due.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
        if key is None:
            return None
        Delivery.objects.filter(pk=key).update(lease=lease, leased_until=until)
    return Delivery.objects.select_related(*TOLD_OF).get(pk=key)


def mark_done(delivery: Delivery, now: datetime, result: dict[str, object]) -> None:
    """It arrived. Nothing happens when the lease is no longer ours."""
    _settle(
        delivery,
        state=DeliveryState.DONE,
        done_at=now,
        attempts=delivery.attempts + 1,
        result=result,
        error="",
        next_attempt_at=None,
    )


def mark_failed(delivery: Delivery, now: datetime, error: str) -> None:
    """It is tried again later, each time with more patience; after the last try it is dead."""
    attempts = delivery.attempts + 1
    if attempts >= min(settings.DELIVERY_ATTEMPTS, len(BACK_OFF) + 1):
        mark_dead(delivery, error)
        return
    wait = BACK_OFF[attempts - 1] * random.uniform(0.9, 1.1)
    _settle(delivery, attempts=attempts, error=error, next_attempt_at=now + wait)


def mark_dead(delivery: Delivery, error: str) -> None:
    """It will not be tried again unless somebody asks for it."""
    _settle(
        delivery,
        state=DeliveryState.DEAD,
        attempts=delivery.attempts + 1,
        error=error,
        next_attempt_at=None,
    )


def replay(delivery_id: int, now: datetime) -> bool:
    """Try a dead delivery again, from the first attempt. Whether it was dead."""
    dead = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.DEAD)
    return bool(dead.update(state=DeliveryState.WAITING, attempts=0, next_attempt_at=now, error=""))


def _settle(delivery: Delivery, **values: object) -> None:
    ours = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
    ours.update(**values, lease=None, leased_until=None)
