"""By which of its dates a milestone belongs to a period: chosen openly, for every report."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce


class Basis(StrEnum):
    DUE = "due"
    CREATED = "created"
    COMPLETED = "completed"


BASES = {
    Basis.DUE: "Due date",
    Basis.CREATED: "Case created",
    Basis.COMPLETED: "Completed or cancelled",
}
MEANT = {
    Basis.DUE: "What fell due in the period, by its target as it is now. One that is stopped has none: it is "
    "not in it, unless it was late before, then by the target that it passed.",
    Basis.CREATED: "The milestones of the cases that were created in the period, whenever they were due.",
    Basis.COMPLETED: "What ended in the period: completed, or cancelled. What is still open is not in it, "
    "however late.",
}


def within(basis: Basis, start: datetime, end: datetime) -> Q:
    """Whether a case milestone's date lies in [start, end): so that an index finds it."""
    match basis:
        case Basis.DUE:
            due = Q(target_date__gte=start, target_date__lt=end)
            return due | Q(target_date__isnull=True, violated_at__gte=start, violated_at__lt=end)
        case Basis.CREATED:
            return Q(case__created_at__gte=start, case__created_at__lt=end)
        case Basis.COMPLETED:
            completed = Q(completion_date__gte=start, completion_date__lt=end)
            return completed | Q(cancelled_at__gte=start, cancelled_at__lt=end)


def date_of(basis: Basis) -> Combinable:
    """That date itself."""
    match basis:
        case Basis.DUE:
            return Coalesce("target_date", "violated_at")
        case Basis.CREATED:
            return F("case__created_at")
        case Basis.COMPLETED:
            return Coalesce("completion_date", "cancelled_at")
