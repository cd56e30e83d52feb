"""When hours are open, as far as a browser needs it to let a countdown stand still by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from entitlements.core.calendar import ALWAYS, Period, Timeline

AHEAD = timedelta(days=8)
AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Opening:
    """`periods` are the open ones of the next days (24/7: none); `resumes`: outside hours only."""

    name: str
    always: bool
    periods: tuple[Period, ...] = ()
    resumes: datetime | None = None

    @property
    def as_milliseconds(self) -> list[list[int]]:
        """The periods since the epoch, as JavaScript counts."""
        return [
            [int(opens.timestamp() * 1000), int(closes.timestamp() * 1000)] for opens, closes in self.periods
        ]


def opening_of(hours: Timeline, now: datetime) -> Opening:
    if hours is ALWAYS:
        return Opening(hours.name, always=True)
    resumes = None if hours.is_open(now) else hours.next_opening(now)
    periods = hours.periods(now, now + AHEAD)[:AT_MOST]
    if not periods and resumes is not None:
        periods = hours.periods(resumes, resumes + AHEAD)[:AT_MOST]
    return Opening(hours.name, False, tuple(periods), resumes)
