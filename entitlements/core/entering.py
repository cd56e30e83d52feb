"""Entering and leaving a process (§3)."""

from __future__ import annotations

from entitlements.core.changes import Kind
from entitlements.core.evaluation import Evaluation
from entitlements.core.occurrences import cancel


def leave_or_enter(e: Evaluation) -> None:
    """Outside, enter when entry date and entitlement allow it; inside, exit criteria end the run."""
    exits = _exit_holds(e)
    e.state.enters_at = None
    if e.state.in_process and exits:
        leave(e, "left the process")
    elif not e.state.in_process and not exits:
        _enter_or_wait(e)


def leave(e: Evaluation, reason: str) -> None:
    """End the run; what is still open is cancelled, nothing vanishes."""
    for occurrence in e.state.occurrences:
        if occurrence.is_open:
            cancel(e, occurrence, reason)
    e.record(Kind.LEFT, reason=reason, run=e.state.run)
    e.state.entry_date = None
    e.state.tracks.clear()


def _exit_holds(e: Evaluation) -> bool:
    condition = e.definition.exit_when
    return e.state.is_closed if condition is None else e.exits(condition)


def _enter_or_wait(e: Evaluation) -> None:
    """The first run begins on the entry field's date, a later one at the moment of re-entry (§3.1, 3.4)."""
    promise = e.state.promise
    if promise is None or not e.definition.rows:
        return
    wished = e.state.date(e.definition.enter_at) if e.state.first_run_of_process else e.at
    if wished is None:
        return
    entry = max(wished, promise.starts_at)
    if entry > e.clock:
        e.state.enters_at = entry
    elif promise.holds(e.clock):
        e.state.run += 1
        e.state.entry_date, e.state.first_run_of_process = entry, False
        e.record(Kind.ENTERED, process=e.definition.name, version=e.definition.version, entry_date=entry)
