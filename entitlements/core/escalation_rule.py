"""Escalation rules: the first entry whose criteria hold says what is to happen when a case gets too old.

The age of a case counts in the entry's hours and stands still while the case is stopped, like a milestone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from entitlements.core.calendar import ALWAYS, Timeline
from entitlements.core.definition import HoursFrom, Trigger, TriggerKind
from entitlements.core.expressions import EvaluationError, Expression, Names
from entitlements.core.ladder import due_after
from entitlements.core.state import CaseState, State
from entitlements.core.triggers import INSTANT, due_date

MOST_ACTIONS = 5
"""Of one entry, as in Salesforce: each at an age of its own."""


class Since(StrEnum):
    """From when the age of a case is measured."""

    CREATED = "created"
    CHANGED = "changed"
    AT_RISK = "milestone_at_risk"
    VIOLATED = "milestone_violated"


@dataclass(frozen=True, slots=True)
class AgeAction:
    """What happens at an age of so many counted minutes: `parts` are assign, escalate, notify and email."""

    after: int
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One entry: for which cases, how their age is measured, and the actions, the soonest first.

    `until_changed` ends it with the first change of the case by an agent. Hours that come from the case are
    those of its entitlement or account.
    """

    name: str
    when: Expression | None = None
    since: Since = Since.CREATED
    until_changed: bool = False
    hours: Timeline = ALWAYS
    hours_from: HoursFrom = HoursFrom.NOTHING
    actions: tuple[AgeAction, ...] = ()

    def hours_for(self, state: CaseState) -> Timeline:
        return state.case_hours if self.hours_from is HoursFrom.CASE else self.hours


@dataclass(frozen=True, slots=True)
class EscalationRule:
    """The rule of the organisation: its entries in order."""

    name: str
    entries: tuple[RuleEntry, ...] = ()


class Anchor(NamedTuple):
    """From when a case is aged, and what that is: each age of one subject comes once.

    With the milestone and its number where it is about one.
    """

    at: datetime
    subject: str
    milestone: str = ""
    number: int = 0


class DueAction(NamedTuple):
    """An action of an entry and the instant at which it is due."""

    entry: RuleEntry
    action: AgeAction
    anchor: Anchor
    due: datetime

    @property
    def key(self) -> Done:
        return self.entry.name, self.anchor.subject, self.action.after


Done = tuple[str, str, int]
"""An entry's name, a subject and an age: what has been done on a case."""


class Faulty(NamedTuple):
    """An entry whose criteria failed on the case, and how. It counts as one that does not fit."""

    entry: str
    why: str


def entry_for(rule: EscalationRule, names: Names) -> tuple[RuleEntry | None, list[Faulty]]:
    """The first entry whose criteria hold, and those before it that failed."""
    faults: list[Faulty] = []
    for entry in rule.entries:
        try:
            if entry.when is None or entry.when.value(names):
                return entry, faults
        except EvaluationError as fault:
            faults.append(Faulty(entry.name, str(fault)))
    return None, faults


def anchor_of(
    entry: RuleEntry, state: CaseState, changed_at: datetime | None, at_risk_percent: int
) -> Anchor | None:
    """From when the case is aged; it may be yet to come. None when there is nothing to measure from.

    `changed_at` is when an agent last did something on the case; None: nobody has.
    """
    if state.is_closed or (entry.until_changed and changed_at is not None):
        return None
    if entry.since is Since.CREATED:
        return Anchor(state.created_at, "created")
    if entry.since is Since.CHANGED:
        at = changed_at or state.created_at
        return Anchor(at, f"changed {at.isoformat()}")
    found = _violations(state) if entry.since is Since.VIOLATED else _risks(state, at_risk_percent)
    return min(found, default=None)


def next_actions(
    entry: RuleEntry, anchor: Anchor, state: CaseState, done: Collection[Done]
) -> list[DueAction]:
    """What is still to come, the soonest first; nothing while the case is stopped before it."""
    hours = entry.hours_for(state)
    found = []
    for action in entry.actions:
        due = due_after(anchor.at, timedelta(minutes=action.after), hours, state.stops)
        if due is not None and (entry.name, anchor.subject, action.after) not in done:
            found.append(DueAction(entry, action, anchor, due))
    return sorted(found, key=lambda one: one.due)


def _violations(state: CaseState) -> list[Anchor]:
    """Of open milestones: when they became late, or will be."""
    return [
        Anchor(late, f"violated {one.milestone} {one.number}", one.milestone, one.number)
        for one in state.occurrences
        if one.is_open
        and (late := one.violated_at or (one.target_date and one.target_date + INSTANT)) is not None
    ]


def _risks(state: CaseState, percent: int) -> list[Anchor]:
    """Of running milestones: when that share of the target's time is used."""
    moment = Trigger("", TriggerKind.WARNING, percent=percent)
    return [
        Anchor(at, f"at risk {one.milestone} {one.number}", one.milestone, one.number)
        for one in state.occurrences
        if one.state is State.RUNNING and (at := due_date(moment, one, state)) is not None
    ]
