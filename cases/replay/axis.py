"""A trial on an axis of time: where each bar and mark stands, for a picture of a fixed width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.utils import timezone

from cases.replay.trial import Moment, Trial, Tried
from entitlements.core.state import State

WIDTH = 1000
LEFT = 190
RIGHT = 20
LANE = 44
TOP = 34
STEPS = [
    *(timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30)),
    *(timedelta(hours=hours) for hours in (1, 2, 4, 6, 12)),
    *(timedelta(days=days) for days in (1, 2, 4, 7, 14, 28, 91, 182, 364, 1820)),
]
MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at one instant; `kind` is how it looks."""

    x: float
    kind: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One occurrence; `name_y` and `bar_y` are where its name and its bar stand."""

    name: str
    result: str
    y: int
    x: float
    width: float
    is_pending: bool
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Axis:
    lanes: Sequence[Lane]
    ticks: Sequence[tuple[float, str]]
    until: float
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT


def axis_of(trial: Trial) -> Axis:
    """From the creation of the case to the last thing that is known or planned."""
    first = min([trial.begins, *(one.start for one in trial.milestones)])
    last = max([trial.until, *chain.from_iterable(_instants(one) for one in trial.milestones)])
    scale = _Scale(first, max(last, first + timedelta(minutes=1)))
    lanes = [_lane(one, place, scale) for place, one in enumerate(trial.milestones)]
    height = TOP + LANE * len(lanes) + 8
    return Axis(lanes, list(scale.ticks()), scale.x(trial.until), height)


def _instants(one: Tried) -> Iterator[datetime]:
    yield one.end
    if one.target is not None:
        yield one.target
    yield from (moment.at for moment in one.moments)


@dataclass(frozen=True)
class _Scale:
    first: datetime
    last: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.first) / (self.last - self.first)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """At round times of the viewer's clock."""
        span = self.last - self.first
        step = next((step for step in STEPS if span / step <= MOST_TICKS), STEPS[-1])
        midnight = timezone.localtime(self.first).replace(hour=0, minute=0, second=0, microsecond=0)
        at = midnight + step * ((self.first - midnight) // step + 1)
        while at <= self.last:
            yield self.x(at), f"{at:%H:%M}" if step < timedelta(days=1) and at.hour + at.minute else _day(at)
            at += step


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b}"


def _lane(one: Tried, place: int, scale: _Scale) -> Lane:
    x = scale.x(one.start)
    is_pending = one.state is State.PENDING
    end = one.target if is_pending and one.target is not None else one.end
    name = one.milestone if one.number == 1 else f"{one.milestone} {one.number}"
    marks = [Mark(scale.x(moment.at), moment.kind, moment.at, _words(moment)) for moment in one.moments]
    if one.target is not None:
        marks.append(Mark(scale.x(one.target), "target", one.target, "target"))
    width = max(scale.x(end) - x, 2)
    return Lane(name, str(one.result), TOP + LANE * place, x, round(width, 1), is_pending, marks)


def _words(moment: Moment) -> str:
    return " ".join(part for part in (moment.kind, moment.offset, moment.standing) if part)
