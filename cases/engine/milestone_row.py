"""The state of an occurrence → its row."""

from __future__ import annotations

from datetime import timedelta
from operator import attrgetter
from typing import Any

from cases.engine.case_state import OF_OCCURRENCE
from cases.engine.load import Loaded
from cases.models import CaseMilestone
from entitlements.core.changes import Changes
from entitlements.core.clock import elapsed_time, stopped_time
from entitlements.core.state import CaseState, Occurrence

SECOND = timedelta(seconds=1)


def new_row(occurrence: Occurrence, work: Loaded) -> CaseMilestone:
    """A row for an occurrence that has just come into being; `put_occurrence` fills the rest."""
    return CaseMilestone(
        case=work.case,
        milestone_id=work.configuration.milestone_ids[occurrence.milestone],
        process_milestone_id=int(occurrence.row.key),
        recurrence=str(occurrence.row.recurrence),
    )


def put_occurrence(occurrence: Occurrence, row: CaseMilestone, changes: Changes) -> tuple[str, ...]:
    """Set what differs on the row, and say which fields: they are still to be written."""
    values: dict[str, Any] = {
        "process_milestone_id": int(occurrence.row.key),
        "state": occurrence.state.value,
        "settled": sorted(occurrence.settled),
        "due_at": changes.agenda.due_at(occurrence),
    }
    if _same_in_both(occurrence) != _same_in_both(row):
        values.update(zip(OF_OCCURRENCE, _same_in_both(occurrence), strict=True))
        values["reason"] = occurrence.reason[:300]
    if _has_just_ended(occurrence, row):
        values |= _spent(occurrence, changes.state)
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return tuple(differing)


_same_in_both = attrgetter(*OF_OCCURRENCE)


def _has_just_ended(occurrence: Occurrence, row: CaseMilestone) -> bool:
    return not occurrence.is_open and row.elapsed_seconds is None


def _spent(occurrence: Occurrence, state: CaseState) -> dict[str, int]:
    """How much of its open time it took, and how much of that it stood still (§7.5)."""
    end = occurrence.completion_date or occurrence.cancelled_at or occurrence.came_at
    elapsed, stopped = elapsed_time(occurrence, state, end), stopped_time(occurrence, state, end)
    return {"elapsed_seconds": elapsed // SECOND, "stopped_seconds": stopped // SECOND}
