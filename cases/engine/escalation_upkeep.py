"""After every change of a case: its escalations begin, end, or get another due time.

They are rows of their own beside the case milestones, with the same due column, which the same tick claims.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from cases.engine.actions import Fired
from cases.engine.escalation_state import climb_of, new_escalation, resolution_of
from cases.engine.load import Loaded
from cases.models import CaseEvent, Escalation, EscalationEnd, EscalationStep, StepOutcome
from entitlements.core.changes import Changes, Kind, Outcome
from entitlements.core.definition import TriggerKind
from entitlements.core.ladder import DueStep
from entitlements.core.state import CaseState

PLANNED = ["done", "due_at", "ended_at", "ended_as", "ended_by", "ended_how"]


class Decision(Protocol):
    """A loaded case and what the core decided about it."""

    work: Loaded
    changes: Changes


@dataclass(frozen=True, slots=True)
class Start:
    """A ladder to climb on a case: why, and since when."""

    work: Loaded
    ladder: str
    reason: str
    at: datetime
    milestone: tuple[str, int] | None = None


def follow_escalations(decided: Sequence[Decision], fired: Iterable[Fired], now: datetime) -> None:
    """Begin what triggers started, end what is resolved, and plan anew what goes on."""
    start_ladders([start for one in fired for start in _starts(one)], now)
    touched = {one.work.case.pk: one for one in decided if _may_be_escalated(one)}
    if not touched:
        return
    rows = list(Escalation.objects.open().filter(case_id__in=touched))
    before = {row.pk: _planned(row) for row in rows}
    for row in rows:
        one = touched[row.case_id]
        _look_at(row, one.work, one.changes.state, now)
    changed = [row for row in rows if _planned(row) != before[row.pk]]
    Escalation.objects.bulk_update(changed, PLANNED)


def start_ladders(starts: Sequence[Start], now: datetime) -> None:
    """A ladder that is being climbed already, for the same milestone of the case, goes on as it is."""
    if not starts:
        return
    open_ones = Escalation.objects.open().filter(case_id__in={one.work.case.pk for one in starts})
    under_way: set[tuple[int, str, int | None]] = set(
        open_ones.values_list("case_id", "ladder", "case_milestone_id")
    )
    new, events = [], []
    for start in starts:
        ladder = start.work.configuration.ladders.get(start.ladder)
        milestone = start.work.rows[start.milestone] if start.milestone else None
        if ladder is None:
            told = f"There is no escalation ladder “{start.ladder}”: nobody was told."
            events.append(event(start.work, Kind.FAULT, start.at, now, message=told))
            continue
        identity = start.work.case.pk, start.ladder, milestone.pk if milestone else None
        if identity not in under_way:
            under_way.add(identity)
            row = new_escalation(ladder, start.work.case, milestone, start.reason, start.at)
            # The look that follows plans it; until then it is due at once.
            row.due_at = start.at
            new.append(row)
            details = {"ladder": ladder.name, "reason": start.reason}
            events.append(event(start.work, Kind.LADDER_STARTED, start.at, now, **details))
    Escalation.objects.bulk_create(new)
    CaseEvent.objects.bulk_create(events)


def event(work: Loaded, kind: Kind, at: datetime, now: datetime, by: str = "", **details: Any) -> CaseEvent:
    return CaseEvent(case=work.case, kind=str(kind), at=at, recorded_at=now, by=by, details=details)


def _starts(one: Fired) -> Iterable[Start]:
    firing = one.firing
    if firing.outcome is not Outcome.FIRED:
        return
    occurrence = firing.occurrence
    of_success = firing.trigger.kind is TriggerKind.SUCCESS
    for action in firing.trigger.actions:
        ladder = str(action.parameters.get("ladder") or "") if action.kind == "escalate" else ""
        if ladder:
            about = None if of_success else (occurrence.milestone, occurrence.number)
            yield Start(one.work, ladder, _reason(one), firing.at, about)


def _reason(one: Fired) -> str:
    name = one.firing.occurrence.milestone
    match one.firing.trigger.kind:
        case TriggerKind.WARNING:
            return f"{name} is due soon"
        case TriggerKind.VIOLATION:
            return f"{name} is late"
        case _:
            return f"{name} is completed"


def _may_be_escalated(one: Decision) -> bool:
    """An escalation begins with the case's level raised, so one that never was has none."""
    return one.work.state.is_escalated or one.changes.state.is_escalated


def _look_at(row: Escalation, work: Loaded, state: CaseState, now: datetime) -> None:
    climb = climb_of(row, work, state)
    resolution = resolution_of(row, work, state, now)
    if resolution is None:
        step = climb.next_step(state.stops)
        row.due_at = step.due if step else None
        return
    end_escalation(row, climb.steps_before(state.stops, resolution.at), resolution.at, now)
    row.ended_as, row.ended_how = EscalationEnd.RESOLVED, resolution.how
    details = {"ladder": row.ladder, "how": resolution.how}
    event(work, Kind.LADDER_RESOLVED, resolution.at, now, **details).save()


def end_escalation(row: Escalation, overdue: Sequence[DueStep], at: datetime, now: datetime) -> None:
    """Nothing of it is due any more; what should have been done before is recorded as skipped."""
    EscalationStep.objects.bulk_create(_skipped(row, one, now) for one in overdue)
    row.done += len(overdue)
    row.due_at, row.ended_at = None, max(at, row.started_at)


def _skipped(row: Escalation, one: DueStep, now: datetime) -> EscalationStep:
    return EscalationStep(
        case_id=row.case_id,
        escalation=row,
        number=one.step.number,
        round=one.step.round,
        level=one.step.level,
        due=one.due,
        fired_at=now,
        outcome=StepOutcome.SKIPPED,
    )


def _planned(row: Escalation) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in PLANNED)
