"""“Why this time?”: the explanation of one milestone of a case, with the moves of its target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from cases.engine.load import Loaded
from cases.models import Case, CaseEvent
from cases.queries.face import face_of
from cases.queries.late_chance import LateChance, late_chances
from cases.queries.tracker import load_one
from entitlements.core.changes import Kind
from entitlements.core.definition import HoursFrom, Process
from entitlements.core.explain import Explanation, explain
from entitlements.core.state import Occurrence
from entitlements.models import ProcessMilestone

SHOWN = 100
_SAID = {
    Kind.STARTED: "the clock started",
    Kind.PAUSED: "the clock stopped",
    Kind.UNPAUSED: "the clock went on",
    Kind.COMPLETED: "completed",
}


class NoSuchMilestone(Exception):
    """The case has no such milestone."""


@dataclass(frozen=True, slots=True)
class Move:
    """The target went from one instant to another; None is no target."""

    at: datetime
    old: datetime | None
    new: datetime | None
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Why:
    """`whose_hours` says of whom the case has its own hours, where those count.

    `chance` is the estimate of an open one that is not late yet.
    """

    case: Case
    key: int
    explanation: Explanation
    whose_hours: str
    moves: list[Move]
    chance: LateChance | None

    @property
    def title(self) -> str:
        x = self.explanation
        return f"{x.milestone} {x.number}" if x.recurs else x.milestone


def read_why(case: Case, key: int, now: datetime, viewers_zone: tzinfo) -> Why:
    """`case` is what `read_case` gave. Raises NoSuchMilestone."""
    work = load_one(case)
    occurrence = next((one for one in work.state.occurrences if one.key == key), None)
    if occurrence is None:
        raise NoSuchMilestone(f"Case {case.number} has no such milestone.")
    return Why(
        case=case,
        key=key,
        explanation=explain(_version_of(occurrence, work), work.state, occurrence, now, viewers_zone),
        whose_hours=_whose_hours(case, occurrence),
        moves=list(_moves(case, key)),
        chance=late_chances([face_of(occurrence, work, now)]).get(key),
    )


def _version_of(occurrence: Occurrence, work: Loaded) -> Process:
    """The version by which it goes: a finished one stays with the version that it had."""
    if occurrence.row.key in work.definition.row:
        return work.definition
    rows = ProcessMilestone.objects.filter(pk=occurrence.row.key)
    return work.configuration.definition(rows.values_list("version_id", flat=True).get())


def _whose_hours(case: Case, occurrence: Occurrence) -> str:
    if occurrence.row.hours_from is not HoursFrom.CASE:
        return ""
    if case.entitlement and case.entitlement.business_hours_id:
        return f"those of its entitlement “{case.entitlement}”"
    if case.account and case.account.business_hours_id:
        return f"those of its account “{case.account}”"
    return "the organisation's default"


def _moves(case: Case, key: int) -> Iterator[Move]:
    """In order of time. What set the target first is no move."""
    events = CaseEvent.objects.filter(
        case=case, case_milestone_id=key, kind__in=[Kind.PENDING, Kind.MOVED, *_SAID]
    ).order_by("at", "pk")[:SHOWN]
    before: datetime | None = None
    for place, event in enumerate(events):
        details: dict[str, Any] = event.details
        after = _instant(details.get("new" if event.kind == Kind.MOVED else "target"))
        if place and (after != before or event.kind == Kind.MOVED):
            why = details["why"] if event.kind == Kind.MOVED else _SAID[Kind(event.kind)]
            yield Move(event.at, before, after, why, event.by)
        before = after


def _instant(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
