"""What the desk's own past says: how many similar milestones ended after how much of their target's time.

One that ended in any way counts: completed, or cancelled because the case went elsewhere. What was waived was
decided by a person, and does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Least

from cases.estimates.similar import Group
from cases.estimates.survivors import BUCKETS, STEPS
from cases.models import CaseMilestone

WINDOW = timedelta(weeks=26)
"""How far back the past counts: what was longer ago was another desk."""

Ended = Mapping[Group, list[int]]
"""For each group, how many ended in each bucket of `survivors`."""

OF_THIS_DESK = Q(case__is_imported=False)
"""What was replayed from another system's log tells nothing of this desk."""

TAKEN = F("elapsed_seconds") - F("stopped_seconds")
BUCKET = Least((TAKEN * STEPS + F("minutes") * 60 - 1) / (F("minutes") * 60), Value(BUCKETS - 1))
"""Rounded up, so that what ended exactly at the target took no longer than it."""

FINEST = ("milestone", "minutes", "priority_at_start", "queue_at_start")


def that_tell() -> QuerySet[CaseMilestone]:
    """Ended ones whose time is known and that nobody waived, with their `bucket`."""
    known = CaseMilestone.objects.filter(
        OF_THIS_DESK, elapsed_seconds__gt=F("stopped_seconds"), minutes__gt=0
    )
    return known.filter(waived_at__isnull=True).order_by().annotate(bucket=BUCKET)


def ended_between(since: datetime, until: datetime) -> Ended:
    """Of the narrowest groups, those that ended in [since, until)."""
    completed = Q(completion_date__gte=since, completion_date__lt=until)
    cancelled = Q(cancelled_at__gte=since, cancelled_at__lt=until)
    rows = that_tell().filter(completed | cancelled).values_list(*FINEST, "bucket").annotate(many=Count("pk"))
    counted: dict[Group, list[int]] = defaultdict(lambda: [0] * BUCKETS)
    for milestone, minutes, priority, queue, bucket, many in rows:
        counted[Group(milestone, minutes, priority, queue)][bucket] += many
    return counted


def widened(narrow: Ended) -> dict[Group, list[int]]:
    """The same with all wider groups, which are the sums of those in them."""
    sums: dict[Group, list[int]] = defaultdict(lambda: [0] * BUCKETS)
    for group, ended in narrow.items():
        for wider in group.widened():
            sums[wider] = [a + b for a, b in zip(sums[wider], ended, strict=True)]
    return sums
