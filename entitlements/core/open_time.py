"""Open periods as sorted arrays with cumulative open time: a question is a binary search."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from entitlements.core.wall_clock import Span


class OpenTime:
    """The open periods within ``[start, end)``, in microseconds. Never changes once made."""

    __slots__ = ("closes", "cumulative", "end", "opens", "start", "total")

    def __init__(self, start: int, end: int, periods: Sequence[Span]) -> None:
        self.start = start
        self.end = end
        self.opens = [opens for opens, _ in periods]
        self.closes = [closes for _, closes in periods]
        # cumulative[i] is the open time before opens[i]; the last entry is all of it.
        self.cumulative = list(accumulate((closes - opens for opens, closes in periods), initial=0))
        self.total = self.cumulative[-1]

    def before(self, instant: int) -> int:
        """The open time between the start and the instant."""
        begun = bisect_right(self.opens, instant)
        if begun and instant < self.closes[begun - 1]:
            return self.cumulative[begun - 1] + instant - self.opens[begun - 1]
        return self.cumulative[begun]

    def earliest(self, open_time: int) -> int:
        """The earliest instant before which there is so much open time; 0 < open_time <= total."""
        reached = bisect_left(self.cumulative, open_time)
        return self.closes[reached - 1] - self.cumulative[reached] + open_time

    def latest(self, open_time: int) -> int:
        """The latest instant before which there is so much open time; 0 <= open_time < total."""
        begun = bisect_right(self.cumulative, open_time) - 1
        return self.opens[begun] + open_time - self.cumulative[begun]

    def period_ending_after(self, instant: int) -> Span | None:
        """The open period that contains the instant, or else the next."""
        index = bisect_right(self.closes, instant)
        return (self.opens[index], self.closes[index]) if index < len(self.opens) else None

    def periods(self, start: int, end: int) -> list[Span]:
        """The open periods within ``[start, end)``, cut off at both."""
        if start >= end:
            return []
        first, last = bisect_right(self.closes, start), bisect_left(self.opens, end)
        pairs = zip(self.opens[first:last], self.closes[first:last], strict=True)
        return [(max(opens, start), min(closes, end)) for opens, closes in pairs]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time in order, with what overlaps or touches made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def without(spans: Iterable[Span], closed: Iterable[Span]) -> list[Span]:
    """What is left of the spans outside the closed ones; both in order and without overlaps."""
    left: list[Span] = []
    closures = list(closed)
    position = 0
    for start, end in spans:
        while position < len(closures) and closures[position][1] <= start:
            position += 1
        cuts = _within(closures, position, start, end)
        edges = [start, *chain.from_iterable(cuts), end]
        left += [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    return left


def _within(closures: Sequence[Span], position: int, start: int, end: int) -> list[Span]:
    cuts: list[Span] = []
    while position < len(closures) and closures[position][0] < end:
        cuts.append((max(closures[position][0], start), min(closures[position][1], end)))
        position += 1
    return cuts
