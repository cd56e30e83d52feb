"""Which open targets would move if some hours were others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cases.queries.plan_summary import Summary, summary_of
from cases.queries.proposal import Proposal
from entitlements.core.calendar import compile_hours
from entitlements.core.hours import Hours


@dataclass(frozen=True)
class HoursMoves:
    """`token` tells this change from another one. Where `summary` is None nobody need be asked."""

    token: str
    summary: Summary | None


def moves_of(
    changes: Mapping[str, tuple[Hours, Hours]], now: datetime, go_on: Callable[[], bool]
) -> HoursMoves:
    """Of hours by name, each as it is and as it would be."""
    real = {name: both for name, both in changes.items() if both[0] != both[1]}
    token = hashlib.sha256(repr(sorted(real.items())).encode()).hexdigest()
    if not real:
        return HoursMoves(token, None)
    summary = summary_of(
        Proposal(changed_hours={name: compile_hours(new) for name, (_, new) in real.items()}), now, go_on
    )
    moves_nothing = summary.looked_at == summary.in_question and not summary.by_hours.tally.all
    return HoursMoves(token, None if moves_nothing else summary)
