"""Who could do the work: people on duty now by the rotas, and the members of the queues."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from cases.models import Case
from entitlements.core.rota import on_duty
from entitlements.models import Queue, Rota


@dataclass(frozen=True)
class Duty:
    """`on_duty` is by queue, of those with a rota; `members` are the active ones of each queue."""

    on_duty: dict[str, frozenset[str]]
    members: dict[str, set[str]] = field(default_factory=dict)

    def people(self, queue: str) -> set[str]:
        """Those on duty; the members where no rota says who is."""
        return set(self.on_duty[queue]) if queue in self.on_duty else self.members.get(queue, set())

    def is_off(self, case: Case) -> bool:
        """Whether others than its owner are on duty for the case's queue."""
        held = self.on_duty.get(case.queue_id or "", frozenset())
        return bool(held) and case.owner is not None and case.owner.get_username() not in held


def read_duty(now: datetime) -> Duty:
    rotas = Rota.objects.prefetch_related("shifts", "substitutions")
    members: dict[str, set[str]] = defaultdict(set)
    active = Queue.objects.filter(members__is_active=True).order_by()
    for queue, person in active.values_list("pk", "members__username"):
        members[queue].add(person)
    return Duty({rota.queue_id: frozenset(on_duty(rota.shifts_value(), now)) for rota in rotas}, members)
