"""The look at all milestones of a case after one fact: complete, leave or enter, cancel, stop, move, start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from entitlements.core.changes import Kind
from entitlements.core.definition import (
    CRITERIA,
    ENTRY,
    CompletedBy,
    OnReentry,
    ProcessMilestone,
    Recurrence,
)
from entitlements.core.evaluation import Evaluation
from entitlements.core.occurrences import (
    begin,
    cancel,
    complete,
    completion_holds,
    create,
    follow_pauses,
    mark_if_late,
    move,
    work_out_minutes,
)
from entitlements.core.state import Occurrence, State, Track


def review(e: Evaluation, why_moved: str, done_at: datetime, done: Sequence[Occurrence] = ()) -> None:
    """Look at everything once. `done` are the occurrences that the fact itself completes, at `done_at`."""
    for occurrence in done:
        complete(e, occurrence, max(done_at, occurrence.start_date))
    remember_what_holds(e, done_at)
    for occurrence in e.state.occurrences:
        if occurrence.has_started and completion_holds(e, occurrence.row, occurrence):
            complete(e, occurrence, max(done_at, occurrence.start_date))
    leave_or_enter(e)
    replaced = follow_tiers(e)
    for occurrence in e.state.occurrences:
        if occurrence.is_open:
            follow_changes(e, occurrence, why_moved)
    for name, row in _tiers(e):
        start_if_due(e, row, e.state.tracks[name], replaced.get(name))
    for occurrence in e.state.occurrences:
        mark_if_late(e, occurrence)


def remember_what_holds(e: Evaluation, at: datetime) -> None:
    """Since when the completion criteria of rows that may yet start have held (§4.5)."""
    since = e.state.holds_since
    for row in e.definition.rows:
        condition = row.completion
        if row.recurs or row.completed_by is not CompletedBy.CRITERIA or condition is None:
            continue
        if condition.speaks_of_milestone or not e.holds(condition, row):
            since.pop(row.key, None)
        else:
            since.setdefault(row.key, at)


def leave_or_enter(e: Evaluation) -> None:
    """§3: a case outside enters when its entry date has come and its entitlement holds; exit criteria end the run."""
    exits = exit_holds(e)
    e.state.enters_at = None
    if e.state.in_process and exits:
        leave(e, "left the process")
    elif not e.state.in_process and not exits:
        _enter_or_wait(e)


def exit_holds(e: Evaluation) -> bool:
    condition = e.definition.exit_when
    if condition is None:
        return e.state.is_closed
    try:
        return bool(condition.value(e.names))
    except ValueError as fault:
        e.fault("exit", f"Exit criteria: {fault}")
        return False


def leave(e: Evaluation, reason: str) -> None:
    """End the run; what is still open is cancelled, nothing vanishes."""
    for occurrence in e.state.occurrences:
        if occurrence.is_open:
            cancel(e, occurrence, reason)
    e.record(Kind.LEFT, reason=reason, run=e.state.run)
    e.state.entry_date = None
    e.state.tracks.clear()


def _enter_or_wait(e: Evaluation) -> None:
    promise = e.state.promise
    if promise is None or not e.definition.rows:
        return
    first = e.state.first_run_of_process
    wished = e.state.date(e.definition.enter_at) if first else e.clock
    if wished is None:
        return
    entry = max(wished, promise.starts_at)
    if entry > e.clock:
        e.state.enters_at = entry
    elif promise.holds(e.clock):
        e.state.run += 1
        e.state.entry_date, e.state.first_run_of_process = entry, False
        e.record(Kind.ENTERED, process=e.definition.name, version=e.definition.version, entry_date=entry)


def follow_tiers(e: Evaluation) -> dict[str, Occurrence]:
    """Which row of each milestone is the tier now (§4.1, 4.2). Returns the occurrences that another tier replaces."""
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
            track.tier, track.since, track.blocked = row.key, e.clock, False
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


def follow_changes(e: Evaluation, occurrence: Occurrence, why: str) -> None:
    """What a change of the case does to an open occurrence: stop or resume, another start, another target."""
    follow_pauses(e, occurrence)
    start_before, minutes_before = occurrence.start_date, occurrence.minutes
    if occurrence.row.start not in (ENTRY, CRITERIA):
        _follow_start_field(e, occurrence)
    if not occurrence.is_open:
        return
    if occurrence.row.formula is not None:
        work_out_minutes(e, occurrence)
    changed = (start_before, minutes_before) != (occurrence.start_date, occurrence.minutes)
    if changed or occurrence.state is not State.STOPPED:
        move(e, occurrence, why)
    if occurrence.state is State.PENDING and occurrence.start_date <= e.clock:
        _begin_held(e, occurrence)


def _begin_held(e: Evaluation, occurrence: Occurrence) -> None:
    if occurrence.held and not completion_holds(e, occurrence.row, occurrence):
        occurrence.start_date = e.clock
    begin(e, occurrence)


def _follow_start_field(e: Evaluation, occurrence: Occurrence) -> None:
    value = e.state.date(occurrence.row.start)
    if value == occurrence.field_start:
        return
    if value is None:
        cancel(e, occurrence, f"its start field “{occurrence.row.start}” was emptied")
        return
    occurrence.field_start = value
    occurrence.start_date = max(value, _earliest_sequential(e, occurrence.row) or value)
    if occurrence.start_date > e.clock:
        occurrence.state = State.PENDING
        occurrence.target_date = occurrence.target_date or occurrence.original_target


def _tiers(e: Evaluation) -> list[tuple[str, ProcessMilestone]]:
    """The milestones that are wanted now, with their tiers, in order."""
    tracks = e.state.tracks
    named = [(name, tracks[name].tier) for name in e.definition.milestones if name in tracks]
    return [(name, e.definition.row[tier]) for name, tier in named if tier is not None]


def start_if_due(e: Evaluation, row: ProcessMilestone, track: Track, replaced: Occurrence | None) -> None:
    """Start the next occurrence of a wanted milestone where its recurrence allows it (§4.3, 4.4)."""
    if not _may_start(e, row, track):
        return
    start, field_start = _start_date(e, row, track, replaced)
    if start is None or (replaced is None and not _is_later(e, row, field_start)):
        return
    if row.recurs and start <= e.clock and completion_holds(e, row):
        track.blocked = True
        return
    if track.blocked:
        start = max(start, e.clock)
    track.blocked = track.ticket = False
    create(e, row, start, field_start)


def _may_start(e: Evaluation, row: ProcessMilestone, track: Track) -> bool:
    if row.recurrence is Recurrence.INDEPENDENT:
        return track.ticket
    own = e.state.of(row.milestone)
    if any(occurrence.is_open for occurrence in own):
        return False
    done = any(occurrence.state is State.COMPLETED for occurrence in _that_count(e, own))
    return row.recurs or not done


def _that_count(e: Evaluation, occurrences: Sequence[Occurrence]) -> Sequence[Occurrence]:
    """Under `restart` only the current run's occurrences count (§3.4)."""
    return e.in_run(occurrences) if e.definition.on_reentry is OnReentry.RESTART else occurrences


