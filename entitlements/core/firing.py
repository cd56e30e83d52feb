"""What firing a trigger means, and what its actions do to the case (§8, §9)."""

from __future__ import annotations

from typing import Any

from entitlements.core.changes import Firing, Kind, Late, Outcome
from entitlements.core.definition import Action, Trigger, TriggerKind
from entitlements.core.evaluation import Evaluation
from entitlements.core.state import Occurrence
from entitlements.core.triggers import Plan


def fire(e: Evaluation, occurrence: Occurrence, trigger: Trigger, plan: Plan) -> Outcome:
    """Record that a trigger fired, or was skipped because its target has already passed (§8.4)."""
    occurrence.settled.add(trigger.key)
    target = occurrence.target_date
    missed = trigger.kind is TriggerKind.WARNING and target is not None and e.now > target
    outcome = Outcome.SKIPPED if missed else Outcome.FIRED
    late = _lateness(e, occurrence, trigger, plan)
    e.firings.append(Firing(occurrence, trigger, plan.due, e.clock, outcome, late))
    e.record(
        Kind.SKIPPED if missed else Kind.FIRED,
        occurrence,
        trigger=trigger.key,
        of=str(trigger.kind),
        offset=trigger.offset,
        due=plan.due,
        late=str(late),
    )
    return outcome


def _lateness(e: Evaluation, occurrence: Occurrence, trigger: Trigger, plan: Plan) -> Late:
    if trigger.kind is TriggerKind.SUCCESS:
        return Late.NO
    if trigger.kind is TriggerKind.VIOLATION and occurrence.born_late and plan.at <= occurrence.came_at:
        return Late.ON_ARRIVAL
    return Late.MOVED if e.clock > plan.at else Late.NO


def fields_set_by(action: Action, e: Evaluation) -> dict[str, Any]:
    """The fields of the case that an action changes; nothing for one that acts elsewhere (§9)."""
    given = action.parameters
    if action.kind == "set":
        return dict(given)
    if action.kind == "assign":
        names = {"queue": "queue", "user": "owner"}
        return {names[key]: value for key, value in given.items() if key in names}
    if action.kind == "escalate":
        level = given.get("level", 1)
        return {"escalation_level": max(level, e.state.escalation_level) if isinstance(level, int) else level}
    return {}
