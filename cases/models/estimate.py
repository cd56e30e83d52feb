"""How long milestones took in the past, counted for estimates; and how well these would have done."""

from __future__ import annotations

from django.db import models

from entitlements.models import Milestone


class EstimateBasis(models.Model):
    """One row: the past from which the tables below were counted.

    Those that ended in [`since`, `until`) were counted, `counted` in all. `begun_at` is when somebody last
    set out to count: another one waits for a while. `tested_at` is when `EstimateTest` was last worked out.
    """

    begun_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    counted = models.PositiveIntegerField(default=0)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_since = models.DateTimeField(null=True, blank=True)
    undecided = models.PositiveIntegerField(default=0, help_text="Open still, so that nobody knows.")
    set_apart = models.PositiveIntegerField(default=0, help_text="Extended or waived: decided by a person.")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_estimate_basis")]

    def __str__(self) -> str:
        return f"{self.counted} milestones until {self.until}"


class TimesTaken(models.Model):
    """How much of their target's time similar milestones took until they ended, stopped time left out.

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


class EstimateTest(models.Model):
    """Estimates that would have been made in the past, and what happened: those of one milestone at the
    moment when `used` percent of the target's time were used, by tenths of the chance.

    `tenth` is 0 to 9, null where there was not enough history. `chances` is the sum of what was estimated,
    `late` how many of `milestones` became late, `squared` the sum of squared differences.
    """

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="+")
    used = models.PositiveSmallIntegerField()
    tenth = models.PositiveSmallIntegerField(null=True)
    milestones = models.PositiveIntegerField()
    chances = models.FloatField(default=0)
    late = models.PositiveIntegerField()
    squared = models.FloatField(default=0)

    def __str__(self) -> str:
        return f"{self.milestone_id} at {self.used} %: {self.milestones}"
