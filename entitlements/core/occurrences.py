"""The life of one occurrence: it comes, begins, stops, moves, completes or is cancelled (§4–§7)."""

from __future__ import annotations

from datetime import datetime

from entitlements.core.calendar import BeyondHorizon
from entitlements.core.changes import Kind
from entitlements.core.clock import target_at
from entitlements.core.definition import CompletedBy, ProcessMilestone, Recurrence
from entitlements.core.evaluation import Evaluation
from entitlements.core.expressions import EvaluationError
from entitlements.core.state import Occurrence, State, Stop, StopKind


def drafted(
    e: Evaluation, row: ProcessMilestone, start: datetime, field_start: datetime | None = None
) -> Occurrence:
    """The occurrence that would come next. It does not exist yet."""
    number = 1 + max((other.number for other in e.state.of(row.milestone)), default=0)
    return Occurrence(row, number, e.state.run, came_at=e.clock, start_date=start, field_start=field_start)


def come_into_being(e: Evaluation, occurrence: Occurrence) -> None:
    """It exists from now on, and begins at once unless its start lies ahead."""
    e.state.occurrences.append(occurrence)
    occurrence.priority_at_start = e.state.texts.get("priority", "")
    occurrence.queue_at_start = e.state.texts.get("queue", "")
    work_out_minutes(e, occurrence)
    if occurrence.start_date <= e.clock:
        begin(e, occurrence)
        return
    occurrence.target_date = _target(e, occurrence, occurrence.start_date)
    occurrence.original_target = occurrence.target_date
    e.record(Kind.PENDING, occurrence, start=occurrence.start_date, target=occurrence.target_date)
    follow_pauses(e, occurrence)


def begin(e: Evaluation, occurrence: Occurrence) -> None:
    """Its start has come: the clock runs, unless what completes it already holds (§4.5)."""
    if occurrence.row.recurs and completion_holds(e, occurrence):
        occurrence.held = True
        return
    occurrence.held = False
    work_out_minutes(e, occurrence)
    occurrence.state = State.RUNNING
    occurrence.target_date = _target(e, occurrence, e.clock)
    occurrence.original_target = occurrence.target_date
    e.record(Kind.STARTED, occurrence, start=occurrence.start_date, target=occurrence.target_date)
    if complete_if_done(e, occurrence):
        return
    follow_pauses(e, occurrence)
    if mark_if_late(e, occurrence):
        occurrence.born_late = occurrence.came_at == e.clock


def work_out_minutes(e: Evaluation, occurrence: Occurrence) -> None:
    """The target's minutes as they are now. A failing formula keeps what there was and says so (§5.1)."""
    try:
        occurrence.minutes = e.minutes(occurrence.row, occurrence)
        occurrence.error = ""
    except EvaluationError as fault:
        _complain(e, occurrence, str(fault))


def _target(e: Evaluation, occurrence: Occurrence, at: datetime) -> datetime | None:
    try:
        return target_at(occurrence, e.state, at)
    except BeyondHorizon as fault:
        _complain(e, occurrence, str(fault))
        return occurrence.target_date


def _complain(e: Evaluation, occurrence: Occurrence, message: str) -> None:
    if occurrence.error != message:
        occurrence.error = message
        e.record(Kind.FAULT, occurrence, message=message)


def completion_holds(e: Evaluation, occurrence: Occurrence) -> bool:
    """Whether what completes it is a lasting state that holds now. A reply does not last."""
    row = occurrence.row
    if row.completed_by is CompletedBy.CASE_CLOSED:
        return e.state.is_closed
    if row.completed_by is CompletedBy.CRITERIA and row.completion is not None:
        return e.holds(row.completion, row, occurrence)
    return False


def complete_if_done(e: Evaluation, occurrence: Occurrence) -> bool:
    """Complete a No Recurrence one that what completes it has forestalled (§4.5). Whether it did so."""
    done_at = None if occurrence.row.recurs else _already_done_at(e, occurrence)
    if done_at is None:
        return False
    complete(e, occurrence, done_at)
    return True


def _already_done_at(e: Evaluation, occurrence: Occurrence) -> datetime | None:
    """When what completes a No Recurrence one came, at or after its start; else None (§4.5, §6.2)."""
    row, start = occurrence.row, occurrence.start_date
    if row.completed_by is CompletedBy.AGENT_REPLY:
        return next((reply for reply in e.state.replies if reply >= start), None)
    if not completion_holds(e, occurrence):
        return None
    if row.completed_by is CompletedBy.CASE_CLOSED:
        return max(start, e.state.closed_at or e.clock)
    return max(start, e.state.holds_since.get(row.key, e.clock))


