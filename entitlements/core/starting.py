"""When the next occurrence of a wanted milestone starts: its recurrence and its start rule (§4.3–4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from entitlements.core.definition import CRITERIA, ENTRY, OnReentry, ProcessMilestone, Recurrence
from entitlements.core.evaluation import Evaluation
from entitlements.core.occurrences import come_into_being, completion_holds, drafted
from entitlements.core.state import Occurrence, State, Track


def start_if_due(e: Evaluation, row: ProcessMilestone, track: Track, replaced: Occurrence | None) -> None:
    """Start the next occurrence where its recurrence allows it. `replaced` is the one of another tier."""
    if not _may_start(e, row, track):
        return
    start, field_start = _start_date(e, row, track, replaced)
    if start is None or (replaced is None and not _is_later(e, row, field_start)):
        return
    if track.blocked or (replaced is not None and replaced.held):
        start = max(start, e.at)
    coming = drafted(e, row, start, field_start)
    if row.recurs and start <= e.clock and completion_holds(e, coming):
        track.blocked = True
        return
    track.blocked = track.ticket = False
    come_into_being(e, coming)


def earliest_sequential(e: Evaluation, row: ProcessMilestone) -> datetime | None:
    """A Sequential one starts no earlier than the target of the last completed occurrence (§4.3)."""
    if row.recurrence is not Recurrence.SEQUENTIAL:
        return None
    own = _that_count(e, e.state.of(row.milestone))
    done = [occurrence for occurrence in own if _is_done(occurrence)]
    return done[-1].target_date if done else None


def _may_start(e: Evaluation, row: ProcessMilestone, track: Track) -> bool:
    if row.recurrence is Recurrence.INDEPENDENT:
        return track.ticket
    own = e.state.of(row.milestone)
    if any(occurrence.is_open for occurrence in own):
        return False
    return row.recurs or not any(_is_done(one) for one in _that_count(e, own))


def _is_done(occurrence: Occurrence) -> bool:
    """Completed, or waived: neither is owed any more (§4.3, §11)."""
    return occurrence.state is State.COMPLETED or occurrence.is_waived


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
        start = max(start, earliest_sequential(e, row) or start)
    return start, field_start


def _is_later(e: Evaluation, row: ProcessMilestone, field_start: datetime | None) -> bool:
    """A recurring one with a start field comes again only for a later date than the last start (§4.4)."""
    if field_start is None or not row.recurs:
        return True
    earlier = _that_count(e, e.state.of(row.milestone))
    return all(one.start_date < field_start for one in earlier if not one.never_ran)
