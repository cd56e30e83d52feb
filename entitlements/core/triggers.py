"""Success, warning and violation moments: when they are planned, and what firing one means (§8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from entitlements.core.calendar import BeyondHorizon
from entitlements.core.changes import Firing, Kind, Late, Outcome
from entitlements.core.clock import hours_of
from entitlements.core.definition import Process, Trigger, TriggerKind
from entitlements.core.evaluation import Evaluation
from entitlements.core.state import CaseState, Occurrence, State

INSTANT = timedelta(microseconds=1)


class Rank(IntEnum):
    """Order of what the clock planned for one instant: before the facts, or after them (§8.5)."""

    START = 0
    LATENESS = 1
    TRIGGER = 2


@dataclass(frozen=True, slots=True, order=True)
class Plan:
    """Something that the clock will do at `at`. Plans sort in the order in which they are done (§8.5)."""

    at: datetime
    rank: Rank
    due: datetime
    place: int = 0
    number: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what it is about: an occurrence and its trigger; neither for an entry into the process."""

    plan: Plan
    occurrence: Occurrence | None = None
    trigger: Trigger | None = None


def planned_for(occurrence: Occurrence, state: CaseState, process: Process) -> list[Planned]:
    """What the clock has planned for one occurrence, in no order."""
    place = process.place.get(occurrence.milestone, len(process.rows))
    if occurrence.state is State.PENDING:
        if occurrence.held:
            return []
        start = occurrence.start_date
        return [Planned(Plan(start, Rank.START, start, place, occurrence.number), occurrence)]
    found: list[Planned] = []
    target = occurrence.target_date
    if occurrence.state is State.RUNNING and target is not None and not occurrence.is_violated:
        late = target + INSTANT
        found.append(Planned(Plan(late, Rank.LATENESS, late, place, occurrence.number), occurrence))
    for position, trigger in enumerate(occurrence.row.triggers):
        due = None if trigger.key in occurrence.settled else due_date(trigger, occurrence, state)
        if due is not None:
            plan = Plan(
                _fires_at(trigger, due, occurrence), Rank.TRIGGER, due, place, occurrence.number, position
            )
            found.append(Planned(plan, occurrence, trigger))
    return found


def due_date(trigger: Trigger, occurrence: Occurrence, state: CaseState) -> datetime | None:
    """When a trigger is due as things stand; None while it is not planned (§8.1, 8.2)."""
    if trigger.kind is TriggerKind.SUCCESS:
        return occurrence.completion_date
    target, minutes = occurrence.target_date, occurrence.minutes
    if occurrence.state is not State.RUNNING or target is None or minutes is None:
        return None
    hours, distance = hours_of(occurrence.row, state), trigger.distance(minutes)
    try:
        if trigger.kind is TriggerKind.VIOLATION:
            return hours.add(target, distance)
        return max(occurrence.start_date, hours.add(target, -distance))
    except BeyondHorizon:
        return None if trigger.kind is TriggerKind.VIOLATION else occurrence.start_date


def _fires_at(trigger: Trigger, due: datetime, occurrence: Occurrence) -> datetime:
    """A violation due at the target fires one microsecond later: it needs now > target (§8.2)."""
    at_the_target = trigger.kind is TriggerKind.VIOLATION and due == occurrence.target_date
    return due + INSTANT if at_the_target else due


def fire(e: Evaluation, occurrence: Occurrence, trigger: Trigger, plan: Plan) -> Outcome:
    """Record that a trigger fired, or was skipped because its target has already passed (§8.4)."""
    occurrence.settled.add(trigger.key)
    target = occurrence.target_date
    missed = trigger.kind is TriggerKind.WARNING and target is not None and e.now > target
    outcome = Outcome.SKIPPED if missed else Outcome.FIRED
    late = _lateness(e, occurrence, trigger, plan)
    e.firings.append(Firing(occurrence, trigger, plan.due, e.clock, outcome, late))
    kind = Kind.SKIPPED if missed else Kind.FIRED
    e.record(
        kind,
        occurrence,
        trigger=trigger.key,
        of=str(trigger.kind),
        offset=trigger.offset,
        due=plan.due,
        late=str(late),
    )
    return outcome


def _lateness(e: Evaluation, occurrence: Occurrence, trigger: Trigger, plan: Plan) -> Late:
    if trigger.kind is TriggerKind.VIOLATION and occurrence.born_late:
        return Late.ON_ARRIVAL
    return Late.MOVED if trigger.kind is not TriggerKind.SUCCESS and e.clock > plan.at else Late.NO
