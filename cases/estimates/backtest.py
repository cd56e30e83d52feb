"""Estimates as they would have been made in the past, and what happened. It never looks ahead.

Milestones that began in one week are estimated from what had ended before that week alone, at the moments at
which they had used so much of their target's time; only those count at a moment that came so far. Whether
one became late is what the desk recorded of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Case as Choice
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, When

from cases.estimates.history import BUCKET, FINEST, WINDOW, Ended, ended_between, widened
from cases.estimates.similar import Found, Group, look_up
from cases.estimates.survivors import BUCKETS, STEPS, survivors_of
from cases.models import CaseMilestone
from cases.models.case_milestone import OPEN_STATES

WEEK = timedelta(weeks=1)
WEEKS = 13
MOMENTS = (0, 20, 40, 60, 80)
"""Percent of the target's time used when the estimate is made."""

TENTHS = 10
Place = tuple[int | str, int, int | None]
"""A milestone, a moment, and the tenth in which the chance lies; None for not enough history."""


@dataclass(slots=True)
class Score:
    """See `EstimateTest`."""

    milestones: int = 0
    chances: float = 0.0
    late: int = 0
    squared: float = 0.0

    def add(self, many: int, late: int, chance: float) -> None:
        self.milestones += many
        self.late += late
        self.chances += many * chance
        self.squared += many * chance * chance + late * (1 - 2 * chance)

    @property
    def values(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Tested:
    """`undecided` are open still and in time, `set_apart` extended or waived: they are left out."""

    since: datetime
    scores: Mapping[Place, Score]
    undecided: int
    set_apart: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """So many of a group that began in a week took so long, and whether they became late."""

    group: Group
    bucket: int
    late: bool
    many: int


def score_past(now: datetime) -> Tested:
    """The last `WEEKS` weeks."""
    since = now - WEEKS * WEEK
    scores: dict[Place, Score] = defaultdict(Score)
    outcomes = _outcomes(since, now)
    for week, ended in enumerate(_pasts(since)):
        if week in outcomes:
            _score_week(outcomes[week], ended, scores)
    return Tested(since, scores, _undecided(since, now), _set_apart(since, now))


def _pasts(since: datetime) -> Iterator[Ended]:
    """For each week what had ended in the window before it."""
    weeks_back = WINDOW // WEEK
    begins = [since - back * WEEK for back in range(weeks_back, 0, -1)]
    slices = [ended_between(begin, begin + WEEK) for begin in begins]
    for week in range(WEEKS):
        yield _sum(slices)
        begin = since + week * WEEK
        slices = [*slices[1:], ended_between(begin, begin + WEEK)]


def _sum(slices: list[Ended]) -> Ended:
    sums: dict[Group, list[int]] = {}
    for ended in slices:
        for group, counts in ended.items():
            before = sums.get(group)
            sums[group] = [a + b for a, b in zip(before, counts, strict=True)] if before else counts
    return sums


def _score_week(outcomes: list[Outcome], ended: Ended, scores: dict[Place, Score]) -> None:
    groups = {group: survivors_of(counts) for group, counts in widened(ended).items()}

    @cache
    def estimate(group: Group, moment: int) -> Found | None:
        return look_up(group, groups.get, moment / 100, 1.0)

    for one in outcomes:
        for moment in MOMENTS:
            if one.bucket > moment * STEPS // 100:
                _score(one, moment, estimate(one.group, moment), scores)


def _score(one: Outcome, moment: int, found: Found | None, scores: dict[Place, Score]) -> None:
    late = one.many * one.late
    if found is None:
        scores[one.group.milestone, moment, None].add(one.many, late, 0.0)
        return
    chance = found.share.value
    tenth = min(int(chance * TENTHS), TENTHS - 1)
    scores[one.group.milestone, moment, tenth].add(one.many, late, chance)


def _outcomes(since: datetime, now: datetime) -> dict[int, list[Outcome]]:
    """By week of the start: those that have ended, and those that are open and late already."""
    weeks = [When(start_date__lt=since + (week + 1) * WEEK, then=week) for week in range(WEEKS)]
    late = Choice(When(_is_late(now), then=1), default=0, output_field=IntegerField())
    bucket = Choice(When(state__in=OPEN_STATES, then=Value(BUCKETS - 1)), default=BUCKET)
    rows = (
        _begun(since, now)
        .filter(~_left_out(), Q(elapsed_seconds__gt=F("stopped_seconds")) | _is_open() & _is_late(now))
        .annotate(week=Choice(*weeks, output_field=IntegerField()), is_late=late, bucket=bucket)
        .values_list("week", *FINEST, "bucket", "is_late")
        .annotate(many=Count("pk"))
    )
    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    for week, *group, in_bucket, is_late, many in rows:
        outcomes[week].append(Outcome(Group(*group), in_bucket, bool(is_late), many))
    return outcomes


def _begun(since: datetime, now: datetime) -> QuerySet[CaseMilestone]:
    began = CaseMilestone.objects.filter(start_date__gte=since, start_date__lt=now, minutes__gt=0)
    return began.order_by()


def _is_late(now: datetime) -> Q:
    """From the stored dates, whether or not the engine has looked (§5.3)."""
    return Q(violated_at__isnull=False) | Q(state="running", target_date__lt=now)


def _is_open() -> Q:
    return Q(state__in=OPEN_STATES)


def _left_out() -> Q:
    return Q(waived_at__isnull=False) | Q(extension__gt=0)


def _undecided(since: datetime, now: datetime) -> int:
    return _begun(since, now).filter(_is_open(), ~_is_late(now)).count()


def _set_apart(since: datetime, now: datetime) -> int:
    return _begun(since, now).filter(_left_out()).count()
