"""Stops: periods in which a case's clocks, or one milestone's, stand still."""

from django.db import models
from django.db.models import Q

from cases.models.as_read import AsRead
from cases.models.case import Case
from cases.models.case_milestone import CaseMilestone
from entitlements.core.state import StopKind


class StopKindChoice(models.TextChoices):
    HAND = StopKind.HAND, "By hand"
    STATUS = StopKind.STATUS, "By status"
    INTERFACE = StopKind.INTERFACE, "By the programming interface"
    MILESTONE = StopKind.MILESTONE, "By the milestone's own criteria"


class Stop(AsRead):
    """From, to, kind, reason, who (§7.1). `case_milestone` is set for a milestone's own pause."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="stops")
    case_milestone = models.ForeignKey(
        CaseMilestone, on_delete=models.CASCADE, null=True, blank=True, related_name="pauses"
    )
    kind = models.CharField(max_length=10, choices=StopKindChoice.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=150, blank=True)
    until_customer_answers = models.BooleanField(default=False)

    class Meta:
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["since"], name="stop_since")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(until__isnull=True, case_milestone__isnull=True),
                name="one_open_stop_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["case_milestone"],
                condition=Q(until__isnull=True, case_milestone__isnull=False),
                name="one_open_pause_of_a_milestone",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="stop_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} since {self.since:%Y-%m-%d %H:%M}"
