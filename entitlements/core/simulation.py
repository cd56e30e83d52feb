"""One case through a timeline, under a clock that never looks late, and what became of its milestones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from entitlements.core.changes import Change, Changes, Firing, Kind, Outcome, Refusal
from entitlements.core.clock import elapsed_time, remaining_time, stopped_time
from entitlements.core.definition import Organisation, Process
from entitlements.core.engine import evaluate, next_look
from entitlements.core.facts import Fact
from entitlements.core.state import CaseState, Occurrence


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a case came to, looked at `ended_at`. `errors` are what was refused and what failed, in order.

    `log` is every change in the order in which it was decided.
    """

    process: Process
    state: CaseState
    log: tuple[Change, ...]
    firings: tuple[Firing, ...]
    refused: tuple[Refusal, ...]
    errors: tuple[str, ...]
    ended_at: datetime


def simulate(
    process: Process,
    organisation: Organisation,
    state: CaseState,
    facts: Sequence[Fact],
    until: datetime | None = None,
) -> Simulated:
    """Let the facts happen in order of time, looking at every planned moment, until then or the last fact.

    Facts later than `until` are ignored; facts of one instant count in the order given.
    """
    ordered = sorted(facts, key=lambda fact: fact.at)
    end = until or (ordered[-1].at if ordered else state.created_at)
    looks: list[Changes] = []

    def look(state: CaseState, facts: Sequence[Fact], now: datetime) -> CaseState:
        while (planned := next_look(process, state)) is not None and planned < now:
            looks.append(evaluate(process, organisation, state, (), planned))
            state = looks[-1].state
        looks.append(evaluate(process, organisation, state, facts, now))
        return looks[-1].state

    for at, together in groupby(ordered, key=lambda fact: fact.at):
        if at <= end:
            state = look(state, tuple(together), at)
    state = look(state, (), end)
    return Simulated(
        process,
        state,
        log=tuple(change for changes in looks for change in changes.log),
        firings=tuple(firing for changes in looks for firing in changes.firings),
        refused=tuple(refusal for changes in looks for refusal in changes.refused),
        errors=tuple(dict.fromkeys(error for changes in looks for error in _errors_of(changes))),
        ended_at=end,
    )


def _errors_of(changes: Changes) -> list[str]:
    faults = [str(change.details["message"]) for change in changes.log if change.kind is Kind.FAULT]
    return [refusal.why for refusal in changes.refused] + faults


def milestones_as_json(simulated: Simulated) -> list[dict[str, Any]]:
    """The occurrences in order of milestone and number, as `simulate --json` prints them."""
    place = simulated.process.place
    last = len(place)
    ordered = sorted(
        simulated.state.occurrences, key=lambda one: (place.get(one.milestone, last), one.number)
    )
    return [_occurrence_as_json(occurrence, simulated) for occurrence in ordered]


def _occurrence_as_json(one: Occurrence, simulated: Simulated) -> dict[str, Any]:
    state, now = simulated.state, simulated.ended_at
    end = one.completion_date or one.cancelled_at or now
    return {
        "milestone": one.milestone,
        "occurrence": one.number,
        "tier": one.row.tier,
        "state": str(one.state),
        "violated": one.is_violated,
        "start_date": as_utc(one.start_date),
        "target_date": as_utc(one.target_date),
        "completion_date": as_utc(one.completion_date),
        "cancelled_at": as_utc(one.cancelled_at),
        "reason": one.reason or None,
        "elapsed_s": seconds(elapsed_time(one, state, now)),
        "stopped_s": seconds(stopped_time(one, state, end)),
        "remaining_s": seconds(remaining_time(one, state, now)),
    }


def triggers_as_json(simulated: Simulated) -> list[dict[str, Any]]:
    """What fired and what was skipped, in that order, as `simulate --json` prints it."""
    return [
        {
            "milestone": firing.occurrence.milestone,
            "occurrence": firing.occurrence.number,
            "kind": str(firing.trigger.kind),
            "offset": firing.trigger.offset,
            "due": as_utc(firing.due),
            "fired": as_utc(firing.at) if firing.outcome is Outcome.FIRED else None,
            "outcome": str(firing.outcome),
        }
        for firing in simulated.firings
    ]


def case_as_json(simulated: Simulated) -> dict[str, Any]:
    state = simulated.state
    fields = {name: text for name, text in state.texts.items() if text}
    return {"milestone_status": milestone_status(state.occurrences), "fields": fields}


def milestone_status(occurrences: Sequence[Occurrence]) -> str:
    """Open violation, else closed violation, else compliant (§10). What was waived does not count (§11)."""
    late = [one for one in occurrences if one.is_violated and not one.is_waived]
    if any(occurrence.is_open for occurrence in late):
        return "open_violation"
    return "closed_violation" if late else "compliant"


def as_utc(instant: datetime | None) -> str | None:
    """ISO 8601 with Z; whole seconds where there is no fraction."""
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def seconds(span: timedelta | None) -> int | float | None:
    """Seconds, whole where there is no fraction."""
    if span is None:
        return None
    whole, rest = divmod(span, timedelta(seconds=1))
    return whole if not rest else span.total_seconds()
