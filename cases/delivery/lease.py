"""Deliveries are leased before they are tried, so that two workers never try the same one at once.

A lease has a token and an end. Whoever marks a delivery must still hold the lease; one that has ended is
anybody's.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from cases.delivery.circuit import Health
from cases.delivery.lanes import Lane, Places
from cases.models import Delivery, DeliveryState

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
LEASERS = 0x5D15_0001
"""The name of a lock in PostgreSQL: who leases counts places, and two must not count at once."""

LOOKS = 8


def lease_due(now: datetime, most: int) -> list[Delivery]:
    """Up to so many that are due, the longest due first, ours until the lease ends.

    None of an endpoint that rests, and no more of a lane than it has places. What has expired is cancelled.
    """
    with transaction.atomic():
        _wait_for_other_leasers()
        chosen = _choose(now, most)
        lease, until = uuid.uuid4(), now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
        Delivery.objects.filter(pk__in=list(chosen)).update(lease=lease, leased_until=until)
    return _told(chosen)


def _told(chosen: Mapping[int, Lane]) -> list[Delivery]:
    """With what is needed to send them: all that a mail may speak of; a message is whole as it stands."""
    mails = [key for key, lane in chosen.items() if lane is None]
    messages = [key for key, lane in chosen.items() if lane is not None]
    found = Delivery.objects.select_related(*TOLD_OF).in_bulk(mails) if mails else {}
    found |= Delivery.objects.select_related("endpoint").in_bulk(messages) if messages else {}
    return [found[key] for key in chosen]


def give_back(deliveries: Sequence[Delivery]) -> None:
    """End leases of what has not been tried."""
    for delivery in deliveries:
        ours = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
        ours.update(lease=None, leased_until=None)


def _choose(now: datetime, most: int) -> dict[int, Lane]:
    """Look again and again past lanes that are full or rest, until all places are taken or nothing is due."""
    places, chosen, limit = Places(now), dict[int, Lane](), 4 * most
    for _ in range(LOOKS):
        rows = list(_free(now, places.full, list(chosen))[:limit])
        expired = [row.pk for row in rows if row.expires_at is not None and row.expires_at <= now]
        _cancel(expired)
        health = Health({row.endpoint_id for row in rows if row.endpoint_id}, now)
        health.put_off()
        for row in rows:
            if row.pk in expired or len(chosen) == most or not health.may_try(row.endpoint_id):
                continue
            if places.take(row.endpoint_id):
                chosen[row.pk] = row.endpoint_id
                health.tried(row.endpoint_id)
        health.begin_probes()
        if len(chosen) == most or len(rows) < limit:
            break
    return chosen


def _free(now: datetime, full: set[Lane], chosen: Sequence[int]) -> QuerySet[Delivery]:
    rows = Delivery.objects.due(now).exclude(pk__in=chosen)
    endpoints = [lane for lane in full if lane is not None]
    if endpoints:
        rows = rows.filter(Q(endpoint__isnull=True) | ~Q(endpoint__in=endpoints))
    if None in full:
        rows = rows.filter(endpoint__isnull=False)
    rows = rows.order_by("next_attempt_at", "pk").only("endpoint_id", "expires_at")
    return rows.select_for_update(skip_locked=True, of=("self",))


def _cancel(expired: Sequence[int]) -> None:
    if expired:
        Delivery.objects.filter(pk__in=expired).update(
            state=DeliveryState.CANCELLED,
            next_attempt_at=None,
            lease=None,
            leased_until=None,
            error="It was no longer news when it could have left.",
        )


def _wait_for_other_leasers() -> None:
    """SQLite's transactions wait for one another as they are."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEASERS])
