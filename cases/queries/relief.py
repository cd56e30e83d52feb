"""What it would do to extend or to waive a milestone: asked of the engine, written nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cases.engine.evaluate import decide
from cases.engine.load import Loaded
from cases.queries.plan_effects import Effect, effects_between
from entitlements.core.facts import Extended, Waived
from entitlements.core.state import Occurrence


@dataclass(frozen=True, slots=True)
class Effects:
    """`refused` says why it cannot be. `no_longer_late`: its violation would be withdrawn."""

    refused: str
    moves: Sequence[Effect] = ()
    no_longer_late: bool = False


def occurrence_on(work: Loaded, key: int) -> Occurrence | None:
    return next((one for one in work.state.occurrences if one.key == key), None)


def effects_of(work: Loaded, fact: Extended | Waived, now: datetime) -> Effects:
    """What would become of the open milestones of the case."""
    changes = decide(work, [fact], now)
    if changes.refused:
        return Effects(changes.refused[0].why)
    moves = list(effects_between(work.case.number, work.state, changes.state, now))
    return Effects("", moves, _is_let_off(work, fact, changes.state.of(fact.milestone)))


def _is_let_off(work: Loaded, fact: Extended | Waived, after: Sequence[Occurrence]) -> bool:
    late = {one.number for one in work.state.of(fact.milestone) if one.is_violated}
    return any(one.number in late and not one.is_violated for one in after)
