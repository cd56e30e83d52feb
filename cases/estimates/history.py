"""What the desk's own past says: how many similar milestones were over after how much of their target's time.

Counted are those that began in a window, as they stood at its end: over in any way, completed or cancelled
because the case went elsewhere; or open and late. Those open and in time tell nothing yet. Were only those
counted that are over, a desk that is young, or falls behind, would look better than it is.
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


def begun_between(since: datetime, until: datetime) -> Q:
    """Those with a target's time that began in [since, until).

    No target lies before its start: the index of targets finds them.
    """
    may_be = Q(target_date__gte=since) | Q(target_date__isnull=True)
    return OF_THIS_DESK & may_be & Q(start_date__gte=since, start_date__lt=until, minutes__gt=0)


def counted_at(at: datetime) -> Counts:
    """Of the narrowest groups, those that began in the `WINDOW` before `at`, as they stood then.

    Waived ones were decided by a person, and do not count.
    """
    is_over = Q(completion_date__lt=at) | Q(cancelled_at__lt=at)
    rows = (
        CaseMilestone.objects.filter(
            begun_between(at - WINDOW, at),
            Q(waived_at__isnull=True) | Q(waived_at__gte=at),
            is_over & Q(elapsed_seconds__gt=F("stopped_seconds")) | ~is_over & Q(violated_at__lt=at),
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
