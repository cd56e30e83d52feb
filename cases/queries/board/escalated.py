"""Escalations that nobody has acknowledged yet, as the board shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, Subquery, Window
from django.db.models.functions import Coalesce

from cases.models import Escalation, EscalationStep, StepOutcome
from cases.models.case import CaseQuerySet

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Escalated:
    """The longest open first; `count` is how many there are in all."""

    rows: Sequence[Escalation]
    count: int


def escalated(cases: CaseQuerySet, is_narrowed: bool) -> Escalated:
    """In one query. Each row has `level`, the highest that was told, and `levels`."""
    found = Escalation.objects.open()
    if is_narrowed:
        found = found.filter(case__in=cases.order_by().values("pk"))
    steps = EscalationStep.objects.filter(escalation=OuterRef("pk"), outcome=StepOutcome.FIRED)
    highest = steps.order_by().values("escalation").annotate(highest=Max("level")).values("highest")
    rows = list(
        found.select_related("case__owner", "case__account")
        .annotate(level=Coalesce(Subquery(highest), 0), whole=Window(Count("pk")))
        .order_by("started_at", "pk")[:SHOWN]
    )
    return Escalated(rows, rows[0].whole if rows else 0)
