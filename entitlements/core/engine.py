"""The one engine: `evaluate` decides what the facts and the clock do to the milestones of a case.

The rules are those of docs/semantics.md; section numbers in this package refer to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from entitlements.core.by_hand import completed_by_hand, extend, waive
from entitlements.core.case_facts import Refused, happen
from entitlements.core.changes import Cause, Changes, Outcome, Refusal
from entitlements.core.definition import CompletedBy, Organisation, Process, Trigger
from entitlements.core.entering import leave
from entitlements.core.evaluation import Evaluation
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    EntitlementChanged,
    Extended,
    Fact,
    FieldsChanged,
    HoursChanged,
    VersionApplied,
    Waived,
)
from entitlements.core.firing import fields_set_by, fire
from entitlements.core.occurrences import begin, mark_if_late
from entitlements.core.review import review
from entitlements.core.state import CaseState, Occurrence
from entitlements.core.triggers import Agenda, Planned, Rank
from entitlements.core.versions import WHY_MOVED, adopt

LONGEST_CHAIN = 5


def evaluate(
    definition: Process, organisation: Organisation, state: CaseState, facts: Sequence[Fact], now: datetime
) -> Changes:
    """Let the facts happen in their order and the clock go on to `now`.

    A fact older than the last look takes its place after what has been decided, but what it does is done at
    the fact's own time (§5.4). `now` is the time of looking; instants are aware UTC datetimes.
    """
    e = Evaluation(definition, organisation, state.copy(), now)
    for fact in facts:
        at = max(fact.at, e.clock)
        _run_clock(e, at, Rank.LATENESS)
        _learn(e, fact)
    _run_clock(e, e.now, Rank.TRIGGER)
    e.state.looked_at = e.clock
    return Changes(e.state, e.agenda, tuple(e.log), tuple(e.firings), tuple(e.refused))


def next_look(definition: Process, state: CaseState) -> datetime | None:
    """The next instant at which the clock has something planned for the case."""
    return min((planned.plan.at for planned in Agenda(definition, state).everything()), default=None)


def _run_clock(e: Evaluation, until: datetime, last_rank: Rank) -> None:
    """Do what is planned before `until`, and at `until` what comes no later than `last_rank`."""
    while (planned := e.agenda.first(e.clock)) is not None:
        at = max(planned.plan.at, e.clock)
        if at > until or (at == until and planned.plan.rank > last_rank):
            break
        e.move_clock(at)
        _do(e, planned)
    e.move_clock(until)


def _do(e: Evaluation, planned: Planned) -> None:
    occurrence, trigger = planned.occurrence, planned.trigger
    e.by, e.cause, e.depth = "", None, 0
    if occurrence is None:
        review(e, "entered the process")
        e.agenda.forget_all()
        return
    if planned.plan.rank is Rank.START:
        e.agenda.forget(occurrence)
        begin(e, occurrence)
        return
    e.agenda.done(planned)
    if trigger is None:
        mark_if_late(e, occurrence)
    elif fire(e, occurrence, trigger, planned.plan) is Outcome.FIRED:
        _act(e, occurrence, trigger)


def _act(e: Evaluation, occurrence: Occurrence, trigger: Trigger) -> None:
    """Let the actions that change the case do so, each a change like any other (§9)."""
    depth = e.depth_of(occurrence) + 1
    for action in trigger.actions:
        fields = fields_set_by(action, e)
        if not fields:
            continue
        if depth > LONGEST_CHAIN:
            e.fault(
                trigger.key,
                f"{occurrence.milestone}: a chain of field updates was ended after {LONGEST_CHAIN}.",
            )
            return
        e.depth = depth
        _learn(e, FieldsChanged(e.clock, fields=fields), Cause.TRIGGER)
    e.depth = 0


def _learn(e: Evaluation, fact: Fact, cause: Cause | None = None) -> None:
    """One fact, evaluated whole. One that is refused changes nothing."""
    e.by, e.at = fact.by, fact.at
    e.cause = Cause.BY_HAND if isinstance(fact, CompletedByHand) else cause
    try:
        done = _by_hand(e, fact)
        happen(fact, e)
    except Refused as refusal:
        _refuse(e, fact, str(refusal))
        return
    e.case_changed()
    if isinstance(fact, AgentReplied):
        done = _completed_by_reply(e, fact.at)
    if isinstance(fact, EntitlementChanged) and fact.other_process and e.state.in_process:
        leave(e, "the entitlement changed")
    if isinstance(fact, VersionApplied):
        adopt(e, fact.definition)
    review(e, _why(fact), done)


def _by_hand(e: Evaluation, fact: Fact) -> list[Occurrence]:
    """What people do to one occurrence; the one that is thereby completed. Raises Refused."""
    if isinstance(fact, CompletedByHand):
        return [completed_by_hand(e, fact)]
    if isinstance(fact, Extended):
        extend(e, fact)
    if isinstance(fact, Waived):
        waive(e, fact)
    return []


def _refuse(e: Evaluation, fact: Fact, why: str) -> None:
    if e.depth:
        e.fault("action", f"A field update was refused: {why}")
    else:
        e.refused.append(Refusal(fact, why))


def _completed_by_reply(e: Evaluation, at: datetime) -> list[Occurrence]:
    """A reply counts from the start date on, for a recurring one only once the occurrence exists (§6.2)."""
    return [
        occurrence
        for occurrence in e.state.occurrences
        if occurrence.has_started
        and occurrence.row.completed_by is CompletedBy.AGENT_REPLY
        and at >= occurrence.start_date
        and (not occurrence.row.recurs or at >= occurrence.came_at)
    ]


def _why(fact: Fact) -> str:
    """Why a target moved, when this fact moved it."""
    if isinstance(fact, FieldsChanged):
        return ", ".join(f"{name} → {value}" for name, value in fact.fields.items())
    if isinstance(fact, HoursChanged):
        return "business hours changed"
    if isinstance(fact, VersionApplied):
        return WHY_MOVED
    return "the case changed"
