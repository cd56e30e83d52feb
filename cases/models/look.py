"""The engine's pulse."""

from django.db import models


class EngineLook(models.Model):
    """One row: when the engine last looked, and how late it was then."""

    looked_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    lag_seconds = models.FloatField(default=0)
    revision_seen = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_engine_look")]

    def __str__(self) -> str:
        return f"Looked at {self.looked_at}"
