"""What became of milestones for which an estimate would have been made, beside that estimate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as Choice
from django.db.models import Count, DateTimeField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Least

from cases.estimates.backtest import MOMENTS, STEPS_BETWEEN, WEEK, WEEKS, begun, week_of_start
from cases.estimates.history import BUCKET, FINEST
from cases.estimates.similar import Group
from cases.estimates.survivors import BUCKETS, STEPS
from cases.models import CaseMilestone, EstimateBasis, PastEstimate
from cases.models.case_milestone import OPEN_STATES

TENTHS = tuple(tenth / 10 for tenth in range(1, 10))
"""Between them lie the ten tenths of the chance."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many of one milestone whose chance was this, None without enough history; so many became late."""

    milestone: int
    moment: int
    chance: float | None
    many: int
    late: int

    @property
    def tenth(self) -> int | None:
        return None if self.chance is None else tenth_of(self.chance)


def tenth_of(chance: float) -> int:
    return bisect_right(TENTHS, chance)


def tested_since() -> datetime | None:
    """From when milestones are compared; None before the first test."""
    basis = EstimateBasis.objects.filter(pk=1, tested_at__isnull=False).first()
    return basis.tested_at - WEEKS * WEEK if basis and basis.tested_at else None


def comparable(rows: QuerySet[CaseMilestone], since: datetime, now: datetime) -> QuerySet[CaseMilestone]:
    """Those of which it is known whether they became late, with their `bucket` and `is_late`.

    Neither extended nor waived ones: with these a person decided.
    """
    late = Q(violated_at__isnull=False) | Q(state="running", target_date__lt=now)
    is_open = Q(state__in=OPEN_STATES)
    known = Q(elapsed_seconds__gt=F("stopped_seconds")) | is_open & late
    return (
        rows.filter(begun(since), known, waived_at__isnull=True, extension=0)
        .order_by()
        .annotate(
            bucket=Choice(When(is_open, then=Value(BUCKETS - 1)), default=BUCKET),
            is_late=Choice(When(late, then=1), default=0, output_field=IntegerField()),
        )
    )


def that_came_as_far(rows: QuerySet, moment: int) -> QuerySet:
    """Of `comparable` ones, those that were not over when so many percent of their time were used."""
    return rows.filter(bucket__gt=moment * STEPS // 100)


def with_chance(
    rows: QuerySet[CaseMilestone], since: datetime, moment: int, which: Q
) -> QuerySet[CaseMilestone]:
    """Those whose estimate at that moment was like this: `KNOWN`, `UNKNOWN` or `lies_in` a tenth."""
    weeks = [since + week * WEEK for week in range(WEEKS)]
    begins = Choice(
        *(When(start_date__lt=week + WEEK, then=Value(week)) for week in weeks), output_field=DateTimeField()
    )
    estimates = PastEstimate.objects.filter(
        milestone=OuterRef("milestone"),
        minutes=OuterRef("minutes"),
        priority=OuterRef("priority_at_start"),
        queue=OuterRef("queue_at_start"),
        begins=OuterRef("begins"),
        used=moment,
    )
    return rows.annotate(begins=begins).filter(Exists(estimates.filter(which)))


def lies_in(tenth: int) -> Q:
    low, high = (0.0, *TENTHS, 2.0)[tenth : tenth + 2]
    return Q(chance__gte=low, chance__lt=high)


KNOWN = Q(chance__isnull=False)
UNKNOWN = Q(chance__isnull=True)


def outcomes(rows: QuerySet[CaseMilestone], since: datetime) -> Iterator[Outcome]:
    """Of `comparable` rows, at each of the moments to which they came; in two queries."""
    chances = _chances()
    passed = Least((F("bucket") - 1) / STEPS_BETWEEN, Value(len(MOMENTS) - 1))
    counted = (
        rows.annotate(week=week_of_start(since), passed=passed)
        .values_list("week", *FINEST, "passed", "is_late")
        .annotate(many=Count("pk"))
    )
    for week, milestone, minutes, priority, queue, last, is_late, many in counted:
        made = chances.get((since + week * WEEK, Group(milestone, minutes, priority, queue)), {})
        for moment in MOMENTS[: last + 1]:
            yield Outcome(milestone, moment, made.get(moment), many, many * is_late)


def _chances() -> Mapping[tuple[datetime, Group], Mapping[int, float | None]]:
    found: dict[tuple[datetime, Group], dict[int, float | None]] = {}
    rows = PastEstimate.objects.values_list(
        "begins", "milestone", "minutes", "priority", "queue", "used", "chance"
    )
    for begins, milestone, minutes, priority, queue, used, chance in rows.iterator():
        group = Group(milestone, minutes, priority, queue)
        found.setdefault((begins, group), {})[used] = chance
    return found


def undecided(rows: QuerySet[CaseMilestone], since: datetime, now: datetime) -> int:
    """Open still and in time: nobody knows yet."""
    in_time = Q(target_date__isnull=True) | Q(target_date__gte=now) | ~Q(state="running")
    began = rows.filter(begun(since), state__in=OPEN_STATES)
    return began.filter(in_time, violated_at__isnull=True).count()
