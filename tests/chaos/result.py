"""What a fault did: what was lost, what was done twice, and how often something was sent outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cases.models import Case, CaseEvent, Delivery, FiredTrigger, Notification, Task


@dataclass
class Result:
    """`again` counts what left the desk more than once, under the same id; `most` how often at most."""

    actions: int = 0
    lost: int = 0
    twice: int = 0
    again: int = 0
    most: int = 0
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def expect(self, true: object, otherwise: str) -> None:
        if not true:
            self.failures.append(otherwise)

    def count(self, what: str, expected: int, actual: int) -> None:
        self.actions += expected
        self.lost += max(0, expected - actual)
        self.twice += max(0, actual - expected)
        if expected != actual:
            self.failures.append(f"{what}: {actual} instead of {expected}")

    def sent(self, what: str, expected: int, ids: Iterable[str], at_most: int) -> None:
        """What a receiver saw: each at least once, and under its own id at most so often."""
        seen = Counter(ids)
        self.actions += expected
        self.lost += max(0, expected - len(seen))
        self.again += sum(number > 1 for number in seen.values())
        self.most = max([self.most, *seen.values()])
        self.expect(len(seen) == expected, f"{what}: {len(seen)} ids instead of {expected}")
        self.expect(max(seen.values(), default=0) <= at_most, f"{what}: one came {self.most} times")


def count_inside(result: Result, cases: int, kinds: Iterable[str]) -> None:
    """Every trigger, event and action of `late_cases`, by its kind, once."""
    result.count("triggers", 2 * cases, FiredTrigger.objects.filter(outcome="fired").count())
    result.count("violations", cases, CaseEvent.objects.filter(kind="milestone_violated").count())
    made = {
        "task": Task.objects.count,
        "notify": Notification.objects.count,
        "escalate": CaseEvent.objects.filter(kind="case_escalated").count,
        "set": Case.objects.filter(priority="High").count,
    }
    for kind in kinds:
        result.count(f"rows of {kind}", cases, Delivery.objects.filter(kind=kind).count())
        if kind in made:
            result.count(kind, cases, made[kind]())
        else:
            result.count(f"{kind} done", cases, Delivery.objects.filter(kind=kind, state="done").count())
