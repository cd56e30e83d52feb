"""What became of one occurrence, and what of that counts (§10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from entitlements.core.state import OPEN, Occurrence, State


class Result(StrEnum):
    """An open one that is late counts as missed, a cancelled one only if it was late before."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    CANCELLED = "cancelled"


DECIDED = frozenset({Result.MET, Result.MISSED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """`target` is the last one that it had, `ended` when it was completed or cancelled."""

    milestone: str
    number: int
    result: Result
    target: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Flip:
    """A promise that was kept and would not have been, or the other way round."""

    recorded: Outcome
    draft: Outcome

    @property
    def milestone(self) -> str:
        return self.recorded.milestone

    @property
    def both(self) -> tuple[Outcome, Outcome]:
        return self.recorded, self.draft

    @property
    def is_worse(self) -> bool:
        return self.draft.result is Result.MISSED


def result_of(
    state: str,
    violated_at: datetime | None,
    target_date: datetime | None,
    waived_at: datetime | None,
    now: datetime,
) -> Result:
    """The same for an occurrence and for its row; `now` tells whether a running one is late.

    A waived one counts neither as met nor as missed (§11).
    """
    if waived_at is not None:
        return Result.CANCELLED
    overdue = state == State.RUNNING and target_date is not None and target_date < now
    if violated_at is not None or overdue:
        return Result.MISSED
    if state in OPEN:
        return Result.OPEN
    return Result.MET if state == State.COMPLETED else Result.CANCELLED


def outcomes_of(occurrences: Iterable[Occurrence], now: datetime) -> tuple[Outcome, ...]:
    return tuple(
        Outcome(
            one.milestone,
            one.number,
            result_of(one.state, one.violated_at, one.target_date, one.waived_at, now),
            one.target_date,
            one.completion_date or one.cancelled_at,
        )
        for one in occurrences
    )


def flips_between(recorded: Sequence[Outcome], drafted: Sequence[Outcome]) -> list[Flip]:
    """The promises that are met in one and missed in the other.

    Occurrences are compared by number where both are decided; what is left in order, since another tier or
    another delay numbers them differently.
    """
    pairs: list[Flip] = []
    for milestone in dict.fromkeys(one.milestone for one in recorded):
        pairs += _pairs(_decided(recorded, milestone), _decided(drafted, milestone))
    return [pair for pair in pairs if pair.recorded.result is not pair.draft.result]


def _decided(outcomes: Iterable[Outcome], milestone: str) -> dict[int, Outcome]:
    own = [one for one in outcomes if one.milestone == milestone and one.result in DECIDED]
    return {one.number: one for one in sorted(own, key=lambda one: one.number)}


def _pairs(recorded: dict[int, Outcome], drafted: dict[int, Outcome]) -> list[Flip]:
    same = [number for number in recorded if number in drafted]
    left = [recorded[number] for number in recorded if number not in drafted]
    right = [drafted[number] for number in drafted if number not in recorded]
    return [
        *(Flip(recorded[number], drafted[number]) for number in same),
        *(Flip(one, other) for one, other in zip(left, right, strict=False)),
    ]
