"""An escalation's row as the core takes it: its clock, and whether its matter is resolved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from cases.engine.load import Loaded
from cases.models import Case, CaseMilestone, Escalation, frozen_levels
from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.core.changes import Kind
from entitlements.core.ladder import Climb
from entitlements.core.state import CaseState, Occurrence, State
from entitlements.models import CountedIn, EscalationLadder


class Resolution(NamedTuple):
    """When and by what the matter of an escalation was resolved."""

    at: datetime
    how: str


def new_escalation(
    ladder: EscalationLadder, case: Case, milestone: CaseMilestone | None, reason: str, at: datetime
) -> Escalation:
    """One that begins now, with the ladder's levels as they are."""
    value = ladder.value()
    return Escalation(
        case=case,
        case_milestone=milestone,
        ladder=value.name,
        levels=frozen_levels(value),
        repeat=value.repeat,
        repeat_after=value.repeat_after,
        counts_in=ladder.counts_in,
        business_hours_id=ladder.business_hours_id,
        reason=reason[:300],
        started_at=at,
    )


def climb_of(row: Escalation, work: Loaded, state: CaseState) -> Climb:
    return Climb(row.value(), row.started_at, hours_of_escalation(row, work, state), row.done)


def hours_of_escalation(row: Escalation, work: Loaded, state: CaseState) -> Timeline:
    """Hours that have been deleted since count as 24/7: better early than never."""
    if row.counts_in == CountedIn.CASE:
        return state.case_hours
    if row.counts_in == CountedIn.NAMED and row.business_hours_id is not None:
        return work.configuration.hours(row.business_hours_id)
    return ALWAYS


def resolution_of(row: Escalation, work: Loaded, state: CaseState, at: datetime) -> Resolution | None:
    """None while there is something to escalate; `at` is when it was looked at."""
    found = []
    occurrence = _occurrence(row, work, state.occurrences)
    if occurrence is not None and occurrence.state is State.COMPLETED and occurrence.completion_date:
        found.append(Resolution(occurrence.completion_date, f"{occurrence.milestone} was completed"))
    if occurrence is not None and occurrence.state is State.CANCELLED and occurrence.cancelled_at:
        found.append(Resolution(occurrence.cancelled_at, f"{occurrence.milestone} was cancelled"))
    if state.is_closed and state.closed_at:
        found.append(Resolution(state.closed_at, "The case was closed"))
    if not state.is_escalated:
        found.append(Resolution(at, "The case is no longer escalated"))
    return min(found, default=None)


def _occurrence(row: Escalation, work: Loaded, occurrences: Sequence[Occurrence]) -> Occurrence | None:
    if row.case_milestone_id is None:
        return None
    return next(
        (one for one in occurrences if work.rows[one.milestone, one.number].pk == row.case_milestone_id), None
    )


EVENTS_OF_ESCALATION = frozenset(
    {Kind.LADDER_STARTED, Kind.LADDER_STEP, Kind.ACKNOWLEDGED, Kind.LADDER_RESOLVED, Kind.AGED}
)
