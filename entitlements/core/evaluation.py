"""One evaluation at work: the state being changed, the engine's clock, and what has been decided so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from entitlements.core.changes import TELL_THEIR_CAUSE, Cause, Change, Firing, Kind, Refusal
from entitlements.core.definition import LONGEST_TARGET, Organisation, Process, ProcessMilestone
from entitlements.core.expressions import (
    MISSING_DATE,
    EvaluationError,
    Expression,
    Names,
    missing_values,
)
from entitlements.core.state import DATE_FIELDS, CaseState, Occurrence
from entitlements.core.triggers import Agenda

_MISSING = missing_values()


class Evaluation:
    """The working space of `evaluate`.

    `clock` is the logical instant, `now` the time of looking. `at` is the time of the fact that is being
    evaluated: the clock's, or earlier when the fact was learned late (§5.4).
    """

    def __init__(
        self, definition: Process, organisation: Organisation, state: CaseState, now: datetime
    ) -> None:
        self.definition = definition
        self.organisation = organisation
        self.state = state
        self.clock = state.looked_at or state.created_at
        self.at = self.clock
        self.now = max(now, self.clock)
        self.agenda = Agenda(definition, state)
        self.by = ""
        self.cause: Cause | None = None
        self.depth = 0
        self.log: list[Change] = []
        self.firings: list[Firing] = []
        self.refused: list[Refusal] = []
        self._depths: dict[int, int] = {}
        self._names: Names | None = None

    def move_clock(self, to: datetime) -> None:
        if to > self.clock:
            self.clock = to
            self._depths.clear()
        self.at = self.clock

    def record(
        self,
        kind: Kind,
        occurrence: Occurrence | None = None,
        at: datetime | None = None,
        **details: Any,
    ) -> None:
        """Note a change at its own time, and how deep in a chain of updates its occurrence now stands."""
        if occurrence is not None and self.depth:
            self._depths[id(occurrence)] = self.depth
        if self.cause is not None and kind in TELL_THEIR_CAUSE:
            details["caused_by"] = str(self.cause)
        self.log.append(Change(kind, at or self.clock, self.by, occurrence, details))

    def depth_of(self, occurrence: Occurrence) -> int:
        """How many updates in a row led to this occurrence at this instant (§9)."""
        return self._depths.get(id(occurrence), 0)

    def follow(self, definition: Process) -> None:
        """Go by another definition from now on."""
        self.definition = definition
        self.agenda = Agenda(definition, self.state)
        self._names = None

    def case_changed(self) -> None:
        self._names = None
        self.agenda.forget_all()

    @property
    def names(self) -> Names:
        if self._names is None:
            self._names = names_of(self.state, self.definition)
        return self._names

    def holds(
        self, condition: Expression, row: ProcessMilestone, occurrence: Occurrence | None = None
    ) -> bool:
        """Whether a condition of a row is true now."""
        return self.is_true(condition, self._names_for(condition, occurrence), row.key, row.milestone)

    def exits(self, condition: Expression) -> bool:
        """Whether the exit criteria are true now."""
        return self.is_true(condition, self.names, "exit", "Exit criteria")

    def is_true(self, condition: Expression, names: Names, key: str, whose: str) -> bool:
        """A condition's value. One that fails is not true, and the fault is shown on the case."""
        try:
            value = bool(condition.value(names))
        except EvaluationError as fault:
            self.fault(key, f"{whose}: {fault}")
            return False
        if key in self.state.faults:
            self._no_fault(key, condition)
        return value

    def minutes(self, row: ProcessMilestone, occurrence: Occurrence) -> int:
        """The target's minutes (§5.1). Raises EvaluationError when the formula fails or yields no target."""
        if row.formula is None:
            return row.minutes or 0
        minutes = int(row.formula.value(self._names_for(row.formula, occurrence)))
        if minutes <= 0:
            raise EvaluationError(f"“{row.formula.text}” yields {minutes}; a target is 1 minute or more")
        if minutes > LONGEST_TARGET:
            raise EvaluationError(f"“{row.formula.text}” yields {minutes}; a target is ten years at most")
        return minutes

    def _names_for(self, expression: Expression, occurrence: Occurrence | None) -> Names:
        if occurrence is None or not expression.speaks_of_milestone:
            return self.names
        return self.names.with_milestone(occurrence.milestone, occurrence.start_date, occurrence.number)

    def fault(self, key: str, message: str) -> None:
        """Record a fault of the configuration once, for the agent and the administrator."""
        if self.state.faults.get(key) != message:
            self.state.faults[key] = message
            self.record(Kind.FAULT, message=message)

    def _no_fault(self, key: str, condition: Expression) -> None:
        if condition.text in self.state.faults.get(key, ""):
            del self.state.faults[key]

    def in_run(self, occurrences: Sequence[Occurrence]) -> list[Occurrence]:
        return [occurrence for occurrence in occurrences if occurrence.run == self.state.run]


def names_of(state: CaseState, definition: Process) -> Names:
    """The values of all names for a case as it is."""
    values: dict[str, Any] = dict(_MISSING)
    values.update((f"case.{name}", text) for name, text in state.texts.items())
    values.update(state.related)
    values.update((f"case.{name}", getattr(state, name) or MISSING_DATE) for name in DATE_FIELDS)
    values["case.is_closed"] = state.is_closed
    values["case.is_stopped"] = state.is_stopped
    values["case.is_escalated"] = state.is_escalated
    values["case.awaiting_reply"] = state.awaiting_reply
    values["case.escalation_level"] = state.escalation_level
    values["case.reopen_count"] = state.reopen_count
    for key, kind in definition.custom:
        value = state.custom.get(key)
        values[f"case.custom.{key}"] = NO_VALUE[kind] if value is None else value
    return Names(values, definition.custom)


NO_VALUE: dict[str, Any] = {"text": "", "number": 0.0, "whole": 0, "flag": False, "date": MISSING_DATE}
