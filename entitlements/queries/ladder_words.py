"""Ladders and rules in words, for the pages of Setup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from entitlements.core.ladder import Ladder
from entitlements.models import CountedIn, EscalationLadder, RuleAction, RuleEntry
from entitlements.models.escalation import InHours
from entitlements.queries.in_words import duration

WHOM = {
    "owner": "the owner",
    "queue": "the queue",
    "team": "the case team",
    "on_duty": "who is on duty",
    "supervisors": "the supervisors",
    "contact": "the contact",
}
ROUNDS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: when, since the start, and whom it tells."""

    after: str
    who: str
    level: int
    round: int


def rungs_of(ladder: Ladder) -> list[Rung]:
    """The steps in order, those of the first rounds."""
    shown = len(ladder.levels) * ROUNDS_SHOWN
    steps = [step for number in range(shown) if (step := ladder.step(number)) is not None]
    return [
        Rung(
            "at once" if not step.offset else f"after {duration(int(step.offset.total_seconds() // 60))}",
            whom(step.who.to),
            step.level,
            step.round,
        )
        for step in steps
    ]


def whom(names: Iterable[str]) -> str:
    return ", ".join(WHOM.get(name, name) for name in names) or "nobody"


def counted_in(row: InHours) -> str:
    if row.counts_in == CountedIn.NAMED and row.business_hours is not None:
        return row.business_hours.name
    return "the case's own hours" if row.counts_in == CountedIn.CASE else "24/7"


def levels_in_words(ladder: EscalationLadder) -> str:
    return "; ".join(
        f"{'at once' if not level.after else f'after {duration(level.after)}'}: {whom(level.to)}"
        for level in ladder.levels.all()
    )


def action_in_words(action: RuleAction) -> str:
    """“after 4h: assign to Tier 2, tell the supervisors”."""
    return f"after {duration(action.after)}: {'; '.join(_parts(action.parts))}"


def _parts(parts: dict[str, Any]) -> Iterable[str]:
    assign, escalate = parts.get("assign", {}), parts.get("escalate")
    to = [assign[name] for name in ("queue", "user") if assign.get(name)]
    if to:
        yield f"assign to {' and '.join(to)}"
    if escalate is not None:
        ladder = f", start “{escalate['ladder']}”" if escalate.get("ladder") else ""
        yield f"escalate to level {escalate.get('level', 1)}{ladder}"
    if parts.get("notify"):
        yield f"notify {whom(parts['notify'].get('to', ()))}"
    if parts.get("email"):
        yield f"mail to {whom(parts['email'].get('to', ()))}"


def actions_in_words(entry: RuleEntry) -> list[str]:
    return [action_in_words(action) for action in entry.actions.all()]
