"""Why a target is when it is: its start, its hours, its minutes and every stretch of time up to it.

The table adds up to the microsecond: what has counted from the start until the target is the promised time,
and what the clock stood still in between is beside it (§5.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from entitlements.core.calendar import BeyondHorizon
from entitlements.core.clock import elapsed_time, end_of, hours_of, remaining_time, stopped_time
from entitlements.core.definition import HoursFrom, Process
from entitlements.core.evaluation import names_of
from entitlements.core.folding import fold
from entitlements.core.segments import ZERO, Segment, cut
from entitlements.core.state import CaseState, Occurrence, State, Stop
from entitlements.core.tier_choice import Chosen, NotChosen, chosen_tier, tiers_not_chosen
from entitlements.core.why_words import Promised, start_words


@dataclass(frozen=True, slots=True)
class Explanation:
    """One occurrence as it stood at `now`. `zone` is the calendar's, or the viewer's where it has none.

    `segments` cover [start_date, ends_at): to the target, or to now or the end where there is none.
    `stopped` is all the open time that moved the target, `stopped_later` the part of it after the target.
    `worked_out` is the target by the hours and stops as they are: another than the recorded one where they
    were edited after the end or are being recalculated; of a stopped one, if it went on now. `left` is
    negative when late, and of a finished one what it had to spare.
    """

    milestone: str
    number: int
    recurs: bool
    state: State
    now: datetime
    zone: tzinfo
    zone_is_the_calendars: bool
    hours: str
    hours_from: HoursFrom
    start_date: datetime
    start_why: str
    held: bool
    never_ran: bool
    promised: Promised
    segments: tuple[Segment, ...]
    target_date: datetime | None
    original_target: datetime | None
    worked_out: datetime | None
    violated_at: datetime | None
    ended_at: datetime | None
    waived_at: datetime | None
    reason: str
    error: str
    elapsed: timedelta
    stopped: timedelta
    stopped_later: timedelta
    left: timedelta | None
    chosen: Chosen
    not_chosen: tuple[NotChosen, ...]

    @property
    def actual_elapsed(self) -> timedelta:
        return self.elapsed - self.stopped

    @property
    def ends_at(self) -> datetime:
        return self.segments[-1].end if self.segments else self.start_date

    @property
    def counted(self) -> timedelta:
        return self.segments[-1].total if self.segments else ZERO

    @property
    def adds_up(self) -> bool:
        """Whether the recorded target is what its start, minutes and stops make by the hours as they are."""
        return self.target_date is None or self.target_date == self.worked_out


def explain(
    definition: Process, state: CaseState, occurrence: Occurrence, now: datetime, viewers_zone: tzinfo
) -> Explanation:
    """`definition` is the version by which the occurrence goes; a moment in UTC as everywhere."""
    row, hours = occurrence.row, hours_of(occurrence.row, state)
    zone = ZoneInfo(hours.time_zone) if hours.time_zone else viewers_zone
    end = end_of(occurrence, now)
    stops = [] if occurrence.never_ran else [*state.stops, *occurrence.pauses]
    stopped = stopped_time(occurrence, state, end)
    segments = _segments(occurrence, state, stops, end, zone)
    names = names_of(state, definition).with_milestone(
        occurrence.milestone, occurrence.start_date, occurrence.number
    )
    return Explanation(
        milestone=occurrence.milestone,
        number=occurrence.number,
        recurs=row.recurs,
        state=occurrence.state,
        now=now,
        zone=zone,
        zone_is_the_calendars=bool(hours.time_zone),
        hours=hours.name,
        hours_from=row.hours_from,
        start_date=occurrence.start_date,
        start_why=start_words(definition, state, occurrence),
        held=occurrence.held and occurrence.is_open,
        never_ran=occurrence.never_ran,
        promised=Promised.of(occurrence, names),
        segments=segments,
        target_date=occurrence.target_date,
        original_target=occurrence.original_target,
        worked_out=_worked_out(occurrence, state, stopped),
        violated_at=occurrence.violated_at,
        ended_at=occurrence.completion_date or occurrence.cancelled_at,
        waived_at=occurrence.waived_at,
        reason=occurrence.reason,
        error=occurrence.error,
        elapsed=elapsed_time(occurrence, state, now),
        stopped=stopped,
        stopped_later=stopped - sum((segment.stopped for segment in segments), ZERO),
        left=_left(occurrence, state, now, stopped),
        chosen=chosen_tier(definition, occurrence, names),
        not_chosen=tiers_not_chosen(definition, occurrence, names),
    )


def _segments(
    occurrence: Occurrence, state: CaseState, stops: Sequence[Stop], end: datetime, zone: tzinfo
) -> tuple[Segment, ...]:
    """From the start to the target; where there is none to now or the end, of one that never ran none."""
    until = occurrence.target_date
    if until is None:
        until = occurrence.start_date if occurrence.never_ran else end
    if until <= occurrence.start_date:
        return ()
    hours = hours_of(occurrence.row, state)
    return tuple(fold(cut(hours, occurrence.start_date, until, stops, end), zone))


def _worked_out(occurrence: Occurrence, state: CaseState, stopped: timedelta) -> datetime | None:
    if occurrence.promised is None:
        return None
    try:
        return hours_of(occurrence.row, state).add(occurrence.start_date, occurrence.promised + stopped)
    except BeyondHorizon:
        return None


def _left(occurrence: Occurrence, state: CaseState, now: datetime, stopped: timedelta) -> timedelta | None:
    if occurrence.is_open or occurrence.promised is None:
        return remaining_time(occurrence, state, now)
    return occurrence.promised - (elapsed_time(occurrence, state, now) - stopped)
