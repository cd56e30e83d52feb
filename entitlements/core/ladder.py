"""The escalation ladder: who is told when, until somebody acknowledges or the matter is resolved.

An escalation's clock counts in its hours and stands still while its case is stopped. A step is due at the
earliest instant with so much counted time since the start; whatever happens at that very instant comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from entitlements.core.calendar import BeyondHorizon, Timeline
from entitlements.core.clock import stopped_spans
from entitlements.core.state import Stop

MOST_LEVELS = 20
MOST_REPEATS = 99


@dataclass(frozen=True, slots=True)
class Level:
    """A rung: `after` so many counted minutes since the start, these are told. `template` words the mail."""

    after: int
    to: tuple[str, ...]
    template: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels, the soonest first. The whole is climbed once more `repeat` times, each time so many minutes
    (`repeat_after`) after the last level.
    """

    name: str
    levels: tuple[Level, ...]
    repeat: int = 0
    repeat_after: int = 0

    def step(self, number: int) -> Step | None:
        """The step of that number, counted from 0 over all rounds; None after the last."""
        if not self.levels or number >= len(self.levels) * (self.repeat + 1):
            return None
        round_, place = divmod(number, len(self.levels))
        level = self.levels[place]
        minutes = round_ * (self.levels[-1].after + self.repeat_after) + level.after
        return Step(number, round_ + 1, place + 1, timedelta(minutes=minutes), level)


class Step(NamedTuple):
    """One time that a level is told; `offset` is counted time since the start. Rounds and levels count
    from 1.
    """

    number: int
    round: int
    level: int
    offset: timedelta
    who: Level


class DueStep(NamedTuple):
    """A step and the instant at which it is due."""

    step: Step
    due: datetime


def problems_of(ladder: Ladder) -> Iterator[str]:
    """Why nobody could climb it, in words."""
    if not ladder.levels:
        yield "A ladder needs a level: say who is told first."
    for number, level in enumerate(ladder.levels, start=1):
        if not level.to:
            yield f"Level {number} tells nobody."
    for number, (lower, upper) in enumerate(zip(ladder.levels, ladder.levels[1:], strict=False), start=2):
        if upper.after <= lower.after:
            yield f"Level {number} comes no later than level {number - 1}."
    if ladder.repeat and ladder.repeat_after < 1:
        yield "Say how long after the last level it begins again."


def due_after(start: datetime, offset: timedelta, hours: Timeline, stops: Iterable[Stop]) -> datetime | None:
    """The earliest instant with so much counted time since the start.

    None while a stop that has not ended keeps it from coming, and beyond the horizon. A stop that begins
    at that instant comes first.
    """
    open_ended = [stop for stop in stops if stop.until is None]
    ended = [stop for stop in stops if stop.until is not None]
    try:
        due = _past(start, offset, hours, ended)
    except BeyondHorizon:
        return None
    return None if any(stop.since <= due for stop in open_ended) else due


def _past(start: datetime, offset: timedelta, hours: Timeline, stops: Sequence[Stop]) -> datetime:
    """With stops that have all ended: each that begins by then puts it off by its open time."""
    due = hours.add(start, offset)
    last = max((stop.until for stop in stops if stop.until), default=start)
    for begin, end in stopped_spans(stops, start, last):
        if begin > due:
            break
        offset += hours.elapsed(begin, end)
        due = max(hours.add(start, offset), end)
    return due


@dataclass(frozen=True, slots=True)
class Climb:
    """An escalation under way: its ladder as it was at the start, its hours, and how many steps are done."""

    ladder: Ladder
    started_at: datetime
    hours: Timeline
    done: int = 0

    def next_step(self, stops: Sequence[Stop]) -> DueStep | None:
        """None after the last, and while a stop keeps the next from coming."""
        step = self.ladder.step(self.done)
        due = due_after(self.started_at, step.offset, self.hours, stops) if step else None
        return DueStep(step, due) if step and due else None

    def due_steps(self, stops: Sequence[Stop], now: datetime) -> list[DueStep]:
        """What is due by now, in order."""
        return list(takewhile(lambda one: one.due <= now, self._coming(stops)))

    def steps_before(self, stops: Sequence[Stop], end: datetime) -> list[DueStep]:
        """What should have been done before the end: due at that very instant is not."""
        return list(takewhile(lambda one: one.due < end, self._coming(stops)))

    def _coming(self, stops: Sequence[Stop]) -> Iterator[DueStep]:
        """The steps left, in order; their due times never decrease."""
        number = self.done
        while (step := self.ladder.step(number)) is not None:
            due = due_after(self.started_at, step.offset, self.hours, stops)
            if due is None:
                return
            yield DueStep(step, due)
            number += 1
