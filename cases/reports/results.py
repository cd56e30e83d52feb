"""What became of a promise, as conditions on case milestones: where reports say it, once (§10, §11)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import Case, CharField, Count, Q, Value, When

from cases.models.case_milestone import OPEN_STATES, MilestoneState


class Result(StrEnum):
    """Each case milestone has one of them at each moment."""

    MET = "met"
    MISSED = "missed"
    OPEN_LATE = "open_late"
    OPEN = "open"
    CANCELLED = "cancelled"
    WAIVED = "waived"


WORDS = {
    Result.MET: "Met",
    Result.MISSED: "Missed",
    Result.OPEN_LATE: "Open, late",
    Result.OPEN: "Open",
    Result.CANCELLED: "Cancelled",
    Result.WAIVED: "Waived",
}
FORMULA = "Compliance = met ÷ (met + missed + open and late)"


def condition(result: Result, now: datetime) -> Q:
    """Which rows have this result at `now`: from the stored dates, whether or not the engine has looked."""
    late = Q(violated_at__isnull=False) | Q(state=MilestoneState.RUNNING, target_date__lt=now)
    is_open, waived = Q(state__in=OPEN_STATES), Q(waived_at__isnull=False)
    missed = Q(violated_at__isnull=False, waived_at__isnull=True)
    return {
        Result.MET: Q(state=MilestoneState.COMPLETED, violated_at__isnull=True, waived_at__isnull=True),
        Result.MISSED: missed & Q(state__in=(MilestoneState.COMPLETED, MilestoneState.CANCELLED)),
        Result.OPEN_LATE: is_open & late,
        Result.OPEN: is_open & ~late,
        Result.CANCELLED: Q(state=MilestoneState.CANCELLED, violated_at__isnull=True, waived_at__isnull=True),
        Result.WAIVED: waived,
    }[result]


def counts(now: datetime) -> dict[str, Count]:
    """How many have each result, to annotate or aggregate with."""
    return {result.value: Count("pk", filter=condition(result, now)) for result in Result}


def compliance(met: int, missed: int, open_late: int) -> float | None:
    """In percent; None where nothing has been decided yet."""
    decided = met + missed + open_late
    return 100 * met / decided if decided else None


def result(now: datetime) -> Case:
    """Which result a row has at `now`, to annotate with."""
    whens = [When(condition(one, now), then=Value(one.value)) for one in Result]
    return Case(*whens, output_field=CharField())
