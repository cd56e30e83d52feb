"""How one occurrence of a milestone looks now: level, time left, share of its target used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cases.engine.load import Loaded
from cases.queries.opening import Opening, opening_of
from cases.queries.words import span, time_left
from entitlements.core.clock import elapsed_time, end_of, hours_of, remaining_time, stopped_time
from entitlements.core.definition import TriggerKind
from entitlements.core.state import CaseState, Occurrence, State

WATCH_FROM = 0.5
ZERO = timedelta(0)


class Level(StrEnum):
    """What colour, icon and word an occurrence gets (§10)."""

    CALM = "calm"
    WATCH = "watch"
    RISK = "risk"
    LATE = "late"
    STOPPED = "stopped"
    UPCOMING = "upcoming"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"
    WAIVED = "waived"
    UNKNOWN = "unknown"


WORDS = {
    Level.CALM: "On track",
    Level.WATCH: "Watch",
    Level.RISK: "At risk",
    Level.LATE: "Late",
    Level.STOPPED: "Stopped",
    Level.UPCOMING: "Upcoming",
    Level.MET: "Met",
    Level.MISSED: "Missed",
    Level.CANCELLED: "Cancelled",
    Level.WAIVED: "Waived",
    Level.UNKNOWN: "No target",
}


@dataclass(frozen=True, slots=True)
class Face:
    """`left` is open time: negative when late, to spare when met.

    `share` is that of the target's time that is used, 1 at the target. `marks` are the percentages at which
    warnings fire.
    """

    occurrence: Occurrence
    level: Level
    left: timedelta | None
    share: float
    marks: tuple[float, ...]
    opening: Opening

    @property
    def title(self) -> str:
        one = self.occurrence
        return f"{one.milestone} {one.number}" if one.row.recurs else one.milestone

    @property
    def violated(self) -> bool:
        return self.occurrence.is_violated

    @property
    def word(self) -> str:
        return WORDS[self.level]

    @property
    def runs(self) -> bool:
        return self.occurrence.state is State.RUNNING

    @property
    def percent(self) -> int:
        return int(self.share * 100)

    @property
    def fill(self) -> float:
        """The bar's width, of 100."""
        return round(min(max(self.share, 0), 1) * 100, 2)

    @property
    def told(self) -> str:
        """The time left, to spare or late by, in words; nothing without a target."""
        if self.left is None or self.level in (Level.CANCELLED, Level.WAIVED):
            return ""
        if self.level is Level.MET:
            return f"{span(self.left, self.opening.always)} to spare"
        if self.level is Level.MISSED:
            return f"by {span(self.left, self.opening.always)}"
        return "late" if self.is_just_late else time_left(self.left, self.opening.always)

    @property
    def is_just_late(self) -> bool:
        """Past its target, with no open time gone since."""
        return self.level is Level.LATE and self.left == timedelta(0)

    @property
    def left_seconds(self) -> float | None:
        return None if self.left is None else self.left.total_seconds()

    @property
    def whole_seconds(self) -> int:
        return int((self.occurrence.promised or ZERO).total_seconds())

    @property
    def extension(self) -> timedelta:
        """What a supervisor added to its time."""
        return timedelta(minutes=self.occurrence.extension)

    @property
    def moved(self) -> bool:
        """Whether its target is no longer the original one."""
        one = self.occurrence
        return one.target_date is not None and one.original_target not in (None, one.target_date)

    @property
    def order(self) -> tuple[int, datetime]:
        """Next due first; what stands still after what runs, what is yet to come last."""
        one = self.occurrence
        rank = {State.RUNNING: 0, State.STOPPED: 1, State.PENDING: 2}.get(one.state, 3)
        return rank, one.target_date or one.start_date


def face_of(occurrence: Occurrence, work: Loaded, now: datetime) -> Face:
    state = work.state
    left = left_of(occurrence, state, now)
    share = _share(occurrence, left)
    level = _level(occurrence, share, work.organisation.at_risk_percent / 100, now)
    hours = hours_of(occurrence.row, state)
    return Face(occurrence, level, left, share, _marks(occurrence), opening_of(hours, now))


def left_of(occurrence: Occurrence, state: CaseState, now: datetime) -> timedelta | None:
    """Open time left, of a finished one as it was at its end; None without a target."""
    if occurrence.is_open:
        return remaining_time(occurrence, state, now)
    if occurrence.promised is None:
        return None
    used = elapsed_time(occurrence, state, now) - stopped_time(occurrence, state, end_of(occurrence, now))
    return occurrence.promised - used


def is_late(occurrence: Occurrence, now: datetime) -> bool:
    """From the stored dates, whether or not the engine has looked (§5.3)."""
    target = occurrence.target_date
    passed = occurrence.state is State.RUNNING and target is not None and now > target
    return passed or occurrence.is_violated


def _share(occurrence: Occurrence, left: timedelta | None) -> float:
    if left is None or not occurrence.promised:
        return 0.0
    return 1 - left / occurrence.promised


def _level(occurrence: Occurrence, share: float, at_risk: float, now: datetime) -> Level:
    if occurrence.is_waived:
        return Level.WAIVED
    match occurrence.state:
        case State.PENDING:
            return Level.UPCOMING
        case State.CANCELLED:
            return Level.CANCELLED
        case State.COMPLETED:
            return Level.MISSED if occurrence.is_violated else Level.MET
        case State.STOPPED:
            return Level.STOPPED
    if is_late(occurrence, now):
        return Level.LATE
    if occurrence.target_date is None:
        return Level.UNKNOWN
    if share >= at_risk:
        return Level.RISK
    return Level.WATCH if share >= WATCH_FROM else Level.CALM


def _marks(occurrence: Occurrence) -> tuple[float, ...]:
    whole = occurrence.promised
    if not whole:
        return ()
    warnings = [trigger for trigger in occurrence.row.triggers if trigger.kind is TriggerKind.WARNING]
    marks = {round(100 * (1 - trigger.distance(whole) / whole), 1) for trigger in warnings}
    return tuple(sorted(mark for mark in marks if 0 < mark < 100))
