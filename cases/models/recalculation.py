"""Recalculations: business hours were edited, and the targets of open occurrences follow (§5.5)."""

from django.db import models

from entitlements.models import BusinessHours


class HoursSeen(models.Model):
    """The hours as the engine last saw them, so that it notices an edit."""

    business_hours = models.OneToOneField(BusinessHours, on_delete=models.CASCADE, primary_key=True)
    fingerprint = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.business_hours_id} {self.fingerprint[:8]}"


class Recalculation(models.Model):
    """One pass over the open cases that count in some hours.

    `total` is how many cases there were at its beginning, `cursor` the last one done: it can be resumed.
    """

    business_hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="recalculations")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    cursor = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["business_hours"],
                condition=models.Q(finished_at__isnull=True),
                name="one_recalculation_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_hours} from {self.started_at:%Y-%m-%d %H:%M}"
