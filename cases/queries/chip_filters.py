"""Which cases each chip, tile and lane means: by the stored dates, whether or not the engine has looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q

from cases.models import CaseFollower, CaseMilestone, MilestoneStatus, Stop
from cases.models.case_milestone import OPEN_STATES
from cases.queries.moment import Moment
from cases.queries.time_left import RUNNING, is_at_risk
from cases.reports.results import Result, condition

SOON = timedelta(minutes=30)
NEXT = timedelta(hours=2)
TOO_LONG = timedelta(days=1)
OPEN = Q(is_closed=False)
LANES_TO_COME = ("within-30m", "within-2h", "by-close", "next-day")


def chip_filter(key: str, moment: Moment) -> Q:
    """Which cases a chip means."""
    return _FILTERS[key](moment)


def _late(moment: Moment) -> Q:
    return OPEN & _is_overdue(moment)


def _is_overdue(moment: Moment) -> Q:
    """What makes an open case late. It does not say again that the case is open: the index `case_load` holds
    no such column, and what is counted from that index alone is counted at once.
    """
    overdue = Q(next_target__lt=moment.now) | Q(milestone_status=MilestoneStatus.OPEN_VIOLATION)
    return overdue & has_late_milestone(moment) if moment.milestones else overdue


def has_late_milestone(moment: Moment) -> Q:
    """`is_late_row` in two, each of which has an index: most of them run."""
    owed = Q(waived_at__isnull=True)
    running_over = has_milestone(moment, owed & RUNNING & Q(target_date__lt=moment.now))
    return running_over | has_milestone(moment, owed & Q(state__in=OPEN_STATES, violated_at__isnull=False))


def _due(moment: Moment, start: datetime, end: datetime) -> Q:
    return OPEN & has_target(moment, start, end)


def has_target(moment: Moment, start: datetime, end: datetime) -> Q:
    """With a target in `[start, end)`, of an open case."""
    if not moment.milestones:
        return Q(next_target__gte=start, next_target__lt=end)
    return Q(next_target__lt=end) & has_milestone(moment, is_due_row(start, end))


def is_late_row(now: datetime) -> Q:
    """A case milestone that is open and late, and owed."""
    return condition(Result.OPEN_LATE, now) & Q(waived_at__isnull=True)


def is_due_row(start: datetime, end: datetime) -> Q:
    return RUNNING & Q(target_date__gte=start, target_date__lt=end)


def _first_due(moment: Moment, start: datetime, end: datetime) -> Q:
    """Not late, with the nearest target in `[start, end)`: so each case stands in one lane."""
    due = _due(moment, start, end)
    if not moment.milestones:
        return due & ~Q(milestone_status=MilestoneStatus.OPEN_VIOLATION)
    first = due & ~_is_overdue(moment)
    return first & ~has_target(moment, moment.now, start) if start > moment.now else first


def has_milestone(moment: Moment, which: Q) -> Q:
    """A milestone by which the moment looks that is so."""
    rows = CaseMilestone.objects.filter(which, milestone__in=moment.milestone_keys, case=OuterRef("pk"))
    return Q(Exists(rows))


def span_of_lane(lane: str, moment: Moment) -> tuple[datetime, datetime]:
    """Where a lane begins and ends, each not before the one before it."""
    close, next_close = moment.closes
    soon, later = moment.now + SOON, moment.now + NEXT
    ends = (moment.now, soon, later, max(later, close), max(later, next_close))
    place = LANES_TO_COME.index(lane)
    return ends[place], ends[place + 1]


def _lane(lane: str) -> Callable[[Moment], Q]:
    return lambda moment: _first_due(moment, *span_of_lane(lane, moment))


def _at_risk_and_unassigned(moment: Moment) -> Q:
    """Of nobody, with a milestone that is late or of whose time the at-risk share is used."""
    which, latest = is_at_risk(moment.now)
    if latest is None:
        return OPEN & Q(owner__isnull=True) & _late(moment)
    rows = CaseMilestone.objects.filter(which, case=OuterRef("pk"))
    if moment.milestones:
        rows = rows.filter(milestone__in=moment.milestone_keys)
    at_risk = Q(next_target__lte=latest) & Q(Exists(rows))
    return OPEN & Q(owner__isnull=True) & (_late(moment) | at_risk)


def _stopped_since(before: datetime | F) -> Q:
    """Stopped, with a stop that has lasted since before then."""
    lasting = Stop.objects.filter(case=OuterRef("pk"), case_milestone__isnull=True, until__isnull=True)
    return OPEN & Q(is_stopped=True) & Q(Exists(lasting.filter(since__lt=before)))


def _answered(moment: Moment) -> Q:
    """Stopped still, though the customer has written since and nobody has answered."""
    return Q(awaiting_reply=True) & _stopped_since(OuterRef("last_customer_message_at"))


_FILTERS: dict[str, Callable[[Moment], Q]] = {
    "open": lambda moment: OPEN,
    "late": _late,
    "soon": lambda moment: _due(moment, moment.now, moment.now + SOON),
    "next": lambda moment: _due(moment, moment.now, moment.now + NEXT),
    "today": lambda moment: _due(moment, moment.now, moment.midnight),
    "before-close": lambda moment: _first_due(moment, moment.now, moment.closes[0]),
    **{lane: _lane(lane) for lane in LANES_TO_COME},
    "stopped": lambda moment: OPEN & Q(is_stopped=True),
    "stopped-long": lambda moment: _stopped_since(moment.now - TOO_LONG),
    "answered": _answered,
    "unwatched": lambda moment: OPEN & Q(has_open_milestones=False),
    "unassigned": lambda moment: OPEN & Q(owner__isnull=True),
    "risk-unassigned": _at_risk_and_unassigned,
    "mine": lambda moment: OPEN & Q(owner=moment.user),
    "followed": lambda moment: OPEN & Q(pk__in=CaseFollower.objects.filter(user=moment.user).values("case")),
    "closed": lambda moment: Q(is_closed=True),
    "everything": lambda moment: Q(),
}
