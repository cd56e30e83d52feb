"""Cases one of whose milestones is as wanted: by milestone, state, time left, breached, met or missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.models import CaseMilestone
from cases.models.case import CaseQuerySet
from cases.models.case_milestone import OPEN_STATES
from cases.queries.chips import Moment
from cases.queries.worklist.wanted import MilestoneRow
from entitlements.core.calendar import BeyondHorizon, Timeline
from entitlements.core.definition import HoursFrom
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.models import BusinessHours, ProcessMilestone
from entitlements.models.compiled import Compiled, compiled


def has_row(cases: CaseQuerySet, wanted: MilestoneRow, moment: Moment) -> CaseQuerySet:
    """All of it must be true of the same occurrence."""
    rows = CaseMilestone.objects.filter(condition_of(wanted, moment), case=OuterRef("pk"))
    return cases.filter(Exists(rows))


def condition_of(wanted: MilestoneRow, moment: Moment) -> Q:
    condition = Q()
    if wanted.milestones:
        condition &= Q(milestone__name__in=wanted.milestones)
    if wanted.clocks:
        condition &= Q(state__in=wanted.clocks)
    if wanted.left is not None:
        condition &= _has_less_left(wanted.left, moment.now)
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


def _has_less_left(left: timedelta, now: datetime) -> Q:
    """Running with less than this of its own time left, late ones too.

    Less is left of a milestone exactly when its target comes before `add(now, left)` in its hours: so one
    instant for each hours is enough.
    """
    configuration = compiled()
    rows_by_hours: dict[Timeline, list[int]] = defaultdict(list)
    by_case: list[int] = []
    for key, row in _rows_in_use(configuration):
        if row.hours_from is HoursFrom.CASE:
            by_case.append(key)
        else:
            rows_by_hours[row.hours].append(key)
    condition = Q(pk__in=[])
    for hours, keys in rows_by_hours.items():
        condition |= Q(process_milestone__in=keys) & _before(hours, left, now)
    if by_case:
        condition |= Q(process_milestone__in=by_case) & _before_in_its_hours(configuration, left, now)
    return Q(state="running") & condition


def _rows_in_use(configuration: Compiled) -> Iterable[tuple[int, RowValue]]:
    """The process milestones by which something runs."""
    running = CaseMilestone.objects.filter(process_milestone=OuterRef("pk"), state="running")
    in_use = ProcessMilestone.objects.order_by().filter(Exists(running)).values_list("pk", flat=True)
    return [(key, configuration.row(key)) for key in in_use]


def _before_in_its_hours(configuration: Compiled, left: timedelta, now: datetime) -> Q:
    """The case's own hours: of its entitlement, its account, or the organisation's default (§2.7)."""
    of_entitlement, of_account = "case__entitlement__business_hours", "case__account__business_hours"
    none_of_entitlement = Q(**{f"{of_entitlement}__isnull": True})
    condition = none_of_entitlement & Q(**{f"{of_account}__isnull": True})
    condition &= _before(configuration.default_hours, left, now)
    for key in BusinessHours.objects.order_by().values_list("pk", flat=True):
        named = Q(**{of_entitlement: key}) | none_of_entitlement & Q(**{of_account: key})
        condition |= named & _before(configuration.hours(key), left, now)
    return condition


def _before(hours: Timeline, left: timedelta, now: datetime) -> Q:
    try:
        return Q(target_date__lt=hours.add(now, left))
    except BeyondHorizon:
        return Q(target_date__isnull=False)
