"""How many milestones took longer than so much of their target's time; what follows for one that runs.

Time here is the milestone's own: open time without stops, as a share of the target's minutes (1: all of
them). A milestone is late exactly when it takes more than what was promised. So of those that had used as
much as a running one has, the share that went on beyond its promise is the chance that it becomes late:
conditional survival, the ratio of two counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from operator import neg

STEPS = 50
"""Steps of the target's time: two percent each."""

LAST = 4 * STEPS
"""Longer than four times its target is all the same."""

BUCKETS = LAST + 2
"""A bucket for each step, of those that ended in it, in front one of those that took no time, and at the end
one of those that took longer than `LAST` steps."""

Z = 1.96
"""Nineteen times of twenty: the width of intervals, in standard deviations."""


@dataclass(frozen=True, slots=True)
class Survivors:
    """`longer[step]` took more than `step` steps, for step 0 to `LAST`: it never grows."""

    longer: Sequence[int]

    def beyond(self, share: float) -> float:
        """How many took more than this share of the target's time; even between two steps."""
        at = min(max(share, 0.0) * STEPS, float(LAST))
        below = int(at)
        if below == LAST:
            return float(self.longer[LAST])
        part = at - below
        return self.longer[below] * (1 - part) + self.longer[below + 1] * part

    def share_when_left(self, many: float) -> float | None:
        """The share of the target's time at which no more than so many went on; None beyond the last step."""
        step = bisect_left(self.longer, -many, key=neg)
        if step > LAST:
            return None
        if step == 0:
            return 0.0
        before, then = self.longer[step - 1], self.longer[step]
        return (step - 1 + (before - many) / (before - then)) / STEPS


@dataclass(frozen=True, slots=True)
class Share:
    """`late` of `at_risk` became late; `low` and `high` is where the true share lies, as so few tell."""

    late: float
    at_risk: float
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.late / self.at_risk


def survivors_of(ended: Sequence[int]) -> Survivors:
    """From how many ended in each of the `BUCKETS`."""
    from_the_end = list(accumulate(reversed(ended[1:])))
    return Survivors(from_the_end[::-1])


def late_share(group: Survivors, used: float, limit: float) -> Share | None:
    """Of those that took longer than `used`, those that took longer than `limit`; None when nobody did."""
    at_risk = group.beyond(used)
    late = min(group.beyond(limit), at_risk)
    if at_risk <= 0:
        return None
    return Share(late, at_risk, *wilson(late, at_risk))


def wilson(late: float, of: float) -> tuple[float, float]:
    """Wilson's interval for a share (E. B. Wilson, 1927): sound for small numbers and near 0 and 1."""
    share, spread = late / of, Z * Z / of
    middle = share + spread / 2
    reach = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = (middle - reach) / (1 + spread), (middle + reach) / (1 + spread)
    return max(low, 0.0), min(high, 1.0)
