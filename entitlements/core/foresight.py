"""What becomes of one row of a process on a new case of which nothing more is heard: its start, its target,
its warnings and violations. The engine itself decides; this only looks on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from entitlements.core.changes import Changes, Firing
from entitlements.core.clock import hours_of
from entitlements.core.definition import ENTRY, Organisation, Process, ProcessMilestone, TriggerKind
from entitlements.core.engine import evaluate, next_look
from entitlements.core.facts import Created
from entitlements.core.state import CaseState, Occurrence, State

MOST_LOOKS = 200


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Of the row's first occurrence. `why_not` says why there is none, or why its clock does not run.

    `target` is the one with which it began; `moved_to` another that it has got since, by a trigger's action.
    `firings` are in the order in which they happen.
    """

    row: ProcessMilestone
    created_at: datetime
    hours: str
    time_zone: str
    start: datetime | None = None
    minutes: int | None = None
    target: datetime | None = None
    moved_to: datetime | None = None
    firings: tuple[Firing, ...] = ()
    why_not: str = ""


def foresee(process: Process, organisation: Organisation, state: CaseState, row_key: str) -> Foreseen:
    """Let the case be created and look at every planned moment until all is said about the row.

    `state` is the case as it is created. KeyError: the process has no such row.
    """
    row = process.row[row_key]
    looks = [evaluate(process, organisation, state, (Created(state.created_at),), state.created_at)]
    for _ in range(MOST_LOOKS):
        one = first_of(row_key, looks[-1].state)
        planned = next_look(process, looks[-1].state)
        if planned is None or (one is not None and _all_is_said(one)):
            break
        looks.append(evaluate(process, organisation, looks[-1].state, (), planned))
    return _foreseen(process, row, looks)


def first_of(row_key: str, state: CaseState) -> Occurrence | None:
    """The first occurrence that started with the row."""
    return next((one for one in state.occurrences if one.row.key == row_key), None)


def _all_is_said(one: Occurrence) -> bool:
    if not one.is_open:
        return True
    awaited = {trigger.key for trigger in one.row.triggers if trigger.kind is not TriggerKind.SUCCESS}
    return one.state is State.RUNNING and one.target_date is not None and awaited <= one.settled


def _foreseen(process: Process, row: ProcessMilestone, looks: list[Changes]) -> Foreseen:
    last = looks[-1].state
    hours = hours_of(row, last)
    one = first_of(row.key, last)
    if one is None:
        why = _why_none(process, row, last)
        return Foreseen(row, last.created_at, hours.name, hours.time_zone, why_not=why)
    firings = tuple(
        firing
        for changes in looks
        for firing in changes.firings
        if firing.occurrence.row.key == row.key and firing.occurrence.number == one.number
    )
    began_with = next(
        (target for changes in looks if (target := _target_of(row.key, changes.state)) is not None), None
    )
    moved = one.target_date if one.is_open and one.target_date != began_with else None
    return Foreseen(
        row,
        last.created_at,
        hours.name,
        hours.time_zone,
        start=one.start_date,
        minutes=one.minutes,
        target=began_with,
        moved_to=moved,
        firings=firings,
        why_not=_why_no_target(one) if began_with is None or one.state is State.STOPPED else "",
    )


def _target_of(row_key: str, state: CaseState) -> datetime | None:
    one = first_of(row_key, state)
    return one.original_target if one is not None else None


def _why_no_target(one: Occurrence) -> str:
    if one.error:
        return one.error
    if one.state is State.STOPPED:
        return "Its clock stands still from the beginning."
    if one.held:
        return "What completes it holds already: it waits until that ends."
    return one.reason or "It has no target."


def _why_none(process: Process, row: ProcessMilestone, state: CaseState) -> str:
    fault = state.faults.get(row.key)
    if fault:
        return fault
    if not state.in_process:
        return _why_outside(process, state)
    track = state.tracks.get(row.milestone)
    if track is None or track.tier is None:
        return "Its criteria do not hold for such a case."
    if track.tier != row.key:
        tier = process.row[track.tier].tier
        if tier > row.tier:
            return f"Its criteria do not hold for such a case: tier {tier} is taken."
        return f"Tier {tier} of this milestone comes first for such a case."
    if track.blocked:
        return "What completes it holds already: it waits until that ends."
    if row.start != ENTRY and state.date(row.start) is None:
        return f"It waits for a date in the case's field {row.start}."
    return "It does not start for such a case."


def _why_outside(process: Process, state: CaseState) -> str:
    if state.run:
        return "The case has left the process before."
    if state.date(process.enter_at) is None:
        return f"The case waits for a date in its field {process.enter_at} to enter the process."
    return "Such a case does not enter the process: its exit criteria hold."
