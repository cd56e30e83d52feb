"""The tables from which estimates are read, counted anew from time to time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cases.estimates.backtest import past_estimates
from cases.estimates.history import WINDOW, Counts, counted_at, widened
from cases.estimates.similar import FEWEST
from cases.estimates.survivors import survivors_of
from cases.models import EstimateBasis, PastEstimate, TimesTaken

EVERY = timedelta(hours=1)
TESTED_EVERY = timedelta(days=1)
AT_ONCE = 2000
PATIENCE = timedelta(minutes=10)
"""For so long nobody else begins to count."""


def refresh(now: datetime) -> bool:
    """Count the past anew if that was last done an hour ago. Whether it was done.

    Counting takes no locks; what was counted replaces what there was in one transaction.
    """
    if not _begin(now):
        return False
    _keep(counted_at(now), now)
    basis = EstimateBasis.objects.get(pk=1)
    if basis.tested_at is None or basis.tested_at <= now - TESTED_EVERY:
        _keep_estimates(list(past_estimates(now)), now)
    return True


def _begin(now: datetime) -> bool:
    """Whether it is time, and nobody else is at it."""
    EstimateBasis.objects.get_or_create(pk=1)
    is_time = Q(until__isnull=True) | Q(until__lte=now - EVERY)
    is_free = Q(begun_at__isnull=True) | Q(begun_at__lte=now - PATIENCE)
    return bool(EstimateBasis.objects.filter(is_time, is_free, pk=1).update(begun_at=now))


def _keep(counted: Counts, now: datetime) -> None:
    rows = [
        TimesTaken(
            milestone_id=group.milestone,
            minutes=group.minutes,
            priority=group.priority,
            queue=group.queue,
            survivors=survivors_of(counts).longer,
        )
        for group, counts in widened(counted).items()
        if sum(counts) >= FEWEST
    ]
    with transaction.atomic():
        basis = EstimateBasis.objects.select_for_update().get(pk=1)
        TimesTaken.objects.all().delete()
        TimesTaken.objects.bulk_create(rows)
        basis.since, basis.until = now - WINDOW, now
        basis.counted = sum(map(sum, counted.values()))
        basis.save(update_fields=["since", "until", "counted"])


def _keep_estimates(rows: Sequence[PastEstimate], now: datetime) -> None:
    with transaction.atomic():
        EstimateBasis.objects.select_for_update().get(pk=1)
        PastEstimate.objects.all().delete()
        PastEstimate.objects.bulk_create(rows, batch_size=AT_ONCE)
        EstimateBasis.objects.filter(pk=1).update(tested_at=now)
