"""Estimates as they would have been made in the past. They never look ahead.

Those of milestones that began in a week are worked out from what was known before that week alone. They stand
beside what happened in the report on estimates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Case as Choice
from django.db.models import IntegerField, Q, When

from cases.estimates.history import FINEST, OF_THIS_DESK, counted_at, widened
from cases.estimates.similar import Group, look_up
from cases.estimates.survivors import STEPS, Survivors, survivors_of
from cases.models import CaseMilestone, PastEstimate

WEEK = timedelta(weeks=1)
WEEKS = 13
STEPS_BETWEEN = STEPS // 5
MOMENTS = tuple(100 * step // STEPS for step in range(0, STEPS, STEPS_BETWEEN))
"""Percent of the target's time used when the estimate is made: each is a step of `survivors`."""


def past_estimates(now: datetime) -> Iterator[PastEstimate]:
    """For each group of milestones that began in one of the last `WEEKS` weeks, at each moment."""
    since = now - WEEKS * WEEK
    asked = _groups_begun(since)
    for week, groups in sorted(asked.items()):
        begins = since + week * WEEK
        counted = widened(counted_at(begins))
        table = {group: survivors_of(counts) for group, counts in counted.items()}
        for group in sorted(groups):
            yield from _of_group(group, begins, table)


def week_of_start(since: datetime) -> Choice:
    """The number of the week from `since` in which a milestone began."""
    weeks = [When(start_date__lt=since + (week + 1) * WEEK, then=week) for week in range(WEEKS)]
    return Choice(*weeks, output_field=IntegerField())


def begun(since: datetime) -> Q:
    """What began in the weeks from `since`. No target lies before its start: its index is used."""
    may_be = Q(target_date__gte=since) | Q(target_date__isnull=True)
    began = Q(start_date__gte=since, start_date__lt=since + WEEKS * WEEK, minutes__gt=0)
    return OF_THIS_DESK & may_be & began


def _groups_begun(since: datetime) -> dict[int, set[Group]]:
    rows = (
        CaseMilestone.objects.filter(begun(since))
        .order_by()
        .annotate(week=week_of_start(since))
        .values_list("week", *FINEST)
        .distinct()
    )
    groups: dict[int, set[Group]] = defaultdict(set)
    for week, milestone, minutes, priority, queue in rows:
        groups[week].add(Group(milestone, minutes, priority, queue))
    return groups


def _of_group(group: Group, begins: datetime, table: dict[Group, Survivors]) -> Iterator[PastEstimate]:
    for moment in MOMENTS:
        found = look_up(group, table.get, moment / 100, 1.0)
        yield PastEstimate(
            begins=begins,
            milestone_id=group.milestone,
            minutes=group.minutes or 0,
            priority=group.priority or "",
            queue=group.queue or "",
            used=moment,
            chance=found.share.value if found else None,
        )
