"""A case goes over to another version of its process (§3.2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from entitlements.core.changes import Kind
from entitlements.core.definition import (
    CRITERIA,
    ENTRY,
    CompletedBy,
    Process,
    ProcessMilestone,
    Recurrence,
    Trigger,
)
from entitlements.core.evaluation import Evaluation
from entitlements.core.occurrences import cancel, complete_if_done, move, work_out_minutes
from entitlements.core.state import Occurrence, State, Track

WHY_MOVED = "another version of the process"


def adopt(e: Evaluation, new: Process) -> None:
    """Let the case go on by the new version: what is open continues there, what is not in it is cancelled."""
    old = e.definition
    e.follow(new)
    e.record(Kind.VERSION, process=new.name, old=old.version, version=new.version)
    wanted = {name: _wanted(e, rows) for name, rows in new.milestones.items()}
    _take_over_memory(e, old, wanted)
    for occurrence in e.state.occurrences:
        if occurrence.is_open:
            _continue(e, occurrence, wanted.get(occurrence.milestone))


def _wanted(e: Evaluation, rows: Sequence[ProcessMilestone]) -> ProcessMilestone | None:
    return next((row for row in rows if row.when is None or e.holds(row.when, row)), None)


def _take_over_memory(e: Evaluation, old: Process, wanted: dict[str, ProcessMilestone | None]) -> None:
    tracks = e.state.tracks
    e.state.tracks = {
        name: _taken_over(e, track, old, wanted[name]) for name, track in tracks.items() if name in wanted
    }
    since = e.state.holds_since
    e.state.holds_since = {
        row.key: since[twin.key]
        for row in e.definition.rows
        if (twin := _same_completion(row, old)) is not None and twin.key in since
    }


def _taken_over(e: Evaluation, track: Track, old: Process, wanted: ProcessMilestone | None) -> Track:
    """Wanted before and now is no start, whichever tier it is; another tier is one since now."""
    if track.tier is None or wanted is None:
        return track
    if old.row[track.tier].tier != wanted.tier:
        track.since = e.at
    track.tier = wanted.key
    return track


def _same_completion(row: ProcessMilestone, old: Process) -> ProcessMilestone | None:
    """A row of the same milestone that was completed by the same criteria."""
    if row.completion is None:
        return None
    texts = ((twin, twin.completion) for twin in old.milestones.get(row.milestone, ()))
    return next((twin for twin, one in texts if one is not None and one.text == row.completion.text), None)


def _continue(e: Evaluation, occurrence: Occurrence, wanted: ProcessMilestone | None) -> None:
    """Under the tier that is wanted now; an Independent one keeps the tier with which it started."""
    tiers = e.definition.milestones.get(occurrence.milestone)
    if tiers is None:
        cancel(e, occurrence, f"not in version {e.definition.version}")
        return
    same = next((row for row in tiers if row.tier == occurrence.row.tier), None)
    if tiers[0].recurrence is Recurrence.INDEPENDENT:
        _go_on_with(e, occurrence, same or wanted or tiers[-1])
    else:
        _go_on_with(e, occurrence, wanted or same or tiers[-1])


def _go_on_with(e: Evaluation, occurrence: Occurrence, row: ProcessMilestone) -> None:
    """Its start, stops and number stay; its target is worked out anew, and so is what completes it."""
    old, minutes_before = occurrence.row, occurrence.minutes
    occurrence.settled = _settled(old, row, occurrence.settled)
    occurrence.row = row
    if row.start != old.start:
        is_field = row.start not in (ENTRY, CRITERIA)
        occurrence.field_start = e.state.date(row.start) if is_field else None
    work_out_minutes(e, occurrence)
    other_hours = (row.hours, row.hours_from) != (old.hours, old.hours_from)
    move(e, occurrence, WHY_MOVED, other_hours or occurrence.minutes != minutes_before)
    if occurrence.state is not State.PENDING and _completes_otherwise(row, old):
        complete_if_done(e, occurrence)


def _completes_otherwise(row: ProcessMilestone, old: ProcessMilestone) -> bool:
    """By a reply or by closing, as it was not before: that may have happened already (§6.2)."""
    return row.completed_by is not old.completed_by and row.completed_by is not CompletedBy.CRITERIA


def _settled(old: ProcessMilestone, row: ProcessMilestone, settled: set[str]) -> set[str]:
    """Triggers of the new row that count as done: the first with the moment of one that was, and so on."""
    done = dict(zip(_moments(old), (trigger.key in settled for trigger in old.triggers), strict=True))
    moments = zip(_moments(row), row.triggers, strict=True)
    return {trigger.key for moment, trigger in moments if done.get(moment)}


def _moments(row: ProcessMilestone) -> list[tuple[object, ...]]:
    """When each trigger fires, and the how-manieth at that moment it is."""
    seen: Counter[tuple[object, ...]] = Counter()
    found = []
    for trigger in row.triggers:
        moment = _moment(trigger)
        seen[moment] += 1
        found.append((*moment, seen[moment]))
    return found


def _moment(trigger: Trigger) -> tuple[object, ...]:
    return trigger.kind, trigger.minutes, trigger.percent
