"""What stands on every page: how the engine is, and how much this user has not read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from cases.models import Delivery, DeliveryState, EngineLook
from cases.queries.notifications import all_notifications_of


@dataclass(frozen=True, slots=True)
class Foot:
    """`latest_unread` is the key of the latest unread notification, 0 without one.

    `is_stale`: the engine has not looked for so long that every page says so.
    """

    looked_at: datetime | None
    lag: timedelta
    failed_deliveries: int
    unread: int
    latest_unread: int
    is_stale: bool


def read_foot(user: User, now: datetime) -> Foot:
    """In one query."""
    look = EngineLook.objects.filter(pk=1)
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            looked_at=Subquery(look.values("looked_at")),
            lag=Subquery(look.values("lag_seconds")),
            failed=_count(Delivery.objects.filter(state=DeliveryState.DEAD)),
            unread=_count(_unread(user)),
            latest=Subquery(_unread(user).order_by("-pk").values("pk")[:1]),
        )
        .values("looked_at", "lag", "failed", "unread", "latest")
        .get()
    )
    looked_at = row["looked_at"]
    limit = timedelta(seconds=settings.ENGINE_STALE_SECONDS)
    is_stale = looked_at is None or now - looked_at > limit
    lag = timedelta(seconds=row["lag"] or 0)
    return Foot(looked_at, lag, row["failed"], row["unread"], row["latest"] or 0, is_stale)


def _unread(user: User) -> QuerySet:
    return all_notifications_of(user).filter(read_at__isnull=True)


def _count(rows: QuerySet) -> Coalesce:
    """A count as a part of another query."""
    everything = rows.order_by().annotate(whole=Value(1)).values("whole")
    return Coalesce(Subquery(everything.annotate(count=Count("pk")).values("count")), 0)
