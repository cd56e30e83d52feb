"""Coverage: open cases without an open milestone, by the reason why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.queries.chip_filters import chip_filter
from cases.queries.coverage import REASONS, count_reasons
from cases.queries.moment import Moment

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Reason:
    """`key` is what the list is filtered by."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """The most frequent reasons first. `is_full`: there are more cases than were looked at."""

    reasons: Sequence[Reason]
    is_full: bool


def coverage(cases: CaseQuerySet, moment: Moment) -> Coverage:
    """Of the oldest MOST, in one query."""
    unwatched = cases.filter(chip_filter("unwatched", moment)).order_by("pk").values("pk")[:MOST]
    found = count_reasons(Case.objects.filter(pk__in=unwatched), moment.now)
    counts = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return Coverage(
        [Reason(key, REASONS[key], count) for key, count in counts],
        sum(found.values()) >= MOST,
    )
