"""The clock of one occurrence: open time, stopped time, target, remaining (§2.7, §5.2, §7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from entitlements.core.calendar import Timeline
from entitlements.core.definition import HoursFrom, ProcessMilestone
from entitlements.core.state import CaseState, Occurrence, State, Stop

ZERO = timedelta(0)
Span = tuple[datetime, datetime]


def hours_of(row: ProcessMilestone, state: CaseState) -> Timeline:
    """The hours that count for a row on this case (§2.7)."""
    return state.case_hours if row.hours_from is HoursFrom.CASE else row.hours


def stopped_spans(stops: Iterable[Stop], start: datetime, until: datetime) -> list[Span]:
    """The periods of `stops` within [start, until), overlapping ones joined, in order."""
    clipped = sorted((max(stop.since, start), min(stop.until or until, until)) for stop in stops)
    joined: list[Span] = []
    for begin, end in clipped:
        if begin >= end:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def stopped_time(occurrence: Occurrence, state: CaseState, until: datetime) -> timedelta:
    """Open time that the occurrence spent stopped since its start (§7.4–7.6)."""
    if occurrence.never_ran or not (state.stops or occurrence.pauses):
        return ZERO
    hours = hours_of(occurrence.row, state)
    spans = stopped_spans([*state.stops, *occurrence.pauses], occurrence.start_date, until)
    return sum((hours.elapsed(begin, end) for begin, end in spans), ZERO)


def target_at(occurrence: Occurrence, state: CaseState, at: datetime) -> datetime | None:
    """`add(start_date, promised + stopped time until at)`; None without minutes. Raises BeyondHorizon."""
    if occurrence.promised is None:
        return None
    promised = occurrence.promised + stopped_time(occurrence, state, at)
    return hours_of(occurrence.row, state).add(occurrence.start_date, promised)


def end_of(occurrence: Occurrence, now: datetime) -> datetime:
    """Until when its time counts: its completion or cancellation, else now."""
    return occurrence.completion_date or occurrence.cancelled_at or now


def elapsed_time(occurrence: Occurrence, state: CaseState, now: datetime) -> timedelta:
    """Open time from the start to the end or now, stops included; nothing before the start (§7.5)."""
    end = end_of(occurrence, now)
    if occurrence.never_ran or end <= occurrence.start_date:
        return ZERO
    return hours_of(occurrence.row, state).elapsed(occurrence.start_date, end)


def remaining_time(occurrence: Occurrence, state: CaseState, now: datetime) -> timedelta | None:
    """Open time left, negative when late; the whole while pending; None when finished or without target."""
    whole = occurrence.promised
    if not occurrence.is_open or whole is None:
        return None
    if occurrence.state is State.PENDING:
        return whole
    stopped = stopped_time(occurrence, state, now)
    return whole + stopped - elapsed_time(occurrence, state, now)
