"""How the engine and its deliveries stand: now, and in the last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.models import CaseMilestone, Delivery, DeliveryState, EngineLook, EngineSample
from cases.models.look import SPAN, span_of

DAY = timedelta(hours=24)
DEAD_SHOWN = 10
HEIGHT, LABELS = 100, 22
PER_SPAN = 2.5


@dataclass(frozen=True, slots=True)
class Bar:
    """A span with samples, in the units of the drawing; `words` say it to who cannot see it."""

    x: float
    y: float
    height: float
    is_late: bool
    words: str


@dataclass(frozen=True, slots=True)
class Hour:
    """What there was in one hour; `lag` is the greatest."""

    since: datetime
    lag: float
    cases: int
    fired: int


@dataclass(frozen=True, slots=True)
class Day:
    """Lag over the last 24 hours, from `first` on. `top` is the lag at the upper edge, in seconds."""

    bars: Sequence[Bar]
    marks: Sequence[tuple[float, datetime]]
    hours: Sequence[Hour]
    first: datetime
    top: float
    greatest: float
    width: float = PER_SPAN * (DAY / SPAN)
    height: int = HEIGHT + LABELS
    base: int = HEIGHT


LATE = 30.0
"""Seconds behind from which a bar is marked."""


def last_day(now: datetime) -> Day:
    """The samples of 24 hours, with what the current span has had up to now."""
    begins = span_of(now) - DAY + SPAN
    samples = list(EngineSample.objects.filter(since__gte=begins))
    look = EngineLook.objects.filter(pk=1).first()
    if look is not None and look.span_since is not None and look.span_since >= begins:
        samples.append(
            EngineSample(
                since=look.span_since, lag_seconds=look.span_lag, cases=look.span_cases, fired=look.span_fired
            )
        )
    greatest = max((one.lag_seconds for one in samples), default=0.0)
    top = max(greatest, 1.0)
    return Day(
        bars=[_bar(one, begins, top) for one in samples],
        marks=[(_x(at, begins), at) for at in _every_four_hours(begins)],
        hours=_by_hour(samples),
        first=begins,
        top=top,
        greatest=greatest,
    )


def _bar(sample: EngineSample, begins: datetime, top: float) -> Bar:
    height = max(1.5, HEIGHT * sample.lag_seconds / top)
    words = f"{sample.since:%H:%M}: {sample.lag_seconds:.1f} s behind at most, {sample.fired} fired"
    return Bar(
        round(_x(sample.since, begins), 1),
        round(HEIGHT - height, 1),
        round(height, 1),
        sample.lag_seconds >= LATE,
        words,
    )


def _x(at: datetime, begins: datetime) -> float:
    return PER_SPAN * ((at - begins) / SPAN)


def _every_four_hours(begins: datetime) -> list[datetime]:
    first = begins.replace(minute=0) + timedelta(hours=4 - begins.hour % 4)
    return [first + number * timedelta(hours=4) for number in range(6)]


def _by_hour(samples: Sequence[EngineSample]) -> list[Hour]:
    """The latest first."""
    hours: dict[datetime, list[EngineSample]] = {}
    for one in samples:
        hours.setdefault(one.since.replace(minute=0), []).append(one)
    return [
        Hour(
            since,
            max(one.lag_seconds for one in of_it),
            sum(o.cases for o in of_it),
            sum(o.fired for o in of_it),
        )
        for since, of_it in sorted(hours.items(), reverse=True)
    ]


def backlog(now: datetime) -> tuple[int, datetime | None]:
    """How many case milestones are due, and since when the longest."""
    due = CaseMilestone.objects.due(now)
    first = due.order_by("due_at").values_list("due_at", flat=True).first()
    return due.count(), first


def dead_letters() -> list[Delivery]:
    """The latest that nobody tries any more."""
    return list(Delivery.objects.filter(state=DeliveryState.DEAD).order_by("-pk")[:DEAD_SHOWN])