def complete(e: Evaluation, occurrence: Occurrence, at: datetime) -> None:
    """Finish it at the time of the fact (§6.3), late or not."""
    occurrence.completion_date = at
    occurrence.reason = ""
    _finish(e, occurrence, at, State.COMPLETED)
    e.record(Kind.COMPLETED, occurrence, at, target=occurrence.target_date, violated=occurrence.is_violated)
    let_the_next_come(e, occurrence, at)


def cancel(e: Evaluation, occurrence: Occurrence, reason: str) -> None:
    """End it without completion. It is kept, with the reason (§4.6)."""
    at = max(e.at, occurrence.came_at)
    occurrence.cancelled_at = at
    occurrence.reason = reason
    _finish(e, occurrence, at, State.CANCELLED)
    e.record(
        Kind.CANCELLED,
        occurrence,
        reason=reason,
        target=occurrence.target_date,
        violated=occurrence.is_violated,
    )


def _finish(e: Evaluation, occurrence: Occurrence, at: datetime, state: State) -> None:
    """Later than the target of that moment is late (§5.3); a fact learned late may prove it in time."""
    if occurrence.state is not State.PENDING:
        occurrence.target_date = _target(e, occurrence, at)
        target = occurrence.target_date
        if target is not None and at > target:
            occurrence.violated_at = occurrence.violated_at or target
        elif occurrence.violated_at is not None and at <= occurrence.violated_at:
            occurrence.violated_at = None
            e.record(Kind.VIOLATION_WITHDRAWN, occurrence, reason="it had ended before its target")
    for pause in occurrence.pauses:
        pause.until = pause.until or at
    occurrence.state = state


def let_the_next_come(e: Evaluation, done: Occurrence, at: datetime) -> None:
    """After the last open one of a recurring milestone its next may come (§4.1, 4.3)."""
    track = e.state.tracks.get(done.milestone)
    if track is None or not done.row.recurs:
        return
    track.since = at
    if done.row.recurrence is Recurrence.INDEPENDENT:
        others_are_open = any(other.is_open for other in e.state.of(done.milestone))
        track.ticket = track.ticket or not others_are_open


def mark_if_late(e: Evaluation, occurrence: Occurrence) -> bool:
    """Record the violation of a running occurrence whose target has passed (§5.3). Whether it did so now."""
    target = occurrence.target_date
    late = occurrence.state is State.RUNNING and target is not None and e.clock > target
    if not late or occurrence.is_violated:
        return False
    occurrence.violated_at = target
    e.record(Kind.VIOLATED, occurrence, target, found_at=e.now)
    return True


def follow_pauses(e: Evaluation, occurrence: Occurrence) -> None:
    """Stop or resume an open occurrence as the case and its own `pause_when` say (§7.1)."""
    own = _follow_own_pause(e, occurrence) if occurrence.row.pause_when or occurrence.pauses else None
    stands_still = own is not None or e.state.is_stopped
    if occurrence.state is State.RUNNING and stands_still:
        occurrence.state, occurrence.target_date = State.STOPPED, None
        e.record(Kind.PAUSED, occurrence)
    elif occurrence.state is State.STOPPED and not stands_still:
        occurrence.state = State.RUNNING
        occurrence.target_date = _target(e, occurrence, e.clock)
        e.record(Kind.UNPAUSED, occurrence, target=occurrence.target_date)


def _follow_own_pause(e: Evaluation, occurrence: Occurrence) -> Stop | None:
    """Begin or end the pause that its own criteria ask for. Returns the one that lasts."""
    own = next((pause for pause in occurrence.pauses if pause.until is None), None)
    condition = occurrence.row.pause_when
    if condition is not None and e.holds(condition, occurrence.row, occurrence):
        if own is None:
            own = Stop(StopKind.MILESTONE, max(e.at, occurrence.came_at), reason=condition.text)
            occurrence.pauses.append(own)
        return own
    if own is not None:
        own.until = max(e.at, own.since)
    return None


def move(e: Evaluation, occurrence: Occurrence, why: str, changed: bool) -> None:
    """Work the target out anew and record where it went. Moved past now, it is no longer late (§5.3).

    `changed` says that its start or its minutes are others: a stopped one shows no target that could tell.
    """
    before = occurrence.target_date
    target = _target(e, occurrence, max(e.clock, occurrence.start_date))
    if occurrence.state is not State.STOPPED:
        occurrence.target_date, changed = target, target != before
    if changed:
        occurrence.original_target = occurrence.original_target or target
        e.record(Kind.MOVED, occurrence, old=before, new=target, why=why)
    if occurrence.is_violated and target is not None and target > e.clock:
        occurrence.violated_at, occurrence.born_late = None, False
        e.record(Kind.VIOLATION_WITHDRAWN, occurrence, reason=why)
