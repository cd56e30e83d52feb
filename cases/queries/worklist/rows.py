"""Cases one of whose milestones is as wanted: by milestone, state, time left, breached, met or missed."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.models import CaseMilestone
from cases.models.case import CaseQuerySet
from cases.models.case_milestone import OPEN_STATES
from cases.queries.moment import Moment
from cases.queries.time_left import has_less_left
from cases.queries.worklist.wanted import MilestoneRow


def has_row(cases: CaseQuerySet, wanted: MilestoneRow, moment: Moment) -> CaseQuerySet:
    """All of it must be true of the same occurrence."""
    rows = CaseMilestone.objects.filter(condition_of(wanted, moment), case=OuterRef("pk"))
    return cases.filter(Exists(rows))


def condition_of(wanted: MilestoneRow, moment: Moment) -> Q:
    condition = Q()
    if wanted.milestones:
        condition &= Q(milestone__in=moment.of(wanted.milestones).milestone_keys)
    if wanted.clocks:
        condition &= Q(state__in=wanted.clocks)
    if wanted.left is not None:
        condition &= has_less_left(wanted.left, moment.now)
    if wanted.breached is not None:
        condition &= is_breached(moment.now) if wanted.breached else ~is_breached(moment.now)
    if wanted.result:
        since = start_of(wanted.since) if wanted.since else None
        condition &= RESULTS[wanted.result](moment.now, since)
    return condition


def is_breached(now: datetime) -> Q:
    """From the stored dates, whether or not the engine has looked (§5.3). A waived one owes nothing (§11)."""
    passed = Q(state="running", target_date__isnull=False, target_date__lt=now)
    return Q(waived_at__isnull=True) & (Q(violated_at__isnull=False) | passed)


def met(now: datetime, since: datetime | None) -> Q:
    """Completed in time (§10)."""
    ended = Q(completion_date__gte=since) if since else Q()
    return Q(state="completed", violated_at__isnull=True, waived_at__isnull=True) & ended


def missed(now: datetime, since: datetime | None) -> Q:
    """Ended late, or open and late now; a cancelled one only if it was violated before (§10).

    One that was waived is neither met nor missed (§11).
    """
    ended = Q(completion_date__gte=since) | Q(cancelled_at__gte=since) if since else Q()
    over = Q(state__in=("completed", "cancelled")) & ended
    return is_breached(now) & (over | Q(state__in=OPEN_STATES))


RESULTS = {"met": met, "missed": missed}


def start_of(day: object) -> datetime:
    """Midnight at its beginning, in the viewer's zone."""
    return timezone.make_aware(datetime.combine(day, time.min))  # type: ignore[arg-type]
