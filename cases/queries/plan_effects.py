"""What happens to open case milestones: two states of a case before and after, compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from entitlements.core.calendar import BeyondHorizon
from entitlements.core.clock import target_at
from entitlements.core.state import CaseState, Occurrence, State


class What(StrEnum):
    """What would become of an open milestone."""

    EARLIER = "earlier"
    LATER = "later"
    OTHERWISE = "with another target"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Effect:
    """One milestone of one case. `late` says that it would be violated on the spot.

    `reason` is why it would be cancelled, or what a new one has come to already.
    """

    case: str
    milestone: str
    number: int
    what: What
    old: datetime | None = None
    new: datetime | None = None
    late: bool = False
    reason: str = ""


@dataclass(slots=True)
class Tally:
    """How many of each."""

    cases: int = 0
    late: int = 0
    earlier: int = 0
    later: int = 0
    otherwise: int = 0
    cancelled: int = 0
    completed: int = 0
    new: int = 0

    def add(self, effect: Effect) -> None:
        name = effect.what.name.lower()
        setattr(self, name, getattr(self, name) + 1)
        self.late += effect.late

    @property
    def all(self) -> int:
        moved = self.earlier + self.later + self.otherwise
        return moved + self.cancelled + self.completed + self.new


def effects_between(case: str, before: CaseState, after: CaseState, now: datetime) -> Iterator[Effect]:
    """What differs for milestones that are open, and those that come."""
    known = {(one.milestone, one.number): one for one in before.occurrences}
    for one in after.occurrences:
        old = known.get((one.milestone, one.number))
        late = one.is_violated and not (old is not None and old.is_violated)
        if old is None:
            target, ended = _target(one, after, now), "" if one.is_open else str(one.state)
            yield Effect(case, one.milestone, one.number, What.NEW, None, target, late, ended)
        elif old.is_open:
            yield from _of_open(case, old, one, (_target(old, before, now), _target(one, after, now)), late)


def _of_open(
    case: str,
    old: Occurrence,
    one: Occurrence,
    targets: tuple[datetime | None, datetime | None],
    late: bool,
) -> Iterator[Effect]:
    if one.state in _ENDED:
        yield Effect(case, one.milestone, one.number, _ENDED[one.state], *targets, late, one.reason)
    elif targets[0] != targets[1]:
        yield Effect(case, one.milestone, one.number, _direction(*targets), *targets, late)
    elif late:
        yield Effect(case, one.milestone, one.number, What.OTHERWISE, *targets, late)


_ENDED = {State.CANCELLED: What.CANCELLED, State.COMPLETED: What.COMPLETED}


def _direction(old: datetime | None, new: datetime | None) -> What:
    if old is None or new is None:
        return What.OTHERWISE
    return What.EARLIER if new < old else What.LATER


def _target(one: Occurrence, state: CaseState, now: datetime) -> datetime | None:
    """While it is stopped: as if it went on now."""
    if one.state is not State.STOPPED:
        return one.target_date
    try:
        return target_at(one, state, now)
    except BeyondHorizon:
        return None
