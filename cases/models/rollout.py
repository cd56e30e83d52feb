"""Rollouts: open cases go over to a version that was published, in the background (§3.2)."""

from django.conf import settings
from django.db import models

from cases.models.case import Case
from entitlements.models import ProcessVersion


class RolloutState(models.TextChoices):
    UNDER_WAY = "under_way", "Under way"
    STOPPED = "stopped", "Stopped"
    DONE = "done", "Done"
    REPLACED = "replaced", "Replaced by another version"


class Rollout(models.Model):
    """One pass over the open cases that were on another version of the process.

    `total` is how many there were at its beginning, `cursor` the last one done: it can be resumed.
    """

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="rollouts")
    state = models.CharField(max_length=10, choices=RolloutState.choices, default=RolloutState.UNDER_WAY)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    cursor = models.PositiveBigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField("cases looked at", default=0)
    cases = models.PositiveIntegerField("cases moved", default=0)
    targets = models.PositiveIntegerField("targets moved", default=0)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=models.Q(state__in=["under_way", "stopped"]),
                name="one_unfinished_rollout_a_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} from {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_under_way(self) -> bool:
        return self.state == RolloutState.UNDER_WAY


class RolloutFailure(models.Model):
    """A case that could not go over. It was set aside with the same error, and keeps its version."""

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="failures")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    error = models.TextField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["rollout", "case"], name="one_failure_a_case")]

    def __str__(self) -> str:
        return f"{self.case}: {self.error}"
