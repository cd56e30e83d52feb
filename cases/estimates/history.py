"""What the desk's own past says: how many similar milestones were over after how much of their target's time.

Counted are those whose target lay in a window, as they stood at its end: over in any way, completed or
cancelled because the case went elsewhere; or open and late. Of all of them it is known whether the target
passed. Were those counted that are over, whatever their target, a desk that is young, or falls behind, would
look better than it is: of what began lately only the quick ones are over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Case as Choice
from django.db.models import Count, F, Q, Value, When
from django.db.models.functions import Least

from cases.estimates.similar import Group
from cases.estimates.survivors import BUCKETS, STEPS
from cases.models import Case, CaseMilestone

WINDOW = timedelta(weeks=26)
"""How far back the past counts: what was longer ago was another desk."""

Counts = Mapping[Group, list[int]]
"""For each group, how many were over in each bucket of `survivors`."""

OF_THIS_DESK = ~Q(case__in=Case.objects.filter(is_imported=True))
"""What was replayed from another system's log tells nothing of this desk."""

TAKEN = F("elapsed_seconds") - F("stopped_seconds")
BUCKET = Least((TAKEN * STEPS + F("minutes") * 60 - 1) / (F("minutes") * 60), Value(BUCKETS - 1))
"""Rounded up, so that what ended exactly at the target took no longer than it."""

FINEST = ("milestone", "minutes", "priority_at_start", "queue_at_start")


def counted_at(at: datetime) -> Counts:
    """Of the narrowest groups, those whose target lay in the `WINDOW` before `at`, as they stood then.

    One that is stopped has no target: the one that it passed counts. Waived ones were decided by a person,
    and do not count.
    """
    since = at - WINDOW
    was_due = Q(target_date__gte=since, target_date__lt=at) | Q(
        target_date__isnull=True, violated_at__gte=since
    )
    is_over = Q(completion_date__lt=at) | Q(cancelled_at__lt=at)
    rows = (
        CaseMilestone.objects.filter(
            OF_THIS_DESK,
            was_due,
            Q(waived_at__isnull=True) | Q(waived_at__gte=at),
            is_over & Q(elapsed_seconds__gt=F("stopped_seconds")) | ~is_over & Q(violated_at__lt=at),
            minutes__gt=0,
        )
        .order_by()
        .annotate(bucket=Choice(When(is_over, then=BUCKET), default=Value(BUCKETS - 1)))
        .values_list(*FINEST, "bucket")
        .annotate(many=Count("pk"))
    )
    counted: dict[Group, list[int]] = defaultdict(lambda: [0] * BUCKETS)
    for milestone, minutes, priority, queue, bucket, many in rows:
        counted[Group(milestone, minutes, priority, queue)][bucket] += many
    return counted


def widened(narrow: Counts) -> dict[Group, list[int]]:
    """The same with all wider groups, which are the sums of those in them."""
    sums: dict[Group, list[int]] = defaultdict(lambda: [0] * BUCKETS)
    for group, counts in narrow.items():
        for wider in group.widened():
            sums[wider] = [a + b for a, b in zip(sums[wider], counts, strict=True)]
    return sums
