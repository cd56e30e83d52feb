"""Which tier of a milestone was chosen, and why the others were not (§4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from entitlements.core.definition import Process, ProcessMilestone
from entitlements.core.expressions import EvaluationError, Expression, Names
from entitlements.core.state import Occurrence

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tier by which an occurrence goes, of so many; `holds`: its criteria as the case is now."""

    tier: int
    tiers: int
    criteria: str
    holds: bool
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class NotChosen:
    """Another tier. `beaten` says that the chosen one stands before it."""

    tier: int
    criteria: str
    target: str
    beaten: bool
    holds: bool
    fault: str
    inputs: Inputs

    @property
    def why(self) -> str:
        if self.beaten:
            return "an earlier tier was chosen" + (
                ", though its own criteria hold too" if self.holds else ", and its own criteria do not hold"
            )
        if self.fault:
            return f"its criteria failed: {self.fault}"
        if self.holds:
            return "its criteria hold now, but did not when the tier was chosen"
        return "its criteria do not hold"


def chosen_tier(definition: Process, occurrence: Occurrence, names: Names) -> Chosen:
    row = occurrence.row
    tiers = definition.milestones.get(row.milestone, (row,))
    holds, _ = _value(row.when, names)
    return Chosen(row.tier, len(tiers), _text(row.when), holds, _inputs(row.when, names))


def tiers_not_chosen(definition: Process, occurrence: Occurrence, names: Names) -> tuple[NotChosen, ...]:
    rows = definition.milestones.get(occurrence.milestone, ())
    return tuple(_not_chosen(row, occurrence, names) for row in rows if row.key != occurrence.row.key)


def _not_chosen(row: ProcessMilestone, occurrence: Occurrence, names: Names) -> NotChosen:
    holds, fault = _value(row.when, names)
    return NotChosen(
        tier=row.tier,
        criteria=_text(row.when),
        target=_text(row.formula) or f"{row.minutes} minutes",
        beaten=row.tier > occurrence.row.tier,
        holds=holds,
        fault=fault,
        inputs=_inputs(row.when, names),
    )


def _text(expression: Expression | None) -> str:
    return expression.text if expression else ""


def _inputs(expression: Expression | None, names: Names) -> Inputs:
    return names.used_by(expression) if expression else {}


def _value(condition: Expression | None, names: Names) -> tuple[bool, str]:
    """Whether it holds, and how it failed. No criteria always hold."""
    try:
        return condition is None or bool(condition.value(names)), ""
    except EvaluationError as fault:
        return False, str(fault)
