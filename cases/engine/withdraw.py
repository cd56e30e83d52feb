"""What has not left yet and is no longer news is cancelled with what made it so (§9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from cases.engine.escalation_upkeep import Decision
from cases.models import Delivery, DeliveryState
from entitlements.core.definition import TriggerKind
from entitlements.core.state import Occurrence, State

Moot = tuple[tuple[TriggerKind, ...], str]

WITHDRAWN = "The violation was withdrawn before this left."
COMPLETED = "The milestone was completed before this warning left."
CANCELLED = "The milestone was cancelled before this left."


def withdraw(decided: Sequence[Decision]) -> None:
    """Cancel what triggers of voided milestones have put into the outbox and what has not arrived yet.

    One that is under way at this moment counts as cancelled unless it arrives.
    """
    moot: dict[Moot, list[int]] = defaultdict(list)
    for one in decided:
        before = {occurrence.key: occurrence for occurrence in one.work.state.occurrences}
        for occurrence in one.changes.state.occurrences:
            if occurrence.settled:
                row = one.work.rows[occurrence.milestone, occurrence.number]
                for what in _moot(occurrence, before.get(occurrence.key)):
                    moot[what].append(row.pk)
    for (kinds, why), milestones in moot.items():
        Delivery.objects.filter(
            fired_trigger__case_milestone__in=milestones,
            fired_trigger__kind__in=kinds,
            state=DeliveryState.WAITING,
        ).update(state=DeliveryState.CANCELLED, next_attempt_at=None, error=why)


def _moot(now: Occurrence, before: Occurrence | None) -> Iterator[Moot]:
    """Which kinds of triggers have just become moot, and why."""
    if before is not None and before.is_violated and not now.is_violated:
        yield (TriggerKind.VIOLATION,), WITHDRAWN
    if now.is_open or (before is not None and not before.is_open):
        return
    if now.state is State.COMPLETED:
        yield (TriggerKind.WARNING,), COMPLETED
    else:
        yield (TriggerKind.WARNING, TriggerKind.VIOLATION), CANCELLED
