"""How the promises to imported incidents were kept (§10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from cases.incidents.configuration import SOURCE
from cases.models import CaseMilestone, MilestoneState
from cases.models.case_milestone import OPEN_STATES
from entitlements.models import CasePriority

FORMULA = (
    "Compliance = met ÷ (met + missed). An open milestone that is late counts as missed; "
    "a cancelled one only if it was late before. Priority is the incident's last."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """One line: `open` are those that are not late, `cancelled` those that were not."""

    priority: str
    milestone: str
    met: int
    missed: int
    open: int
    cancelled: int

    @property
    def percent(self) -> float | None:
        """None where nothing has been decided yet."""
        decided = self.met + self.missed
        return 100 * self.met / decided if decided else None


def compliance(now: datetime) -> list[Kept]:
    """Of all incidents imported so far, the most urgent first. Two queries."""
    urgency = dict(CasePriority.objects.values_list("name", "position"))
    passed = Q(violated_at__isnull=False) | Q(state=MilestoneState.RUNNING, target_date__lt=now)
    late = passed & Q(waived_at__isnull=True)
    promised = CaseMilestone.objects.filter(case__entitlement__name=SOURCE, case__external_id__isnull=False)
    counted = (
        promised.values("case__priority", "milestone__name")
        .annotate(
            met=Count("pk", filter=Q(state=MilestoneState.COMPLETED) & ~passed),
            missed=Count("pk", filter=late),
            open=Count("pk", filter=Q(state__in=OPEN_STATES) & ~late),
            cancelled=Count("pk", filter=Q(state=MilestoneState.CANCELLED) & ~late),
        )
        .values_list("case__priority", "milestone__name", "met", "missed", "open", "cancelled")
        .order_by("milestone__name")
    )
    lines = [
        Kept(priority or "(none)", milestone, met, missed, open_, cancelled)
        for priority, milestone, met, missed, open_, cancelled in counted
    ]
    return sorted(lines, key=lambda line: (-urgency.get(line.priority, -1), line.priority))


HEADER = ("Priority", "Milestone", "Met", "Missed", "Open", "Cancelled", "Compliance")


def as_table(lines: Sequence[Kept]) -> str:
    """Words to the left, numbers to the right."""
    rows = [HEADER, *(_cells(line) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _cells(line: Kept) -> tuple[str, ...]:
    percent = "–" if line.percent is None else f"{line.percent:.1f} %"
    numbers = (line.met, line.missed, line.open, line.cancelled)
    return (line.priority, line.milestone, *(f"{number:,}" for number in numbers), percent)
