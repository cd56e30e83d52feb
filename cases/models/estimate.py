"""How long milestones took in the past, counted for estimates; and how well these would have done."""

from __future__ import annotations

from django.db import models

from entitlements.models import Milestone


class EstimateBasis(models.Model):
    """One row: the past from which the tables below were counted.

    Those due in [`since`, `until`) were counted, `counted` in all. `begun_at` is when somebody last
    set out to count: another one waits for a while. `tested_at` is when `PastEstimate` was last worked out.
    """

    begun_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    counted = models.PositiveIntegerField(default=0)
    tested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_estimate_basis")]

    def __str__(self) -> str:
        return f"{self.counted} milestones until {self.until}"


class TimesTaken(models.Model):
    """How much of their target's time similar milestones took until they were over, stopped time left out.

    Similar are those of one milestone whose target (`minutes`), priority and queue at the start were these;
    null is any, an empty text none. `survivors` has how many took longer, for each step of the target's
    time: see `cases.estimates.survivors`.
    """

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="+")
    minutes = models.PositiveIntegerField(null=True)
    priority = models.CharField(max_length=80, null=True)  # noqa: DJ001
    queue = models.CharField(max_length=80, null=True)  # noqa: DJ001
    survivors = models.JSONField()

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.minutes} {self.priority} {self.queue}"


class PastEstimate(models.Model):
    """What would have been estimated in the past: the chance of those of a group that began in the week from
    `begins`, when `used` percent of their target's time were used. Null is “not enough history”.

    It is worked out from what was known before that week alone. What happened stands in the milestones.
    """

    begins = models.DateTimeField()
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="+", db_index=False)
    minutes = models.PositiveIntegerField()
    priority = models.CharField(max_length=80, blank=True)
    queue = models.CharField(max_length=80, blank=True)
    used = models.PositiveSmallIntegerField()
    chance = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "begins", "used", "minutes", "priority", "queue"],
                name="one_past_estimate_a_group",
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} at {self.used} %: {self.chance}"
