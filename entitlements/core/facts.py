"""What happened on a case, as frozen values. Facts are all that the engine learns between two looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from entitlements.core.calendar import Timeline
from entitlements.core.definition import NO_PROCESS, Process
from entitlements.core.state import Promise


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened at an instant, by somebody (a user's name; empty: the system)."""

    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Created(Fact):
    """The case came into being. Its fields are those of the state."""


@dataclass(frozen=True, slots=True)
class FieldsChanged(Fact):
    """Text fields (`priority`), custom fields (`custom.key`) and `escalation_level` got other values.

    `related` replaces values of account, contact, entitlement and product names that came with them.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    related: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AgentReplied(Fact):
    """A public reply by an agent."""


@dataclass(frozen=True, slots=True)
class CustomerWrote(Fact):
    """A message from the customer."""


@dataclass(frozen=True, slots=True)
class NoteAdded(Fact):
    """An internal note."""


@dataclass(frozen=True, slots=True)
class StoppedByHand(Fact):
    reason: str = ""
    until_customer_answers: bool = False


@dataclass(frozen=True, slots=True)
class ResumedByHand(Fact):
    pass


@dataclass(frozen=True, slots=True)
class PausedByInterface(Fact):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ResumedByInterface(Fact):
    pass


@dataclass(frozen=True, slots=True)
class CompletedByHand(Fact):
    """Without a number the lowest-numbered running occurrence is meant (§6.4)."""

    milestone: str = ""
    occurrence: int | None = None


@dataclass(frozen=True, slots=True)
class Extended(Fact):
    """A supervisor gave one occurrence more time: minutes of its own open time (§11)."""

    milestone: str = ""
    occurrence: int | None = None
    minutes: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waived(Fact):
    """A supervisor gave one occurrence up, or excused one that was missed (§11)."""

    milestone: str = ""
    occurrence: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EntitlementChanged(Fact):
    """The case was promised something else: it leaves its process and enters the new one, if there is one.

    `name` is the entitlement's (empty: none), `related` replaces values of names such as `entitlement.type`.
    """

    promise: Promise | None = None
    name: str | None = None
    related: Mapping[str, str] = field(default_factory=dict)
    case_hours: Timeline | None = None
    other_process: bool = True


@dataclass(frozen=True, slots=True)
class HoursChanged(Fact):
    """Business hours or holidays were edited: targets of open occurrences move (§5.5)."""


@dataclass(frozen=True, slots=True)
class VersionApplied(Fact):
    """The case goes over to another version of its process: what follows goes by this `definition` (§3.2)."""

    definition: Process = NO_PROCESS


def is_by_an_agent(fact: Fact) -> bool:
    """Whether a person of the desk did something on a case that exists already."""
    return bool(fact.by) and not isinstance(fact, Created | CustomerWrote)