def _start_date(
    e: Evaluation, row: ProcessMilestone, track: Track, replaced: Occurrence | None
) -> tuple[datetime | None, datetime | None]:
    """The start by the row's rule, and the start field's value where that gave it (§4.4)."""
    field_start = None
    if row.start == CRITERIA:
        start = track.since
    elif row.start != ENTRY:
        start = field_start = e.state.date(row.start)
    elif not row.recurs:
        start = e.state.entry_date
    elif replaced is not None:
        start = replaced.start_date
    else:
        start = track.since if e.in_run(e.state.of(row.milestone)) else e.state.entry_date
    if start is not None:
        start = max(start, _earliest_sequential(e, row) or start)
    return start, field_start


def _earliest_sequential(e: Evaluation, row: ProcessMilestone) -> datetime | None:
    """A Sequential one starts no earlier than the target of the last completed occurrence (§4.3)."""
    if row.recurrence is not Recurrence.SEQUENTIAL:
        return None
    done = [
        occurrence
        for occurrence in _that_count(e, e.state.of(row.milestone))
        if occurrence.state is State.COMPLETED
    ]
    return done[-1].target_date if done else None


def _is_later(e: Evaluation, row: ProcessMilestone, field_start: datetime | None) -> bool:
    """A recurring one with a start field comes again only for a later date than the last start (§4.4)."""
    if field_start is None or not row.recurs:
        return True
    earlier = _that_count(e, e.state.of(row.milestone))
    return all(occurrence.start_date < field_start for occurrence in earlier)
