"""What was promised, as frozen values: milestones, processes, triggers, actions, the organisation's settings.

Nothing here knows a database. The tables of Setup and the configuration file both turn themselves into
these values, and the engine reads nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from entitlements.core.calendar import ALWAYS, HORIZON, Timeline
from entitlements.core.expressions import CustomFields, Expression

ENTRY = "entry"
CRITERIA = "criteria"
LONGEST_TARGET = HORIZON // timedelta(minutes=1)
LONGEST_TERM = 36_525
"""Days that an entitlement made from a template may hold."""


class Recurrence(StrEnum):
    """How often a milestone comes (§4.3)."""

    NONE = "none"
    SEQUENTIAL = "sequential"
    INDEPENDENT = "independent"


class CompletedBy(StrEnum):
    """What completes a milestone (§6.1). By hand works on all."""

    AGENT_REPLY = "agent_reply"
    CASE_CLOSED = "case_closed"
    CRITERIA = "criteria"
    MANUAL = "manual"


class TriggerKind(StrEnum):
    SUCCESS = "success"
    WARNING = "warning"
    VIOLATION = "violation"


class OnReentry(StrEnum):
    """What a case that comes back finds (§3.4)."""

    KEEP = "keep"
    RESTART = "restart"


class HoursFrom(StrEnum):
    """Which rule chose the hours of a process milestone (§2.7)."""

    MILESTONE = "milestone"
    PROCESS = "process"
    CASE = "case"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do when a trigger fires. `key` is unique within the process version."""

    key: str
    kind: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Trigger:
    """A moment of a process milestone with its actions.

    `minutes` is the open time before (warning) or after (violation) the target. A warning may give `percent`
    of the target's time instead: 75 is when a quarter of it is left. `key` is unique within the version.
    """

    key: str
    kind: TriggerKind
    minutes: int = 0
    percent: int | None = None
    actions: tuple[Action, ...] = ()

    def distance(self, promised: timedelta) -> timedelta:
        """Open time between this trigger and the target."""
        if self.percent is None:
            return timedelta(minutes=self.minutes)
        return promised * (100 - self.percent) / 100

    @property
    def offset(self) -> str | None:
        """As the configuration file writes it: "75%", "60m"; nothing for success."""
        if self.kind is TriggerKind.SUCCESS:
            return None
        return f"{self.percent}%" if self.percent is not None else f"{self.minutes}m"


@dataclass(frozen=True, slots=True)
class ProcessMilestone:
    """One row of a process: a milestone's place, or one of its tiers.

    `tier` counts the rows of one milestone from 1. Exactly one of `minutes` and `formula` is set.
    `hours` is the timeline that this row names; `hours_from` tells how to read a missing one.
    """

    key: str
    milestone: str
    recurrence: Recurrence
    tier: int = 1
    minutes: int | None = None
    formula: Expression | None = None
    start: str = ENTRY
    when: Expression | None = None
    completed_by: CompletedBy = CompletedBy.MANUAL
    completion: Expression | None = None
    pause_when: Expression | None = None
    cancel_when_criteria_end: bool = True
    hours: Timeline = ALWAYS
    hours_from: HoursFrom = HoursFrom.NOTHING
    triggers: tuple[Trigger, ...] = ()

    @property
    def recurs(self) -> bool:
        return self.recurrence is not Recurrence.NONE


@dataclass(frozen=True)
class Process:
    """One version of an entitlement process. The order of `rows` is the order of its milestones and tiers."""

    name: str
    rows: tuple[ProcessMilestone, ...] = ()
    version: int = 1
    enter_at: str = "created_at"
    exit_when: Expression | None = None
    on_reentry: OnReentry = OnReentry.KEEP
    custom: CustomFields = ()

    @cached_property
    def milestones(self) -> Mapping[str, tuple[ProcessMilestone, ...]]:
        """The tiers of each milestone, both in order."""
        grouped: dict[str, list[ProcessMilestone]] = {}
        for row in self.rows:
            grouped.setdefault(row.milestone, []).append(row)
        return {name: tuple(rows) for name, rows in grouped.items()}

    @cached_property
    def row(self) -> Mapping[str, ProcessMilestone]:
        """Rows by key."""
        return {row.key: row for row in self.rows}

    @cached_property
    def place(self) -> Mapping[str, int]:
        """The order of each milestone."""
        return {name: place for place, name in enumerate(self.milestones)}


@dataclass(frozen=True, slots=True)
class Status:
    """A status of a case and what it does to the clock. `on_customer_message` names where a message leads."""

    name: str
    closed: bool = False
    stops_clock: bool = False
    on_customer_message: str = ""
    default: bool = False


DEFAULT_STATUSES = (
    Status("New", default=True),
    Status("Working"),
    Status("Waiting on Customer", stops_clock=True, on_customer_message="Working"),
    Status("Closed", closed=True),
)


@dataclass(frozen=True)
class Organisation:
    """Entitlement settings: what holds for every case. Without `queues` a queue may have any name."""

    allow_pausing: bool = False
    at_risk_percent: int = 75
    statuses: tuple[Status, ...] = DEFAULT_STATUSES
    stages: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()

    @cached_property
    def status(self) -> Mapping[str, Status]:
        return {status.name: status for status in self.statuses}

    def status_named(self, name: str) -> Status:
        """A status by name. One that is no longer configured does nothing to the clock."""
        return self.status.get(name) or Status(name)

    @cached_property
    def default_status(self) -> str:
        first = self.statuses[0].name if self.statuses else ""
        return next((status.name for status in self.statuses if status.default), first)


NO_PROCESS = Process(name="")
