"""What became of each milestone, told from the recorded events alone.

Nothing of this is shared with `cases.reports`: the events are read one after the other, as somebody would who
has only the log before him. Rows are asked for what they are called (milestone, queue, agent, …), never for
what became of them. By semantics §5.3, §10 and §11.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import CaseEvent, CaseMilestone


@dataclass
class Heard:
    """One milestone of a case, as the log has told of it so far."""

    case: int
    created: datetime
    standing: str = "upcoming"
    target: datetime | None = None
    was_late: bool = False
    passed: datetime | None = None
    ended: datetime | None = None
    is_waived: bool = False

    def hear(self, kind: str, at: datetime, details: dict[str, Any]) -> None:
        match kind:
            case "milestone_pending":
                self.target = instant(details["target"])
            case "milestone_started" | "milestone_resumed":
                self.standing, self.target = "running", instant(details["target"])
            case "milestone_stopped":
                self.standing, self.target = "stopped", None
            case "target_moved":
                if self.standing != "stopped":
                    self.target = instant(details["new"])
            case "milestone_violated":
                self.was_late, self.passed = True, at
            case "violation_withdrawn":
                self.was_late, self.passed = False, None
            case "milestone_completed" | "milestone_cancelled":
                self._end(kind, at, instant(details["target"]))
            case "milestone_waived":
                self.is_waived = True

    def _end(self, kind: str, at: datetime, target: datetime | None) -> None:
        """Later than the target of that moment is late, unless it had not even begun."""
        if self.standing != "upcoming" and target is not None and at > target:
            self.was_late = True
        self.standing, self.target, self.ended = kind.removeprefix("milestone_"), target, at

    def verdict(self, now: datetime) -> str:
        if self.is_waived:
            return "waived"
        if self.ended is not None:
            return "missed" if self.was_late else "met" if self.standing == "completed" else "cancelled"
        passed = self.standing == "running" and self.target is not None and self.target < now
        return "open_late" if self.was_late or passed else "open"

    def date(self, basis: str) -> datetime | None:
        """Stopped, it has no target; if it was late before, it was due when it became so."""
        due = self.target or self.passed
        return {"created": self.created, "due": due, "completed": self.ended}[basis]


def instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def heard_of_all() -> dict[int, Heard]:
    """By the milestone's key."""
    born: dict[int, datetime] = {}
    heard: dict[int, Heard] = {}
    for event in CaseEvent.objects.order_by("pk"):
        if event.kind == "case_created":
            born[event.case_id] = event.at
        elif event.case_milestone_id is not None:
            if event.case_milestone_id not in heard:
                heard[event.case_milestone_id] = Heard(event.case_id, born[event.case_id])
            heard[event.case_milestone_id].hear(event.kind, event.at, event.details)
    return heard


NAMES = {
    "milestone": "milestone__name",
    "queue": "case__queue__name",
    "owner": "case__owner__username",
    "account": "case__account__name",
    "priority": "case__priority__name",
    "version": "process_milestone__version",
    "imported": "case__external_id",
}


def names_of_all() -> dict[int, dict[str, Any]]:
    """What each milestone is called and belongs to; an imported one has the name of its log's incident."""
    rows = CaseMilestone.objects.values_list("pk", *NAMES.values())
    return {key: dict(zip(NAMES, names, strict=True)) for key, *names in rows}


def counted(
    heard: Iterable[tuple[Any, Heard]], basis: str, start: datetime, end: datetime, now: datetime
) -> dict[Any, dict[str, int]]:
    """How many of each group had each verdict, of those whose date lies in [start, end)."""
    found: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for group, one in heard:
        at = one.date(basis)
        if at is not None and start <= at < end:
            found[group][one.verdict(now)] += 1
    return {group: dict(verdicts) for group, verdicts in found.items()}
