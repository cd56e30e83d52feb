"""Which milestones are similar: narrow groups first, and wider ones where too few had come as far."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from cases.estimates.survivors import Share, Survivors, late_share

FEWEST = 30
"""So many must have come as far, or their share says nothing worth to be shown."""


class Group(NamedTuple):
    """Those of one milestone, of one target, priority and queue at the start; None is any.

    A milestone goes by its key in the tables, by its name on pages.
    """

    milestone: int | str
    minutes: int | None = None
    priority: str | None = None
    queue: str | None = None

    def widened(self) -> Iterator[Group]:
        """The groups in which it lies, itself first."""
        yield self
        yield self._replace(queue=None)
        yield self._replace(queue=None, priority=None)
        yield Group(self.milestone)


@dataclass(frozen=True, slots=True)
class Found:
    """The narrowest group that tells something, and those that were too small for it."""

    share: Share
    group: Group
    survivors: Survivors
    too_few: tuple[Group, ...]


def look_up(
    group: Group, survivors_of: Callable[[Group], Survivors | None], used: float, limit: float
) -> Found | None:
    """How many of those similar that had used as much became late; None without enough of them.

    `used` and `limit` are shares of the target's minutes: what has been used, and what was promised.
    """
    too_few: list[Group] = []
    for wider in group.widened():
        survivors = survivors_of(wider)
        share = late_share(survivors, used, limit) if survivors else None
        if survivors and share and share.at_risk >= FEWEST:
            return Found(share, wider, survivors, tuple(too_few))
        too_few.append(wider)
    return None
