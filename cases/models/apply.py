"""Who applies a configuration at the moment: one at a time."""

from django.db import models


class ConfigurationApply(models.Model):
    """One row. `token` is that of the one who is at it, and `alive_at` the last sign of life."""

    token = models.UUIDField(null=True, blank=True)
    by = models.CharField(max_length=150, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_configuration_apply")]

    def __str__(self) -> str:
        return f"since {self.started_at:%Y-%m-%d %H:%M}" if self.token and self.started_at else "nobody"
