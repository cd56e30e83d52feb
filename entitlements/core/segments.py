"""The time from a start to a target, cut where it changes: open, closed, a holiday, stopped (§2, §7.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from entitlements.core.calendar import Timeline
from entitlements.core.state import Stop, StopKind

ZERO = timedelta(0)
CLOSED = "closed"


class SegmentKind(StrEnum):
    """What a stretch of time is. `several` is a line that stands for many stretches."""

    OPEN = "open"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    STOPPED = "stopped"
    SEVERAL = "several"


class Piece(NamedTuple):
    """One stretch, half-open. `name` is the holiday's, or says who or what stopped the clock."""

    kind: SegmentKind
    start: datetime
    end: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of the table: half-open, the next begins where it ends.

    `open_time` is what the hours have in it, `stopped` the part of that in which the clock stood still,
    `total` what has counted from the start until its end. `pieces` are the stretches that it stands for.
    """

    kind: SegmentKind
    start: datetime
    end: datetime
    what: str
    open_time: timedelta
    stopped: timedelta
    total: timedelta
    pieces: int = 1

    @property
    def counted(self) -> timedelta:
        return self.open_time - self.stopped


def cut(
    hours: Timeline, start: datetime, end: datetime, stops: Iterable[Stop], until: datetime
) -> list[Piece]:
    """[start, end) in contiguous pieces. Stops count until `until`, and only where the hours are open."""
    stopped = list(_standing(stops, start, min(until, end)))
    pieces: list[Piece] = []
    at, next_stop = start, 0
    for closes, opens, reason in [*hours.closures(start, end), (end, end, "")]:
        if at < closes:
            next_stop = _add_open(pieces, at, closes, stopped, next_stop)
        if closes < opens:
            kind = SegmentKind.CLOSED if reason == CLOSED else SegmentKind.HOLIDAY
            pieces.append(Piece(kind, closes, opens, reason))
        at = opens
    return pieces


def _add_open(
    pieces: list[Piece], start: datetime, end: datetime, stopped: Sequence[Piece], next_stop: int
) -> int:
    """Add an open period with the stops in it. Returns the first stop that may reach beyond it."""
    at = start
    while next_stop < len(stopped):
        stop = stopped[next_stop]
        if stop.start >= end:
            break
        begin, stop_end = max(stop.start, at), min(stop.end, end)
        if at < begin:
            pieces.append(Piece(SegmentKind.OPEN, at, begin))
        if begin < stop_end:
            pieces.append(stop._replace(start=begin, end=stop_end))
        at = max(at, stop_end)
        if stop.end > end:
            return next_stop
        next_stop += 1
    if at < end:
        pieces.append(Piece(SegmentKind.OPEN, at, end))
    return next_stop


def _standing(stops: Iterable[Stop], start: datetime, until: datetime) -> Iterator[Piece]:
    """The stops within [start, until) in order and without overlaps: the first to begin has the time."""
    at = start
    for stop in sorted(stops, key=lambda stop: stop.since):
        begin, end = max(stop.since, at), min(stop.until or until, until)
        if begin < end:
            yield Piece(SegmentKind.STOPPED, begin, end, stop_words(stop))
            at = end


def stop_words(stop: Stop) -> str:
    """“stopped by amy: waiting for parts”, “stopped by the status “Waiting on Customer””."""
    by = f" by {stop.by}" if stop.by else ""
    match stop.kind:
        case StopKind.STATUS:
            return f"stopped by the status “{stop.reason}”"
        case StopKind.INTERFACE:
            by = by or " through the programming interface"
        case StopKind.MILESTONE:
            return f"stopped while {stop.reason}"
    return f"stopped{by}: {stop.reason}" if stop.reason else f"stopped{by}"
