"""A case's recorded events turned back into the facts that made them.

What the engine did of itself is left out, since a draft is to do it in its own way: milestones, stops by
status, closing and reopening as a status says, and whatever a trigger or a customer's message changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from entitlements.core.case_facts import kind_of_field
from entitlements.core.changes import Cause, Kind
from entitlements.core.expressions import CustomFields
from entitlements.core.facts import (
    AgentReplied,
    CompletedByHand,
    Created,
    CustomerWrote,
    Extended,
    Fact,
    FieldsChanged,
    NoteAdded,
    PausedByInterface,
    ResumedByHand,
    ResumedByInterface,
    StoppedByHand,
    Waived,
)
from entitlements.core.state import StopKind

ENTITLEMENT = "entitlement"
AMONG_FIELDS = frozenset({Kind.CLOSED, Kind.REOPENED, Kind.STOPPED, Kind.RESUMED})
"""What a change of fields may bring about before its last field is set."""


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded event; `milestone` and `number` name the occurrence that it is about.

    `recurs` says whether that milestone comes again and again.
    """

    kind: str
    at: datetime
    recorded_at: datetime
    by: str
    details: Mapping[str, Any]
    milestone: str = ""
    number: int = 0
    recurs: bool = False


Promising = Callable[[Event], Fact]
"""What makes a fact of an event that says that the case got another entitlement."""


def facts_of(
    events: Iterable[Event], custom: CustomFields, waits: Iterable[bool], promising: Promising
) -> list[Fact]:
    """In the order in which they were learned.

    `waits` tells of each stop by hand, in order, whether it ended with the customer's answer.
    """
    return _Reading(custom, iter(waits), promising).read(events)


def first_values(events: Iterable[Event], custom: CustomFields) -> dict[str, Any]:
    """The fields that have been changed, with the values that the case was created with."""
    values: dict[str, Any] = {}
    for event in events:
        if event.kind == Kind.FIELD:
            name = event.details["field"]
            values.setdefault(name, value_of(name, event.details["old"], custom))
    return values


def value_of(name: str, written: Any, custom: CustomFields) -> Any:
    """A field's value, of the kind that the engine wants."""
    if kind_of_field(name, custom) == "date" and isinstance(written, str):
        return datetime.fromisoformat(written)
    return written


@dataclass
class _Reading:
    """The facts so far. `together` is the change of fields to which the next field may belong."""

    custom: CustomFields
    waits: Iterator[bool]
    promising: Promising
    facts: list[Fact] = field(default_factory=list)
    together: Event | None = None
    fired_at: datetime | None = None
    told: set[tuple[datetime, str]] = field(default_factory=set)

    def read(self, events: Iterable[Event]) -> list[Fact]:
        for event in events:
            if event.kind in (Kind.FIELD, Kind.ESCALATED):
                self._field(event)
            else:
                self._other(event)
            if not event.milestone:
                self.told.add((event.recorded_at, event.by))
        return self.facts

    def _other(self, event: Event) -> None:
        fact = self._fact(event)
        if fact is not None:
            self.facts.append(fact)
        if event.kind not in AMONG_FIELDS or fact is not None:
            self.together = None
        if event.kind == Kind.FIRED:
            self.fired_at = event.at

    def _field(self, event: Event) -> None:
        """Fields that were changed at once are one fact: no milestone looks at them in between."""
        if event.details.get("caused_by") or self._is_of_a_trigger(event):
            self.together = None
            return
        name, new = _changed(event, self.custom)
        if name == ENTITLEMENT:
            self.facts.append(self.promising(event))
            self.together = None
            return
        last = self.facts[-1] if self.facts else None
        if isinstance(last, FieldsChanged) and self._belongs(event, name, last):
            self.facts[-1] = FieldsChanged(last.at, last.by, fields={**last.fields, name: new})
        else:
            self.facts.append(FieldsChanged(event.at, event.by, fields={name: new}))
        self.together = event

    def _belongs(self, event: Event, name: str, last: FieldsChanged) -> bool:
        before = self.together
        return (
            before is not None
            and (before.at, before.by, before.recorded_at) == (event.at, event.by, event.recorded_at)
            and name not in last.fields
        )

    def _is_of_a_trigger(self, event: Event) -> bool:
        """Events of before causes were recorded: nobody did it, at the very instant of a trigger."""
        return not event.by and event.at == self.fired_at

    def _fact(self, event: Event) -> Fact | None:
        at, by = event.at, event.by
        match event.kind:
            case Kind.CREATED:
                return Created(at, by)
            case Kind.REPLY:
                return AgentReplied(at, by)
            case Kind.CUSTOMER_MESSAGE:
                return CustomerWrote(at, by)
            case Kind.NOTE:
                return NoteAdded(at, by)
            case Kind.STOPPED:
                return self._stop(event)
            case Kind.RESUMED:
                return _resume(event)
            case Kind.COMPLETED if self._is_by_hand(event):
                return CompletedByHand(at, by, event.milestone, _numbered(event))
            case Kind.EXTENDED:
                minutes, reason = event.details["minutes"], event.details["reason"]
                return Extended(at, by, event.milestone, _numbered(event), minutes, reason)
            case Kind.WAIVED:
                return Waived(at, by, event.milestone, _numbered(event), event.details["reason"])
        return None

    def _stop(self, event: Event) -> Fact | None:
        reason = event.details.get("reason", "")
        match event.details.get("by_means"):
            case StopKind.HAND:
                waits = next(self.waits, False)
                return StoppedByHand(event.at, event.by, reason, until_customer_answers=waits)
            case StopKind.INTERFACE:
                return PausedByInterface(event.at, event.by, reason)
        return None

    def _is_by_hand(self, event: Event) -> bool:
        """Before causes were recorded: somebody's doing, who had done nothing else then."""
        if "caused_by" in event.details:
            return bool(event.details["caused_by"] == Cause.BY_HAND)
        return bool(event.by) and (event.recorded_at, event.by) not in self.told


def _numbered(event: Event) -> int | None:
    """Which occurrence is meant: of a milestone that comes once there is no choice."""
    return event.number if event.recurs else None


def _resume(event: Event) -> Fact | None:
    match event.details.get("by_means"), event.details.get("caused_by"):
        case StopKind.HAND, None:
            return ResumedByHand(event.at, event.by)
        case StopKind.INTERFACE, _:
            return ResumedByInterface(event.at, event.by)
    return None


def _changed(event: Event, custom: CustomFields) -> tuple[str, Any]:
    if event.kind == Kind.ESCALATED:
        return "escalation_level", event.details["new"]
    name = event.details["field"]
    return name, value_of(name, event.details["new"], custom)
