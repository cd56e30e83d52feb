"""How many milestones had each result, in a period and in the one before: what most reports count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable

from cases.reports.asked import Asked
from cases.reports.results import compliance, counts
from cases.reports.rows import in_both_periods, is_in_period


@dataclass(frozen=True, slots=True)
class Tally:
    met: int = 0
    missed: int = 0
    open_late: int = 0
    open: int = 0
    cancelled: int = 0
    waived: int = 0

    @property
    def decided(self) -> int:
        """What compliance is a share of."""
        return self.met + self.missed + self.open_late

    @property
    def all(self) -> int:
        return self.decided + self.open + self.cancelled + self.waived

    @property
    def compliance(self) -> float | None:
        """In percent; None where nothing is decided."""
        return compliance(self.met, self.missed, self.open_late)

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))


NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Tallies:
    """By group: in the period, and in the one before it (empty where that was not asked for)."""

    now: Mapping[Any, Tally]
    before: Mapping[Any, Tally]

    @property
    def keys(self) -> set[Any]:
        return {*self.now, *self.before}

    def of(self, key: Any) -> Tally:
        return self.now.get(key, NOTHING)

    def was(self, key: Any) -> Tally:
        return self.before.get(key, NOTHING)

    @property
    def total(self) -> Tally:
        return sum(self.now.values(), NOTHING)

    @property
    def total_before(self) -> Tally:
        return sum(self.before.values(), NOTHING)


def read_tallies(asked: Asked, now: datetime, **by: str | Combinable) -> Tallies:
    """Grouped by these expressions over case milestones, in one query.

    The key of a group is its value, or the tuple of its values where there are several.
    """
    names = [name for name, one in by.items()]
    grouped = in_both_periods(asked, now).annotate(
        is_now=is_in_period(asked),
        **{f"by_{name}": F(one) if isinstance(one, str) else one for name, one in by.items()},
    )
    rows = grouped.values("is_now", *(f"by_{name}" for name in names)).annotate(**counts(now))
    sides: dict[bool, dict[Any, Tally]] = defaultdict(dict)
    for row in rows:
        key = tuple(row[f"by_{name}"] for name in names)
        tally = Tally(**{one.name: row[one.name] for one in fields(Tally)})
        sides[row["is_now"]][key[0] if len(key) == 1 else key] = tally
    return Tallies(sides[True], sides[False])
