"""Fired triggers: each fires, or is skipped, once per occurrence."""

from django.db import models

from cases.models.case_milestone import CaseMilestone
from entitlements.models import Trigger, TriggerChoice


class FiredTrigger(models.Model):
    """`due` is the planned instant, `at` the instant of firing on the case's own time line, `fired_at` the
    wall clock's.
    """

    case_milestone = models.ForeignKey(
        CaseMilestone, on_delete=models.CASCADE, related_name="fired_triggers", db_index=False
    )
    trigger = models.ForeignKey(Trigger, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=TriggerChoice.choices)
    outcome = models.CharField(max_length=8, choices=[("fired", "Fired"), ("skipped", "Skipped")])
    due = models.DateTimeField()
    at = models.DateTimeField()
    fired_at = models.DateTimeField()
    late = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_milestone", "trigger"], name="a_trigger_fires_once_an_occurrence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} due {self.due:%Y-%m-%d %H:%M:%S}"
