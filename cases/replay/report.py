"""What was recorded and what the draft would have made of it, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cases.replay.draft import Draft
from cases.replay.outcome import Flip, Outcome, Result
from cases.replay.past import Past, Replayed
from cases.replay.read_only import read_only
from cases.replay.replay import Left, replay

SHOWN = 20
ALL = "All"
NO_PRIORITY = "(none)"


@dataclass
class Count:
    """Occurrences by result."""

    results: Counter[Result] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        self.results[result] += 1

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        met, missed = self.results[Result.MET], self.results[Result.MISSED]
        return met, missed, self.results[Result.OPEN], self.results[Result.CANCELLED]

    @property
    def percent(self) -> float | None:
        """Compliance; None where nothing has been decided yet."""
        met, missed, _, _ = self.numbers
        return 100 * met / (met + missed) if met + missed else None


@dataclass
class Line:
    """One milestone, of all cases or of those with one priority."""

    milestone: str
    priority: str = ALL
    recorded: Count = field(default_factory=Count)
    draft: Count = field(default_factory=Count)

    @property
    def change(self) -> float | None:
        """By how many points compliance would be another."""
        before, after = self.recorded.percent, self.draft.percent
        return None if before is None or after is None else after - before


@dataclass(frozen=True, slots=True)
class FlippedCase:
    """A promise of one case that flips; `key` is the case's own, where it is at the desk."""

    number: str
    key: int | None
    priority: str
    flip: Flip


@dataclass
class Report:
    """`cases` were run, `with_record` of them have been at the desk; `first_flips` are the first few of
    `worse` (met → missed) and `better` ones. `stopped_early` says that there are more cases.
    """

    as_of: datetime
    milestones: Sequence[str] = ()
    priorities: Sequence[str] = ()
    cases: int = 0
    with_record: int = 0
    worse: int = 0
    better: int = 0
    first_flips: list[FlippedCase] = field(default_factory=list)
    left: Left = field(default_factory=Left)
    stopped_early: bool = False
    _lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    def add(self, replayed: Replayed) -> list[FlippedCase]:
        """Count one case. Returns what flips on it."""
        self.cases += 1
        self.with_record += replayed.past.recorded is not None
        self._count(replayed.recorded, replayed.priority, "recorded")
        self._count(replayed.drafted, replayed.priority, "draft")
        past = replayed.past
        flipped = [FlippedCase(past.number, past.key, replayed.priority, flip) for flip in replayed.flips]
        self.worse += sum(one.flip.is_worse for one in flipped)
        self.better += sum(not one.flip.is_worse for one in flipped)
        self.first_flips += flipped[: SHOWN - len(self.first_flips)]
        return flipped

    def _count(self, outcomes: Iterable[Outcome], priority: str, which: str) -> None:
        for one in outcomes:
            for shown in (ALL, priority or NO_PRIORITY):
                key = one.milestone, shown
                line = self._lines.get(key) or self._lines.setdefault(key, Line(*key))
                getattr(line, which).add(one.result)

    @property
    def more_flips(self) -> int:
        """How many there are beside the first few."""
        return self.worse + self.better - len(self.first_flips)

    def lines(self) -> list[Line]:
        """Each milestone as a whole, then by priority, the most urgent first."""
        names = {name: place for place, name in enumerate(self.milestones)}
        urgency = {name: place for place, name in enumerate(self.priorities)}

        def order(line: Line) -> tuple[int, str, bool, int, str]:
            place = names.get(line.milestone, len(names))
            return (
                place,
                line.milestone,
                line.priority != ALL,
                -urgency.get(line.priority, -1),
                line.priority,
            )

        return sorted(self._lines.values(), key=order)


Each = Callable[[Sequence[FlippedCase]], bool]
"""Told of each case what flips on it; whether to go on."""


def report_on(pasts: Iterable[Past], draft: Draft, now: datetime, each: Each) -> Report:
    """Run them all, or as many as `each` lets. Nothing is written meanwhile: whoever tries is stopped."""
    names = dict.fromkeys(name for process in draft.processes.values() for name in process.milestones)
    report = Report(now, tuple(names), draft.priorities)
    with read_only():
        for replayed in replay(pasts, draft, now, report.left):
            flipped = report.add(replayed) if replayed is not None else []
            if not each(flipped):
                report.stopped_early = True
                break
    return report
