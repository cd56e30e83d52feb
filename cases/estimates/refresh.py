"""The tables from which estimates are read, counted anew from time to time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cases.estimates.backtest import Tested, score_past
from cases.estimates.history import WINDOW, Ended, ended_between, widened
from cases.estimates.similar import FEWEST
from cases.estimates.survivors import survivors_of
from cases.models import EstimateBasis, EstimateTest, TimesTaken

EVERY = timedelta(hours=1)
TESTED_EVERY = timedelta(days=1)
PATIENCE = timedelta(minutes=10)
"""For so long nobody else begins to count."""


def refresh(now: datetime) -> bool:
    """Count the past anew if that was last done an hour ago. Whether it was done.

    Counting takes no locks; what was counted replaces what there was in one transaction.
    """
    if not _begin(now):
        return False
    counted = ended_between(now - WINDOW, now)
    _keep(counted, now)
    basis = EstimateBasis.objects.get(pk=1)
    if basis.tested_at is None or basis.tested_at <= now - TESTED_EVERY:
        _keep_test(score_past(now), now)
    return True


def _begin(now: datetime) -> bool:
    """Whether it is time, and nobody else is at it."""
    EstimateBasis.objects.get_or_create(pk=1)
    is_time = Q(until__isnull=True) | Q(until__lte=now - EVERY)
    is_free = Q(begun_at__isnull=True) | Q(begun_at__lte=now - PATIENCE)
    return bool(EstimateBasis.objects.filter(is_time, is_free, pk=1).update(begun_at=now))


def _keep(counted: Ended, now: datetime) -> None:
    rows = [
        TimesTaken(
            milestone_id=group.milestone,
            minutes=group.minutes,
            priority=group.priority,
            queue=group.queue,
            survivors=survivors_of(ended).longer,
        )
        for group, ended in widened(counted).items()
        if sum(ended) >= FEWEST
    ]
    with transaction.atomic():
        basis = EstimateBasis.objects.select_for_update().get(pk=1)
        TimesTaken.objects.all().delete()
        TimesTaken.objects.bulk_create(rows)
        basis.since, basis.until = now - WINDOW, now
        basis.counted = sum(map(sum, counted.values()))
        basis.save(update_fields=["since", "until", "counted"])


def _keep_test(tested: Tested, now: datetime) -> None:
    rows = [
        EstimateTest(milestone_id=milestone, used=used, tenth=tenth, **score.values)
        for (milestone, used, tenth), score in tested.scores.items()
    ]
    with transaction.atomic():
        basis = EstimateBasis.objects.select_for_update().get(pk=1)
        EstimateTest.objects.all().delete()
        EstimateTest.objects.bulk_create(rows)
        basis.tested_at, basis.tested_since = now, tested.since
        basis.undecided, basis.set_apart = tested.undecided, tested.set_apart
        basis.save(update_fields=["tested_at", "tested_since", "undecided", "set_apart"])
