"""The look at all milestones after one fact: complete, leave or enter, cancel, stop, move, start (§8.5)."""

from __future__ import annotations

from collections.abc import Sequence

from entitlements.core.definition import CRITERIA, ENTRY, CompletedBy, ProcessMilestone, Recurrence
from entitlements.core.entering import leave_or_enter
from entitlements.core.evaluation import Evaluation
from entitlements.core.occurrences import (
    begin,
    cancel,
    complete,
    complete_if_done,
    completion_holds,
    follow_pauses,
    let_the_next_come,
    move,
    work_out_minutes,
)
from entitlements.core.starting import earliest_sequential, start_if_due
from entitlements.core.state import Occurrence, State, Track


def review(e: Evaluation, why_moved: str, done: Sequence[Occurrence] = ()) -> None:
    """Look at everything once. `done` are the occurrences that the fact itself completes."""
    for occurrence in done:
        complete(e, occurrence, max(e.at, occurrence.start_date))
    _remember_what_holds(e)
    for occurrence in e.state.occurrences:
        if occurrence.has_started and completion_holds(e, occurrence):
            complete(e, occurrence, max(e.at, occurrence.start_date))
    leave_or_enter(e)
    replaced = _follow_tiers(e)
    for occurrence in e.state.occurrences:
        if occurrence.is_open:
            _follow_changes(e, occurrence, why_moved)
    for name, row in _tiers(e):
        start_if_due(e, row, e.state.tracks[name], replaced.get(name))


def _remember_what_holds(e: Evaluation) -> None:
    """Since when the completion criteria of rows that may yet start have held (§4.5)."""
    since = e.state.holds_since
    for row in e.definition.rows:
        condition = row.completion
        if row.recurs or row.completed_by is not CompletedBy.CRITERIA or condition is None:
            continue
        if condition.speaks_of_milestone or not e.holds(condition, row):
            since.pop(row.key, None)
        else:
            since.setdefault(row.key, e.at)


def _follow_tiers(e: Evaluation) -> dict[str, Occurrence]:
    """Which row of each milestone is the tier now (§4.1, 4.2). Returns the occurrences that are replaced."""
    replaced: dict[str, Occurrence] = {}
    if not e.state.in_process:
        return replaced
    for name, rows in e.definition.milestones.items():
        row = next((row for row in rows if row.when is None or e.holds(row.when, row)), None)
        track = e.state.tracks.setdefault(name, Track())
        if row is None:
            _end_wanting(e, name, track)
            continue
        if track.tier is None:
            track.ticket = True
        if track.tier != row.key:
            track.tier, track.since = row.key, e.at
        if row.recurrence is not Recurrence.INDEPENDENT:
            for occurrence in e.state.of(name):
                if occurrence.is_open and occurrence.row.key != row.key:
                    cancel(e, occurrence, f"replaced by tier {row.tier}")
                    replaced[name] = occurrence
    return replaced


def _end_wanting(e: Evaluation, name: str, track: Track) -> None:
    track.tier, track.since, track.ticket, track.blocked = None, None, False, False
    for occurrence in e.state.of(name):
        if occurrence.is_open and occurrence.row.cancel_when_criteria_end:
            cancel(e, occurrence, "its criteria no longer hold")


def _follow_changes(e: Evaluation, occurrence: Occurrence, why: str) -> None:
    """What a change of the case does to an open occurrence: stop or resume, another start, another target."""
    follow_pauses(e, occurrence)
    start_before, minutes_before = occurrence.start_date, occurrence.minutes
    if occurrence.row.start not in (ENTRY, CRITERIA):
        _follow_start_field(e, occurrence)
    if not occurrence.is_open:
        return
    if occurrence.row.formula is not None:
        work_out_minutes(e, occurrence)
    start_moved = occurrence.start_date != start_before
    move(e, occurrence, why, start_moved or occurrence.minutes != minutes_before)
    if occurrence.state is State.PENDING:
        _begin_if_it_may(e, occurrence)
    elif start_moved:
        complete_if_done(e, occurrence)


def _begin_if_it_may(e: Evaluation, occurrence: Occurrence) -> None:
    """A pending one whose start a field moved to the past, or that was held by what completes it (§4.5)."""
    if occurrence.start_date > e.clock:
        return
    if occurrence.held and not completion_holds(e, occurrence):
        occurrence.start_date = e.at
    begin(e, occurrence)


def _follow_start_field(e: Evaluation, occurrence: Occurrence) -> None:
    """Another date moves the start, none cancels (§4.4)."""
    value = e.state.date(occurrence.row.start)
    if value == occurrence.field_start:
        return
    if value is None:
        cancel(e, occurrence, f"its start field “{occurrence.row.start}” was emptied")
        let_the_next_come(e, occurrence, e.at)
        return
    occurrence.field_start = value
    occurrence.start_date = max(value, earliest_sequential(e, occurrence.row) or value)
    if occurrence.start_date > e.clock:
        occurrence.state, occurrence.held = State.PENDING, False
        occurrence.target_date = occurrence.target_date or occurrence.original_target


def _tiers(e: Evaluation) -> list[tuple[str, ProcessMilestone]]:
    """The milestones that are wanted now, with their tiers, in order."""
    tracks = e.state.tracks
    named = [(name, tracks[name].tier) for name in e.definition.milestones if name in tracks]
    return [(name, e.definition.row[tier]) for name, tier in named if tier is not None]
