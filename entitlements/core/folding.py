"""Many stretches of time in few lines: equal days, whole weeks and longer are told as one, sums exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import NamedTuple

from entitlements.core.segments import ZERO, Piece, Segment, SegmentKind

AS_THEY_ARE, BY_DAY, AT_MOST = 14, 26, 60
OPEN, PLAIN, STOPPED = SegmentKind.OPEN, SegmentKind.CLOSED, SegmentKind.STOPPED

Window = tuple[time, time, int]
"""An open period on the wall: from, to, and how many midnights lie in between."""


class Day(NamedTuple):
    """The open periods of one local day with nothing but closed time between them: pieces[first:last]."""

    first: int
    last: int
    date: date
    windows: tuple[Window, ...]


Fold = tuple[int, int]
"""pieces[first:last] as one line."""


def fold(pieces: Sequence[Piece], zone: tzinfo) -> list[Segment]:
    """The table of some pieces: contiguous lines, at most 60, that cover the same time."""
    days = list(_days(pieces, zone))
    return _lines(pieces, _folds(pieces, days, zone), days)


def _folds(pieces: Sequence[Piece], days: Sequence[Day], zone: tzinfo) -> list[Fold]:
    """As coarse as it takes, and no coarser."""
    if len(pieces) <= AS_THEY_ARE:
        return [(place, place + 1) for place in range(len(pieces))]
    folds = _filled_up(_runs(days, pieces, _is_next_day), pieces)
    if len(folds) > BY_DAY:
        folds = _filled_up(_runs(days[1:-1], pieces, _is_any_day), pieces, closures_as_one=True)
    for period in _PERIODS:
        if len(folds) <= AT_MOST:
            break
        folds = _by_period(pieces, period, zone)
    return folds


def _days(pieces: Sequence[Piece], zone: tzinfo) -> Iterator[Day]:
    first, last, day = 0, 0, date.min
    windows: list[Window] = []
    for place, piece in enumerate(pieces):
        if piece.kind is not OPEN:
            continue
        opens, window = _on_the_wall(piece, zone)
        goes_on = windows and opens == day and place == last + 1 and pieces[last].kind is PLAIN
        if windows and not goes_on:
            yield Day(first, last, day, tuple(windows))
        if not goes_on:
            first, day, windows = place, opens, []
        windows.append(window)
        last = place + 1
    if windows:
        yield Day(first, last, day, tuple(windows))


def _on_the_wall(piece: Piece, zone: tzinfo) -> tuple[date, Window]:
    opens, closes = piece.start.astimezone(zone), piece.end.astimezone(zone)
    midnights = (closes.date() - opens.date()).days
    return opens.date(), (opens.time(), closes.time(), midnights)


def _is_next_day(day: Day, after: Day) -> bool:
    return day.windows == after.windows and (after.date - day.date).days == 1


def _is_any_day(day: Day, after: Day) -> bool:
    return True


def _runs(
    days: Sequence[Day], pieces: Sequence[Piece], belongs: Callable[[Day, Day], bool]
) -> Iterator[Fold]:
    """Days that belong together and have one plain closed stretch between each two."""
    if not days:
        return
    first, before = days[0].first, days[0]
    for day in days[1:]:
        touches = day.first == before.last + 1 and pieces[before.last].kind is PLAIN
        if not (touches and belongs(before, day)):
            yield first, before.last
            first = day.first
        before = day
    yield first, before.last


def _filled_up(runs: Iterator[Fold], pieces: Sequence[Piece], closures_as_one: bool = False) -> list[Fold]:
    """The runs, and between them what else there is: piece by piece, or closures that touch as one."""
    folds: list[Fold] = []
    at = 0
    for first, last in [*runs, (len(pieces), len(pieces))]:
        while at < first:
            end = at + 1
            while closures_as_one and end < first and _is_closure(pieces[at]) and _is_closure(pieces[end]):
                end += 1
            folds.append((at, end))
            at = end
        if first < last:
            folds.append((first, last))
        at = last
    return folds


def _is_closure(piece: Piece) -> bool:
    return piece.kind in (PLAIN, SegmentKind.HOLIDAY)


def _by_period(pieces: Sequence[Piece], period: Callable[[datetime], Hashable], zone: tzinfo) -> list[Fold]:
    """What begins in one local day, week, month, quarter or year is one line."""
    folds: list[Fold] = []
    for _, group in groupby(pieces, key=lambda piece: period(piece.start.astimezone(zone))):
        first = folds[-1][1] if folds else 0
        folds.append((first, first + sum(1 for _ in group)))
    return folds


_PERIODS: tuple[Callable[[datetime], Hashable], ...] = (
    lambda at: at.date(),
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
    lambda at: (at.year, (at.month - 1) // 3),
    lambda at: at.year,
)


def _lines(pieces: Sequence[Piece], folds: Sequence[Fold], days: Sequence[Day]) -> list[Segment]:
    lines: list[Segment] = []
    total, next_day = ZERO, 0
    for first, last in folds:
        part = pieces[first:last]
        stopped = _length(part, STOPPED)
        opened = _length(part, OPEN)
        total += opened
        within: list[Day] = []
        while next_day < len(days) and days[next_day].first < last:
            within.append(days[next_day])
            next_day += 1
        kind, what = (part[0].kind, _words(part[0])) if len(part) == 1 else (_kind(part), _told(part, within))
        start, end = part[0].start, part[-1].end
        lines.append(Segment(kind, start, end, what, opened + stopped, stopped, total, len(part)))
    return lines


def _length(pieces: Sequence[Piece], kind: SegmentKind) -> timedelta:
    return sum((piece.end - piece.start for piece in pieces if piece.kind is kind), ZERO)


def _words(piece: Piece) -> str:
    return piece.name or str(piece.kind)


def _kind(pieces: Sequence[Piece]) -> SegmentKind:
    return SegmentKind.HOLIDAY if all(map(_is_closure, pieces)) else SegmentKind.SEVERAL


def _told(pieces: Sequence[Piece], days: Sequence[Day]) -> str:
    """“5 days 09:00–17:00”, “closed, Good Friday, Easter Monday”, “open, stopped 12 times”."""
    stops = sum(piece.kind is STOPPED for piece in pieces)
    holidays = list(dict.fromkeys(piece.name for piece in pieces if piece.kind is SegmentKind.HOLIDAY))
    told = [_told_days(days, bool(stops)) if days else ("" if stops else "closed")]
    told += holidays[:3]
    if len(holidays) > 3:
        told.append(f"{len(holidays) - 3} more holidays")
    if stops:
        told.append("stopped once" if stops == 1 else f"stopped {stops} times")
    return ", ".join(part for part in told if part)


def _told_days(days: Sequence[Day], stopped: bool) -> str:
    patterns = Counter(day.windows for day in days)
    if stopped or len(patterns) > 3:
        return "open"
    return ", ".join(f"{_count(count)} {_told_windows(windows)}" for windows, count in patterns.items())


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _told_windows(windows: Sequence[Window]) -> str:
    return " and ".join(map(_told_window, windows))


def _told_window(window: Window) -> str:
    opens, closes, midnights = window
    at_midnight = closes == time.min and midnights > 0
    end = "24:00" if at_midnight else _clock(closes)
    over = midnights - at_midnight
    return f"{_clock(opens)}–{end}" if over < 2 else f"{_clock(opens)}–{end} {over} days later"


def _clock(at: time) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
