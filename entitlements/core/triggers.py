"""What the clock has planned: starts, the moments at which targets have passed, triggers (§8.1, 8.5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from entitlements.core.calendar import BeyondHorizon
from entitlements.core.clock import hours_of
from entitlements.core.definition import Process, Trigger, TriggerKind
from entitlements.core.state import CaseState, Occurrence, State

INSTANT = timedelta(microseconds=1)


class Rank(IntEnum):
    """Order of what the clock planned for one instant: before the facts, or after them (§8.5)."""

    START = 0
    LATENESS = 1
    TRIGGER = 2


class Plan(NamedTuple):
    """Something that the clock will do at `at`. Plans sort in the order in which they are done."""

    at: datetime
    rank: Rank
    due: datetime
    place: int = 0
    number: int = 0
    position: int = 0


class Planned(NamedTuple):
    """A plan with what it is about: an occurrence, its trigger; neither for entering the process."""

    plan: Plan
    occurrence: Occurrence | None = None
    trigger: Trigger | None = None


class Agenda:
    """What the clock has planned for a case. Worked out anew only for what has changed."""

    def __init__(self, process: Process, state: CaseState) -> None:
        self._process = process
        self._state = state
        self._planned: dict[int, list[Planned]] = {}

    def forget(self, occurrence: Occurrence) -> None:
        """The occurrence has changed."""
        self._planned.pop(id(occurrence), None)

    def forget_all(self) -> None:
        """The case has changed, and perhaps all its occurrences."""
        self._planned.clear()

    def done(self, planned: Planned) -> None:
        """This has been done, and nothing else that is planned for its occurrence depends on it."""
        self._planned[id(planned.occurrence)].remove(planned)

    def due_at(self, occurrence: Occurrence) -> datetime | None:
        """The next instant at which the clock has something planned for one occurrence."""
        return min((planned.plan.at for planned in self._of(occurrence)), default=None)

    def everything(self) -> list[Planned]:
        """All that is planned, in no order."""
        found: list[Planned] = []
        for occurrence in self._state.occurrences:
            found += self._of(occurrence)
        entry = self._state.enters_at
        if entry is not None:
            found.append(Planned(Plan(entry, Rank.START, entry)))
        return found

    def first(self, clock: datetime) -> Planned | None:
        """What to do next: the overdue counts as planned for now, and then goes by its due time."""

        def order(planned: Planned) -> tuple[datetime, Rank, datetime, int, int, int]:
            plan = planned.plan
            return plan if plan.at > clock else (clock, *plan[1:])

        return min(self.everything(), key=order, default=None)

    def _of(self, occurrence: Occurrence) -> list[Planned]:
        known = self._planned.get(id(occurrence))
        if known is None:
            known = self._planned[id(occurrence)] = planned_for(occurrence, self._state, self._process)
        return known


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
            at = _fires_at(trigger, due, target)
            plan = Plan(at, Rank.TRIGGER, due, place, occurrence.number, position)
            found.append(Planned(plan, occurrence, trigger))
    return found


def due_date(trigger: Trigger, occurrence: Occurrence, state: CaseState) -> datetime | None:
    """When a trigger is due as things stand; None while it is not planned (§8.1, 8.2)."""
    if trigger.kind is TriggerKind.SUCCESS:
        return occurrence.completion_date
    target, promised = occurrence.target_date, occurrence.promised
    if occurrence.state is not State.RUNNING or target is None or promised is None:
        return None
    distance = trigger.distance(promised)
    if not distance:
        return target
    hours = hours_of(occurrence.row, state)
    try:
        if trigger.kind is TriggerKind.VIOLATION:
            return hours.add(target, distance)
        return max(occurrence.start_date, hours.add(target, -distance))
    except BeyondHorizon:
        return None if trigger.kind is TriggerKind.VIOLATION else occurrence.start_date


def _fires_at(trigger: Trigger, due: datetime, target: datetime | None) -> datetime:
    """A violation due at the target fires one microsecond later: it needs now > target (§8.2)."""
    at_the_target = trigger.kind is TriggerKind.VIOLATION and due == target
    return due + INSTANT if at_the_target else due
