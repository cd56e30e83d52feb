"""Deliveries that arrived or were cancelled are forgotten after some time, and so are mailed reports.

Dead deliveries stay; one of a report that is no longer kept cannot be sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from cases.models import Delivery, DeliveryState, ReportMailing


def prune(now: datetime, most: int) -> int:
    """Delete up to so many, the oldest first; how many. What an open case shows stays with it."""
    before = now - timedelta(days=settings.DELIVERY_KEEP_DAYS)
    ended = Delivery.objects.filter(
        state__in=(DeliveryState.DONE, DeliveryState.CANCELLED), created_at__lt=before
    ).filter(Q(case__isnull=True) | Q(case__is_closed=True))
    ended = ended.filter(Q(done_at__isnull=True) | Q(done_at__lt=before))
    keys = list(ended.order_by("pk").values_list("pk", flat=True)[:most])
    Delivery.objects.filter(pk__in=keys).delete()
    ReportMailing.objects.filter(made_at__lt=before).delete()
    return len(keys)
