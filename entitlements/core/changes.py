"""What an evaluation decided: the new state, and a record of each change for events and the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from entitlements.core.definition import Trigger
from entitlements.core.facts import Fact
from entitlements.core.state import CaseState, Occurrence
from entitlements.core.triggers import Agenda


class Kind(StrEnum):
    """Kinds of change. The values are the names of events."""

    CREATED = "case_created"
    FIELD = "field_changed"
    REPLY = "agent_reply"
    CUSTOMER_MESSAGE = "customer_message"
    NOTE = "internal_note"
    CLOSED = "case_closed"
    REOPENED = "case_reopened"
    ESCALATED = "case_escalated"
    LADDER_STARTED = "escalation_started"
    LADDER_STEP = "escalation_step"
    ACKNOWLEDGED = "escalation_acknowledged"
    LADDER_RESOLVED = "escalation_resolved"
    AGED = "escalation_rule_fired"
    STOPPED = "case_stopped"
    RESUMED = "case_resumed"
    ENTERED = "process_entered"
    LEFT = "process_left"
    VERSION = "version_applied"
    PENDING = "milestone_pending"
    STARTED = "milestone_started"
    COMPLETED = "milestone_completed"
    CANCELLED = "milestone_cancelled"
    VIOLATED = "milestone_violated"
    VIOLATION_WITHDRAWN = "violation_withdrawn"
    PAUSED = "milestone_stopped"
    UNPAUSED = "milestone_resumed"
    MOVED = "target_moved"
    EXTENDED = "milestone_extended"
    WAIVED = "milestone_waived"
    FIRED = "trigger_fired"
    SKIPPED = "trigger_skipped"
    FAULT = "fault"


class Cause(StrEnum):
    """What made a change that no fact asked for by itself, or that only a person can ask for.

    It stands in a change's details as `caused_by`. Without it a field was changed by a fact, a stop by hand
    was ended by hand, and a milestone completed by what completes it.
    """

    TRIGGER = "trigger"
    CUSTOMER_MESSAGE = "customer_message"
    CLOSING = "closing"
    BY_HAND = "by_hand"


TELL_THEIR_CAUSE = frozenset({Kind.FIELD, Kind.ESCALATED, Kind.RESUMED, Kind.COMPLETED})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed, at its own (logical) time; `occurrence` when it is about one."""

    kind: Kind
    at: datetime
    by: str = ""
    occurrence: Occurrence | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Outcome(StrEnum):
    FIRED = "fired"
    SKIPPED = "skipped"


class Late(StrEnum):
    """Why a trigger fired later than it was due (§8.3, 8.4)."""

    NO = ""
    MOVED = "late"
    ON_ARRIVAL = "late on arrival"


@dataclass(frozen=True, slots=True)
class Firing:
    """A trigger that fired or was skipped: `due` was its planned instant, `at` is the (logical) one."""

    occurrence: Occurrence
    trigger: Trigger
    due: datetime
    at: datetime
    outcome: Outcome
    late: Late = Late.NO


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fact that could not happen, and why. It changed nothing."""

    fact: Fact
    why: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The result of `evaluate`. `state` is new; the state that was given is as it was.

    `agenda` tells what the clock has planned for the new state.
    """

    state: CaseState
    agenda: Agenda
    log: tuple[Change, ...] = ()
    firings: tuple[Firing, ...] = ()
    refused: tuple[Refusal, ...] = ()
