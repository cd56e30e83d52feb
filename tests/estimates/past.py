"""Milestones that ended: rows as the engine would have left them, without playing them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from cases.models import Case, CaseMilestone

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

_numbers = count(1000)


def ended_ones(case: Case, taken: Iterable[float], ended: datetime, **fields: Any) -> None:
    """Occurrences of the case's first milestone that ended then after so many minutes each.

    They have its target, priority and queue unless told otherwise, and became late where they took longer.
    """
    model = case.milestones.order_by("pk")[0]
    CaseMilestone.objects.bulk_create(_ended(model, minutes, ended, fields) for minutes in taken)


def _ended(model: CaseMilestone, taken: float, ended: datetime, fields: dict[str, Any]) -> CaseMilestone:
    minutes: int = fields.get("minutes", model.minutes or 0)
    start = ended - taken * MINUTE
    late = start + minutes * MINUTE if taken > minutes else None
    given = {
        "case_id": model.case_id,
        "milestone_id": model.milestone_id,
        "process_milestone_id": model.process_milestone_id,
        "recurrence": "independent",
        "run": 1,
        "came_at": start,
        "start_date": start,
        "minutes": minutes,
        "target_date": start + minutes * MINUTE,
        "violated_at": late,
        "state": "completed",
        "completion_date": ended,
        "elapsed_seconds": round(taken * 60),
        "stopped_seconds": 0,
        "priority_at_start": model.priority_at_start,
        "queue_at_start": model.queue_at_start,
    }
    return CaseMilestone(number=next(_numbers), **{**given, **fields})


def spread(fast: int, late: int, minutes: float = 60) -> list[float]:
    """So many that took half of the time, and so many that took twice as long."""
    return [minutes / 2] * fast + [minutes * 2] * late
