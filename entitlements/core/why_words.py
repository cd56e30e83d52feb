"""The words of an explanation that the case's history decides: why it started then, why so many minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from entitlements.core.definition import CRITERIA, ENTRY, CompletedBy, Process, ProcessMilestone
from entitlements.core.expressions import EvaluationError, Names
from entitlements.core.state import CaseState, Occurrence, State


@dataclass(frozen=True, slots=True)
class Promised:
    """The target's minutes, and those that a supervisor added.

    `inputs` and `yields_now` are those of a formula for the case as it is now.
    """

    minutes: int | None
    extension: int = 0
    formula: str = ""
    inputs: Mapping[str, Any] | None = None
    yields_now: int | None = None
    fault: str = ""

    @property
    def whole(self) -> timedelta | None:
        """All of it; None without minutes."""
        return None if self.minutes is None else timedelta(minutes=self.minutes + self.extension)

    @classmethod
    def of(cls, occurrence: Occurrence, names: Names) -> Promised:
        formula = occurrence.row.formula
        if formula is None:
            return cls(occurrence.minutes, occurrence.extension)
        try:
            yields, fault = int(formula.value(names)), ""
        except EvaluationError as failed:
            yields, fault = None, str(failed)
        inputs = names.used_by(formula)
        return cls(occurrence.minutes, occurrence.extension, formula.text, inputs, yields, fault)


def start_words(definition: Process, state: CaseState, occurrence: Occurrence) -> str:
    """Why the clock started when it did, as a part of a sentence: “when …”, “by …” (§4.4)."""
    before = [one for one in state.of(occurrence.milestone) if one.number < occurrence.number]
    row = occurrence.row
    if row.recurs and (waited := _after_another(occurrence, before)):
        return waited
    if row.start not in (ENTRY, CRITERIA):
        return f"by the case's field “{row.start}”"
    entry = state.entry_date if occurrence.run == state.run else None
    has_entry = entry in (None, occurrence.start_date) and not any(
        one.run == occurrence.run for one in before
    )
    if row.start == ENTRY and (has_entry or not row.recurs):
        return _entry_words(definition, state, occurrence)
    return _wanted_words(row)


def _after_another(occurrence: Occurrence, before: list[Occurrence]) -> str:
    """A recurring one that follows another of its milestone: at its end, at its target, in its place."""
    start = occurrence.start_date
    for one in reversed(before):
        if (
            one.state is State.CANCELLED
            and one.start_date == start
            and one.cancelled_at == occurrence.came_at
        ):
            return f"at the start of occurrence {one.number}, whose place it took"
        if one.completion_date == start:
            return f"when occurrence {one.number} was completed"
        if one.state is State.COMPLETED and one.target_date == start:
            return f"at the target of occurrence {one.number}: the next starts no earlier"
    return ""


def _wanted_words(row: ProcessMilestone) -> str:
    wanted = "when its criteria came to hold" if row.when else "when the milestone was wanted"
    lasts = row.completed_by in (CompletedBy.CASE_CLOSED, CompletedBy.CRITERIA)
    return f"{wanted} and what completes it did not" if row.recurs and lasts else wanted


def _entry_words(definition: Process, state: CaseState, occurrence: Occurrence) -> str:
    entered = f"when the case entered the process “{definition.name}”"
    start = occurrence.start_date
    if start == state.created_at:
        return f"{entered}, as it was created"
    if start == state.date(definition.enter_at):
        return f"{entered}, by its field “{definition.enter_at}”"
    if state.promise is not None and start == state.promise.starts_at:
        return f"{entered}, as its entitlement began"
    if occurrence.run > 1:
        return f"when the case came back into the process “{definition.name}”"
    return entered
