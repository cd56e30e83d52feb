"""Facts of a case → the core → rows, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cases.engine.load import Loaded, load, lock_case
from cases.engine.write import Decided, write
from entitlements.core.changes import Changes
from entitlements.core.engine import evaluate
from entitlements.core.facts import Fact, is_by_an_agent


class Refused(Exception):
    """What was asked cannot happen on the case as it is. `str()` says why, for the person who asked."""


class NoSuchCase(Refused):
    """There is no case with this key."""


def lock(case_id: int) -> Loaded:
    """One case, locked and loaded. Call it inside a transaction. Raises NoSuchCase."""
    cases = lock_case(case_id)
    if not cases:
        raise NoSuchCase("There is no such case.")
    return load(cases)[case_id]


def learn(work: Loaded, facts: Sequence[Fact], now: datetime) -> Changes:
    """Let the facts happen on a locked case and write what follows.

    Raises Refused; then nothing may be kept.
    """
    changes = decide(work, facts, now)
    if changes.refused:
        raise Refused(" ".join(refusal.why for refusal in changes.refused))
    touched_at = max((fact.at for fact in facts if is_by_an_agent(fact)), default=None)
    if touched_at is not None:
        work.case.agent_changed_at = max(touched_at, work.case.agent_changed_at or touched_at)
        work.touched.add("agent_changed_at")
    write([Decided(work, changes)], now)
    return changes


def decide(work: Loaded, facts: Sequence[Fact], now: datetime) -> Changes:
    """What the core says, written nowhere."""
    return evaluate(work.definition, work.organisation, work.state, facts, now)
