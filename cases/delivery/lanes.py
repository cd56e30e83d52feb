"""Lanes: all mail, and each webhook endpoint by itself. Each has so many places, so that one that hangs or
has much to do leaves room for the others.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db.models import Count

from cases.models import Delivery

Lane = str | None
"""An endpoint's key; None is mail."""


class Places:
    """How many more may be sent at once in each lane, by what is under way anywhere at this moment."""

    def __init__(self, now: datetime) -> None:
        self.taken = _under_way(now)
        self.full: set[Lane] = set()

    def take(self, lane: Lane) -> bool:
        """Whether there was a place; it is taken now."""
        if self.taken[lane] >= _limit(lane):
            self.full.add(lane)
            return False
        self.taken[lane] += 1
        return True


def _under_way(now: datetime) -> Counter[Lane]:
    leased = Delivery.objects.filter(leased_until__gt=now).order_by()
    return Counter(dict(leased.values_list("endpoint_id").annotate(Count("pk"))))


def _limit(lane: Lane) -> int:
    return settings.MAILS_AT_ONCE if lane is None else settings.WEBHOOKS_AT_ONCE
